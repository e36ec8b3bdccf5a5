using DataFlow.Engine;

namespace DataFlow.Tests.Webhooks;

/// <summary>Encrypts visibly for tests; its key can be lost.</summary>
internal sealed class KeyRing : ISecretProtector
{
    private const byte Mask = 0x5A;

    public bool IsLost { get; set; }

    public byte[] Protect(ReadOnlySpan<byte> plain)
    {
        var secret = plain.ToArray();
        for (var index = 0; index < secret.Length; index++)
            secret[index] ^= Mask;
        return secret;
    }

    public byte[]? Unprotect(byte[] secret) => IsLost ? null : Protect(secret);
}
