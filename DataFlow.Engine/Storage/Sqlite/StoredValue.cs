using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>A large value, kept once by the hash of its content.</summary>
/// <param name="Hash">SHA-256 over a byte that says text or JSON, and the content.</param>
/// <param name="Encoding">How <paramref name="Bytes"/> hold it.</param>
/// <param name="Bytes">The content, compressed when that helps; <c>null</c> when the database is known to have it.</param>
internal sealed record StoredValue(byte[] Hash, int Encoding, byte[]? Bytes)
{
    private const int IsText = 1;
    private const int IsCompressed = 2;

    /// <summary>Brotli's fastest: a third to a fifth of a page's size at a few milliseconds for a megabyte.</summary>
    private const int Quality = 1;

    private const int Window = 22;

    public static byte[] HashOf(ReadOnlySpan<byte> content, bool isText)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(isText ? "t"u8 : "j"u8);
        hash.AppendData(content);
        return hash.GetHashAndReset();
    }

    public static StoredValue Of(byte[] hash, ReadOnlySpan<byte> content, bool isText)
    {
        var encoding = isText ? IsText : 0;
        var compressed = System.Buffers.ArrayPool<byte>.Shared.Rent(sizeof(int) + BrotliEncoder.GetMaxCompressedLength(content.Length));
        try
        {
            // The length goes first, so that reading allocates once.
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(compressed, content.Length);
            return BrotliEncoder.TryCompress(content, compressed.AsSpan(sizeof(int)), out var length, Quality, Window) && length + sizeof(int) < content.Length
                ? new StoredValue(hash, encoding | IsCompressed, compressed.AsSpan(0, length + sizeof(int)).ToArray())
                : new StoredValue(hash, encoding, content.ToArray());
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(compressed);
        }
    }

    /// <summary>The value as JSON text.</summary>
    public static byte[] ReadJson(int encoding, ReadOnlySpan<byte> bytes)
    {
        byte[] content;
        if ((encoding & IsCompressed) == 0)
        {
            content = bytes.ToArray();
        }
        else
        {
            content = new byte[System.Buffers.Binary.BinaryPrimitives.ReadInt32LittleEndian(bytes)];
            if (!BrotliDecoder.TryDecompress(bytes[sizeof(int)..], content, out var length) || length != content.Length)
                throw new InvalidDataException("A stored value cannot be decompressed.");
        }
        return (encoding & IsText) == 0 ? content : Quote(content);
    }

    /// <summary>What stands in a journal in its place.</summary>
    public static string Reference(byte[] hash) => Base64Url.EncodeToString(hash);

    private static byte[] Quote(byte[] text)
    {
        var quoted = new System.Buffers.ArrayBufferWriter<byte>(text.Length + text.Length / 8 + 2);
        using (var writer = new System.Text.Json.Utf8JsonWriter(quoted, new() { Encoder = EngineJson.Options.Encoder, SkipValidation = true }))
            writer.WriteStringValue(text);
        return quoted.WrittenSpan.ToArray();
    }
}
