namespace DataFlow.Engine;

/// <summary>Encrypts what must not lie about in the database: credentials of executions, webhook secrets.</summary>
public interface ISecretProtector
{
    /// <summary>Encrypts.</summary>
    byte[] Protect(ReadOnlySpan<byte> plain);

    /// <summary>Decrypts; <c>null</c> when the key that encrypted it is gone.</summary>
    byte[]? Unprotect(byte[] secret);
}
