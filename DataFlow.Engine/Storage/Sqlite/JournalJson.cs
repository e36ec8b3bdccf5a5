using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>How events are written in the journal: the dialect of <see cref="EngineJson"/>, values byte for byte as they came.</summary>
internal static class JournalJson
{
    private static readonly JsonTypeInfo<ImmutableArray<ExecutionEvent>> s_type = (JsonTypeInfo<ImmutableArray<ExecutionEvent>>)new JsonSerializerOptions(EngineJson.Options)
    {
        // An event wraps values that may themselves be as deep as the dialect allows, and outputs come from anywhere.
        MaxDepth = 1_000,
        // What a task put out is data, kept as it is; a journal that was written must be readable.
        AllowDuplicateProperties = true,
        TypeInfoResolver = JournalJsonContext.Default.WithAddedModifier(LeaveOutFalse),
        Converters = { new ExactElementConverter(), new ExactOptionalElementConverter(), new EventTimeConverter() },
    }.GetTypeInfo(typeof(ImmutableArray<ExecutionEvent>));

    [ThreadStatic]
    private static System.Buffers.ArrayBufferWriter<byte>? t_buffer;

    [ThreadStatic]
    private static Utf8JsonWriter? t_writer;

    // Writing and reading an append never leave their thread, and converters are given nothing else.
    [ThreadStatic]
    private static DateTimeOffset? t_previous;

    public static byte[] Write(ImmutableArray<ExecutionEvent> events)
    {
        var buffer = t_buffer ??= new System.Buffers.ArrayBufferWriter<byte>(4_096);
        var writer = t_writer ??= new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true, Encoder = EngineJson.Options.Encoder, MaxDepth = 1_000 });
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        t_previous = null;
        try
        {
            JsonSerializer.Serialize(writer, events, s_type);
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

    public static ImmutableArray<ExecutionEvent> Read(ReadOnlySpan<byte> json)
    {
        t_previous = null;
        return JsonSerializer.Deserialize(json, s_type);
    }

    private static void LeaveOutFalse(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.PropertyType == typeof(bool) && !property.IsRequired)
                property.ShouldSerialize = static (_, value) => value is true;
        }
    }

    /// <summary>
    /// Times as 100-nanosecond ticks of UTC, and <c>0</c> for the time before it: the events of one append mostly happened at the same moment, and times are
    /// a third of a small journal.
    /// </summary>
    private sealed class EventTimeConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            var ticks = reader.GetInt64();
            var time = ticks == 0 ? t_previous ?? throw new JsonException("The first time of an append stands for itself.") : new DateTimeOffset(ticks, TimeSpan.Zero);
            t_previous = time;
            return time;
        }

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
        {
            writer.WriteNumberValue(value == t_previous ? 0 : value.UtcTicks);
            t_previous = value;
        }
    }

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
