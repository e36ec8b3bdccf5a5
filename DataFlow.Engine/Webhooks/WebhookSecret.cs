using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace DataFlow.Engine.Webhooks;

/// <summary>A symmetric signing secret of Standard Webhooks. Its text is only given out by <see cref="Reveal"/>, so that no log prints it by accident.</summary>
internal sealed class WebhookSecret
{
    private const string Prefix = "whsec_";
    private const int FewestBytes = 24;
    private const int MostBytes = 64;

    private readonly byte[] key;

    private WebhookSecret(byte[] key) => this.key = key;

    /// <summary>The HMAC key: the bytes behind the prefix, decoded.</summary>
    public ReadOnlySpan<byte> Key => key;

    /// <summary>A new one: 32 random bytes.</summary>
    public static WebhookSecret Generate() => new(RandomNumberGenerator.GetBytes(32));

    /// <summary>Reads <c>whsec_</c> and the base64 of 24 to 64 bytes.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out WebhookSecret? secret)
    {
        secret = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;

        Span<byte> bytes = stackalloc byte[MostBytes];
        if (!Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) || length < FewestBytes)
            return false;

        secret = new WebhookSecret(bytes[..length].ToArray());
        return true;
    }

    /// <summary>The text a receiver verifies with.</summary>
    public string Reveal() => Prefix + Convert.ToBase64String(key);

    /// <summary>What is encrypted and stored: the secrets of an endpoint, the newest first, separated by spaces. More than one while a rotation is under way.</summary>
    public static byte[] Format(IEnumerable<WebhookSecret> secrets) => Encoding.UTF8.GetBytes(string.Join(' ', secrets.Select(secret => secret.Reveal())));

    /// <summary>Reads what <see cref="Format"/> wrote; <c>null</c> when it is anything else.</summary>
    public static IReadOnlyList<WebhookSecret>? ParseAll(ReadOnlySpan<byte> stored)
    {
        var secrets = new List<WebhookSecret>();
        foreach (var text in Encoding.UTF8.GetString(stored).Split(' '))
        {
            if (!TryParse(text, out var secret))
                return null;
            secrets.Add(secret);
        }

        return secrets;
    }

    /// <summary>Says nothing.</summary>
    public override string ToString() => Prefix + "…";
}
