using DataFlow.Engine;

namespace DataFlow.Tests.Webhooks;

/// <summary>Encrypts visibly for tests; its key can be lost, and replaced by another.</summary>
internal sealed class KeyRing : ISecretProtector
{
    private byte key = 0x5A;

    /// <summary>Nothing can be read.</summary>
    public bool IsLost { get; set; }

    /// <summary>From now on there is a key again, another one.</summary>
    public void ForgetTheLost() => (IsLost, key) = (false, 0x33);

    public byte[] Protect(ReadOnlySpan<byte> plain)
    {
        var secret = new byte[plain.Length + 1];
        secret[0] = key;
        for (var index = 0; index < plain.Length; index++)
            secret[index + 1] = (byte)(plain[index] ^ key);
        return secret;
    }

    public byte[]? Unprotect(byte[] secret) => IsLost || secret is [] || secret[0] != key ? null : [.. secret.Skip(1).Select(value => (byte)(value ^ key))];
}
