using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>How events are written in the journal: the dialect of <see cref="EngineJson"/>, values byte for byte as they came.</summary>
internal static class JournalJson
{
    private static readonly JournalJsonContext s_context = new(new JsonSerializerOptions(EngineJson.Options)
    {
        // An event wraps values that may themselves be as deep as the dialect allows, and outputs come from anywhere.
        MaxDepth = 1_000,
        // What a task put out is data, kept as it is; a journal that was written must be readable.
        AllowDuplicateProperties = true,
        TypeInfoResolver = null,
        Converters = { new ExactElementConverter(), new ExactOptionalElementConverter() },
    });

    [ThreadStatic]
    private static System.Buffers.ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    public static byte[] Write(ImmutableArray<ExecutionEvent> events)
    {
        var buffer = t_buffer ??= new System.Buffers.ArrayBufferWriter<byte>(4_096);
        var writer = t_writer ??= new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = EngineJson.Options.Encoder, MaxDepth = 1_000 });
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        try
        {
            JsonSerializer.Serialize(writer, events, s_context.ImmutableArrayExecutionEvent);
            writer.Flush();
            return buffer.WrittenSpan.ToArray();
        }
        finally
        {
            // One large append must not be held by every thread of the pool for ever.
            if (buffer.Capacity > 1 << 20)
                (t_buffer, t_writer) = (null, null);
        }
    }

    public static ImmutableArray<ExecutionEvent> Read(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, s_context.ImmutableArrayExecutionEvent);

    /// <summary>Writes the text the element was read from: numbers keep their digits, strings their escapes, even those that are no Unicode.</summary>
    private sealed class ExactElementConverter : JsonConverter<JsonElement>
    {
        public override JsonElement Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

        public override void Write(Utf8JsonWriter writer, JsonElement value, JsonSerializerOptions options) =>
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }

    /// <summary>Tells a JSON <c>null</c> (written) from no value (left out); the serializer's own would make both the same.</summary>
    private sealed class ExactOptionalElementConverter : JsonConverter<JsonElement?>
    {
        public override bool HandleNull => true;

        public override JsonElement? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => JsonElement.ParseValue(ref reader);

        public override void Write(Utf8JsonWriter writer, JsonElement? value, JsonSerializerOptions options) =>
            writer.WriteRawValue(value is { } element ? JsonMarshal.GetRawUtf8Value(element) : "null"u8, skipInputValidation: true);
    }
}

[JsonSerializable(typeof(ImmutableArray<ExecutionEvent>))]
internal sealed partial class JournalJsonContext : JsonSerializerContext;
