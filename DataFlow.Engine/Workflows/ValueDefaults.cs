using System.Buffers;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Puts defaults in for absent members.</summary>
internal static class ValueDefaults
{
    public static JsonElement Fill(JsonElement value, ValueSchema schema)
    {
        if (!Lacks(value, schema)) return value;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = EngineJson.Options.Encoder, SkipValidation = true }))
            Write(writer, value, schema);
        return JsonElement.Parse(buffer.WrittenSpan, new JsonDocumentOptions { MaxDepth = 4 * EngineJson.MaxDepth });
    }

    private static bool Lacks(JsonElement value, ValueSchema schema)
    {
        if (value.ValueKind == JsonValueKind.Object && schema.Properties is { } properties)
        {
            foreach (var property in properties)
                if (value.TryGetProperty(property.Name, out var given) ? Lacks(given, property.Schema) : property.Default is not null)
                    return true;
        }
        else if (value.ValueKind == JsonValueKind.Array && schema.Items is { } items)
        {
            foreach (var item in value.EnumerateArray())
                if (Lacks(item, items))
                    return true;
        }

        return false;
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value, ValueSchema schema)
    {
        if (value.ValueKind == JsonValueKind.Object && schema.Properties is { } properties)
        {
            writer.WriteStartObject();
            foreach (var member in value.EnumerateObject())
            {
                writer.WritePropertyName(member.Name);
                Write(writer, member.Value, schema.Find(member.Name)?.Schema ?? ValueSchema.Any);
            }

            foreach (var property in properties)
            {
                if (property.Default is not { } standIn || value.TryGetProperty(property.Name, out _)) continue;
                writer.WritePropertyName(property.Name);
                Write(writer, standIn, property.Schema);
            }

            writer.WriteEndObject();
        }
        else if (value.ValueKind == JsonValueKind.Array && schema.Items is { } items)
        {
            writer.WriteStartArray();
            foreach (var item in value.EnumerateArray()) Write(writer, item, items);
            writer.WriteEndArray();
        }
        else
        {
            value.WriteTo(writer);
        }
    }
}
