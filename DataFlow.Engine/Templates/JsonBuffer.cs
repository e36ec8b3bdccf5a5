using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace DataFlow.Engine.Templates;

/// <summary>Builds JSON elements in a buffer that each thread keeps.</summary>
internal static class JsonBuffer
{
    private const int KeptCapacity = 1 << 20;

    // What is rendered was accepted before, or is bounded by the limits; a value placed deep in another must not fail for its depth.
    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 1000 };

    public static readonly JsonWriterOptions Writing = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 1000,
        SkipValidation = true,
    };

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? kept;

    public static JsonElement Build(Action<Utf8JsonWriter> write)
    {
        var buffer = Rent();
        try
        {
            using (var writer = new Utf8JsonWriter(buffer, Writing))
            {
                write(writer);
            }

            return Parse(buffer.WrittenSpan);
        }
        finally
        {
            Return(buffer);
        }
    }

    public static JsonElement Parse(ReadOnlySpan<byte> json) => JsonElement.Parse(json, Reading);

    /// <summary>Copies the bytes the value was read from: no digit, escape or order changes.</summary>
    public static void WriteRaw(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    // Taken while in use, so that a scope that renders a template itself gets another one.
    public static ArrayBufferWriter<byte> Rent()
    {
        var buffer = kept ?? new ArrayBufferWriter<byte>(1024);
        kept = null;
        return buffer;
    }

    public static void Return(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity <= KeptCapacity)
        {
            buffer.ResetWrittenCount();
            kept = buffer;
        }
    }
}
