using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace DataFlow.Engine.Storage;

/// <summary>
/// A place in a list: two numbers, and a digest of them and of what was listed. The digest is no secret; it is there so that a cut-off, mistyped
/// or foreign cursor is refused instead of giving a page that looks right.
/// </summary>
internal readonly record struct Cursor(long Major, long Minor)
{
    private const int Digest = 8;
    private const int Length = 2 * sizeof(long) + Digest;

    /// <summary>Writes it for the list described by <paramref name="list"/>, which holds everything that chooses rows.</summary>
    public string Encode(string list)
    {
        Span<byte> bytes = stackalloc byte[Length];
        BinaryPrimitives.WriteInt64BigEndian(bytes, Major);
        BinaryPrimitives.WriteInt64BigEndian(bytes[sizeof(long)..], Minor);
        var described = Encoding.UTF8.GetBytes(list);
        SHA256.HashData([.. bytes[..(2 * sizeof(long))], .. described]).AsSpan(0, Digest).CopyTo(bytes[(2 * sizeof(long))..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads one back; <c>null</c> for none.</summary>
    /// <exception cref="InvalidCursorException">It is not one of this list.</exception>
    public static Cursor? Decode(string? text, string list)
    {
        if (text is null)
            return null;
        Span<byte> bytes = stackalloc byte[Length];
        // 32 characters carry 24 bytes exactly, so no two texts mean the same cursor.
        if (text.Length != 32 || !Base64Url.IsValid(text, out var length) || length != Length || !Base64Url.TryDecodeFromChars(text, bytes, out _))
            throw new InvalidCursorException();
        var cursor = new Cursor(BinaryPrimitives.ReadInt64BigEndian(bytes), BinaryPrimitives.ReadInt64BigEndian(bytes[sizeof(long)..]));
        return cursor.Encode(list) == text ? cursor : throw new InvalidCursorException();
    }
}
