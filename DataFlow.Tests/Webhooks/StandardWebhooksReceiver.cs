using System.Security.Cryptography;
using System.Text;

namespace DataFlow.Tests.Webhooks;

/// <summary>Verifies as a receiver does; written from the text of the Standard Webhooks specification, sharing nothing with the sender.</summary>
internal static class StandardWebhooksReceiver
{
    private const long ToleranceSeconds = 300;

    public static bool Accepts(string secret, string id, string timestamp, string signatures, byte[] body, DateTimeOffset now)
    {
        if (!long.TryParse(timestamp, out var seconds) || Math.Abs(now.ToUnixTimeSeconds() - seconds) > ToleranceSeconds)
            return false;

        using var hmac = new HMACSHA256(Convert.FromBase64String(secret["whsec_".Length..]));
        hmac.TransformBlock(Encoding.ASCII.GetBytes($"{id}.{timestamp}."), 0, id.Length + timestamp.Length + 2, null, 0);
        hmac.TransformFinalBlock(body, 0, body.Length);
        return signatures.Split(' ').Any(signature =>
            signature.Split(',') is ["v1", var value] && CryptographicOperations.FixedTimeEquals(Convert.FromBase64String(value), hmac.Hash));
    }
}
