using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace DataFlow.Engine.Webhooks;

/// <summary>The secrets of a webhook, the newest first. Each but the newest signs until a moment, so that receivers can change theirs in peace.</summary>
internal sealed class WebhookSecrets
{
    // The header must stay one that receivers take.
    private const int MostBefore = 4;

    private readonly ImmutableArray<(WebhookSecret Secret, DateTimeOffset? Until)> all;

    private WebhookSecrets(ImmutableArray<(WebhookSecret Secret, DateTimeOffset? Until)> all) => this.all = all;

    /// <summary>What is told when it is made.</summary>
    public WebhookSecret Newest => all[0].Secret;

    /// <summary>One, new.</summary>
    public static WebhookSecrets Generate() => Of(WebhookSecret.Generate());

    /// <summary>Given ones, which sign for ever.</summary>
    public static WebhookSecrets Of(params ReadOnlySpan<WebhookSecret> secrets)
    {
        var all = ImmutableArray.CreateBuilder<(WebhookSecret, DateTimeOffset?)>();
        foreach (var secret in secrets)
            all.Add((secret, null));
        return new(all.DrainToImmutable());
    }

    /// <summary>Those that sign at a moment.</summary>
    public IEnumerable<WebhookSecret> At(DateTimeOffset now) => all.Where((entry, index) => index == 0 || Signs(entry.Until, now)).Select(entry => entry.Secret);

    /// <summary>Until when another than the newest signs; <c>null</c>: none does.</summary>
    public DateTimeOffset? PreviousUntil(DateTimeOffset now) => all.Skip(1).Where(entry => Signs(entry.Until, now)).Max(entry => entry.Until);

    /// <summary>With a new one; the others sign for some time yet, those that had one not longer than before. No time: they are forgotten at once.</summary>
    public WebhookSecrets Rotate(WebhookSecret fresh, DateTimeOffset now, TimeSpan overlap)
    {
        var end = now + overlap;
        return new(
        [
            (fresh, null),
            .. all.Select(entry => (entry.Secret, Until: (DateTimeOffset?)(entry.Until < end ? entry.Until.Value : end))).Where(entry => entry.Until > now).Take(MostBefore),
        ]);
    }

    /// <summary>What is encrypted and stored: <c>whsec_… whsec_…;seconds</c>, each with the second since 1970 at which it ends.</summary>
    public byte[] Format() => Encoding.UTF8.GetBytes(string.Join(' ', all.Select(entry =>
        entry.Until is { } until ? string.Create(CultureInfo.InvariantCulture, $"{entry.Secret.Reveal()};{until.ToUnixTimeSeconds()}") : entry.Secret.Reveal())));

    /// <summary>Reads what <see cref="Format"/> wrote; <c>null</c> when it is anything else.</summary>
    public static WebhookSecrets? Parse(ReadOnlySpan<byte> stored)
    {
        var all = ImmutableArray.CreateBuilder<(WebhookSecret, DateTimeOffset?)>();
        foreach (var text in Encoding.UTF8.GetString(stored).Split(' '))
        {
            var parts = text.Split(';');
            if (!WebhookSecret.TryParse(parts[0], out var secret) || parts.Length > 2)
                return null;
            if (parts.Length == 1)
                all.Add((secret, null));
            else if (long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seconds))
                all.Add((secret, DateTimeOffset.FromUnixTimeSeconds(seconds)));
            else
                return null;
        }

        return new(all.DrainToImmutable());
    }

    private static bool Signs(DateTimeOffset? until, DateTimeOffset now) => until is null || now < until;
}
