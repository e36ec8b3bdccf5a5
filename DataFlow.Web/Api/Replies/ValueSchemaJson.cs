using System.Buffers;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Web.Api.Replies;

/// <summary>Value schemas as JSON Schema 2020-12, which editors and language models read without being told.</summary>
internal static class ValueSchemaJson
{
    public static JsonElement Of(ValueSchema schema)
    {
        var buffer = new ArrayBufferWriter<byte>();
        JsonReply.Write(buffer, schema, static (writer, value) => Write(writer, value, value: null));
        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter writer, ValueSchema schema, JsonElement? value)
    {
        writer.WriteStartObject();
        WriteType(writer, schema);
        if (schema.Description is { } description) writer.WriteString("description"u8, description);
        if (value is { } standard) Write(writer, "default"u8, standard);
        if (schema.Choices.Length > 0) WriteArray(writer, "enum"u8, schema.Choices);
        if (schema.Minimum is { } minimum) writer.WriteNumber("minimum"u8, minimum);
        if (schema.Maximum is { } maximum) writer.WriteNumber("maximum"u8, maximum);
        var isArray = schema.Type == DataType.Array;
        if (schema.MinLength is { } shortest) writer.WriteNumber(isArray ? "minItems"u8 : "minLength"u8, shortest);
        if (schema.MaxLength is { } longest) writer.WriteNumber(isArray ? "maxItems"u8 : "maxLength"u8, longest);
        if (schema.Pattern is { } pattern) writer.WriteString("pattern"u8, pattern);
        if (schema.Format is { } format) writer.WriteString("format"u8, format);
        if (schema.Secret) writer.WriteBoolean("writeOnly"u8, true);
        if (schema.Example is { } example) WriteArray(writer, "examples"u8, [example]);
        if (schema.Items is { } items)
        {
            writer.WritePropertyName("items"u8);
            Write(writer, items, value: null);
        }
        if (schema.Properties is { } properties) WriteProperties(writer, properties);
        writer.WriteEndObject();
    }

    private static void WriteType(Utf8JsonWriter writer, ValueSchema schema)
    {
        if (schema.Type == DataType.Any) return;
        var word = schema.Type == DataType.File ? "object" : JsonNamingPolicy.SnakeCaseLower.ConvertName(schema.Type.ToString());
        if (schema.Nullable)
        {
            writer.WriteStartArray("type"u8);
            writer.WriteStringValue(word);
            writer.WriteStringValue("null"u8);
            writer.WriteEndArray();
        }
        else
        {
            writer.WriteString("type"u8, word);
        }
        if (schema.Type == DataType.File) writer.WriteString("format"u8, "file"u8);
    }

    private static void WriteProperties(Utf8JsonWriter writer, IEnumerable<PropertySchema> properties)
    {
        var required = new List<string>();
        writer.WriteStartObject("properties"u8);
        foreach (var property in properties)
        {
            writer.WritePropertyName(property.Name);
            Write(writer, property.Schema, property.Default);
            if (property.Required) required.Add(property.Name);
        }
        writer.WriteEndObject();
        writer.WriteStartArray("required"u8);
        foreach (var name in required) writer.WriteStringValue(name);
        writer.WriteEndArray();
        writer.WriteBoolean("additionalProperties"u8, false);
    }

    private static void WriteArray(Utf8JsonWriter writer, ReadOnlySpan<byte> name, IEnumerable<JsonElement> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values) value.WriteTo(writer);
        writer.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonElement value)
    {
        writer.WritePropertyName(name);
        value.WriteTo(writer);
    }
}
