using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

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

    /// <summary>Says nothing.</summary>
    public override string ToString() => Prefix + "…";
}
