using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DataFlow.Engine.Webhooks;

/// <summary>Symmetric signatures of Standard Webhooks. Pure.</summary>
internal static class WebhookSigner
{
    /// <summary>The value of <c>webhook-signature</c>: one signature for each secret, so that a receiver may hold the old or the new one during a rotation.</summary>
    /// <param name="secrets">The newest first.</param>
    /// <param name="id">The <c>webhook-id</c>.</param>
    /// <param name="timestamp">The <c>webhook-timestamp</c>: seconds since the epoch.</param>
    /// <param name="body">The bytes as they are sent.</param>
    public static string Sign(IEnumerable<WebhookSecret> secrets, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        // A full stop in the id would let two different messages have the same signed content.
        if (id.Contains('.', StringComparison.Ordinal))
            throw new ArgumentException("A message id must not contain a full stop.", nameof(id));

        var head = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}."));
        byte[] content = [.. head, .. body];
        return string.Join(' ', secrets.Select(secret => "v1," + Convert.ToBase64String(HMACSHA256.HashData(secret.Key, content))));
    }
}
