using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Live;

/// <summary>An event as the API tells it: its sequence, then the journal's own members, times with a Z and durations in seconds.</summary>
internal static class EventJson
{
    private static readonly JsonSerializerOptions s_options = new(EngineJson.Options) { Converters = { new TimeConverter(), new SecondsConverter() } };

    private static readonly JsonWriterOptions s_writing = new() { Encoder = s_options.Encoder, SkipValidation = true };

    /// <summary>An event with a large output is rare; its buffer is not kept.</summary>
    private const int MostKept = 256 * 1024;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? s_buffer;

    public static void Write(Utf8JsonWriter writer, int sequence, ExecutionEvent @event)
    {
        // The journal knows no member of this name; putting it first by hand spares parsing what has just been written.
        var whole = s_buffer ??= new ArrayBufferWriter<byte>(1_024);
        whole.ResetWrittenCount();
        Encoding.UTF8.GetBytes($"{{\"sequence\":{sequence},", whole);
        var start = whole.WrittenCount;
        using (var members = new Utf8JsonWriter(whole, s_writing)) JsonSerializer.Serialize(members, @event, s_options);
        var bytes = MemoryMarshal.AsMemory(whole.WrittenMemory).Span;
        bytes[(start + 1)..].CopyTo(bytes[start..]);
        writer.WriteRawValue(bytes[..^1], skipInputValidation: true);
        if (whole.Capacity > MostKept) s_buffer = null;
    }

    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);
    }
}
