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

    public static void Write(Utf8JsonWriter writer, int sequence, ExecutionEvent @event)
    {
        writer.WriteStartObject();
        writer.WriteNumber("sequence"u8, sequence);
        foreach (var member in JsonSerializer.SerializeToElement(@event, s_options).EnumerateObject()) member.WriteTo(writer);
        writer.WriteEndObject();
    }

    /// <summary>The word that names the event's type.</summary>
    public static string Type(ExecutionEvent @event) => s_types[@event.GetType()];

    private static readonly Dictionary<Type, string> s_types = typeof(ExecutionEvent).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
        .Cast<JsonDerivedTypeAttribute>().ToDictionary(derived => derived.DerivedType, derived => (string)derived.TypeDiscriminator!);

    private sealed class SecondsConverter : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => TimeSpan.FromSeconds(reader.GetDouble());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.TotalSeconds);
    }
}
