using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Editor;

/// <summary>How a field is filled in.</summary>
internal enum ParameterFieldKind
{
    Line,
    Paragraph,
    Whole,
    Decimal,
    Switch,
    Choice,
    Members,
    Items,
    Json,
}

/// <summary>Values as text to type, and back.</summary>
internal static class ParameterFieldText
{
    private const int LongestLine = 80;

    // Names of fields that usually hold more than a line.
    private static readonly string[] s_long = ["text", "html", "body", "template", "prompt", "content", "description", "instructions", "json"];

    public static ParameterFieldKind KindOf(ValueSchema schema, string name, JsonNode? node) => schema switch
    {
        { Choices.IsDefaultOrEmpty: false } => ParameterFieldKind.Choice,
        { Type: DataType.String } => IsLong(schema, name, node) ? ParameterFieldKind.Paragraph : ParameterFieldKind.Line,
        { Type: DataType.Integer } => ParameterFieldKind.Whole,
        { Type: DataType.Number } => ParameterFieldKind.Decimal,
        { Type: DataType.Boolean } => ParameterFieldKind.Switch,
        { Type: DataType.Object, Properties: { IsDefaultOrEmpty: false } } when node is null or JsonObject => ParameterFieldKind.Members,
        { Type: DataType.Array, Items: { Type: not DataType.Any } } when node is null or JsonArray => ParameterFieldKind.Items,
        _ => ParameterFieldKind.Json,
    };

    public static bool IsExpression(JsonNode? node) => TextOf(node)?.Contains("{{", StringComparison.Ordinal) is true;

    public static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>As it is shown in its control.</summary>
    public static string Show(JsonNode? node, bool exists, ParameterFieldKind kind, ValueSchema schema)
    {
        if (!exists) return "";
        var text = TextOf(node);
        return kind switch
        {
            ParameterFieldKind.Choice => Choice(node, schema),
            ParameterFieldKind.Json when text is not null && schema.Type == DataType.Any && !IsJson(text) => text,
            ParameterFieldKind.Json => JsonText.Pretty(Element(node)),
            _ => text ?? JsonText.Compact(Element(node)),
        };
    }

    /// <summary>What was typed, as a value; nothing (to be taken out), or what is wrong with it.</summary>
    public static (JsonNode? Value, bool Given, string? Wrong) Read(string text, ParameterFieldKind kind, ValueSchema schema)
    {
        if (kind is ParameterFieldKind.Line or ParameterFieldKind.Paragraph) return text.Length == 0 ? (null, false, null) : (JsonValue.Create(text), true, null);
        var trimmed = text.Trim();
        if (trimmed.Length == 0) return (null, false, null);
        switch (kind)
        {
            case ParameterFieldKind.Whole:
                return long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? (JsonValue.Create(whole), true, null) : (null, false, "Give a whole number, such as 42.");
            case ParameterFieldKind.Decimal:
                return double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? (JsonValue.Create(number), true, null) : (null, false, "Give a number with a decimal point, such as 0.7.");
            case ParameterFieldKind.Switch:
                return (JsonValue.Create(trimmed == "true"), true, null);
            case ParameterFieldKind.Choice:
                return (Node(schema.Choices[int.Parse(trimmed, CultureInfo.InvariantCulture)]), true, null);
            default:
                return ReadJson(trimmed, schema);
        }
    }

    public static JsonElement Element(JsonNode? node) => node is null ? EngineJson.Null : JsonSerializer.SerializeToElement(node, EngineJson.Options);

    public static JsonNode? Node(JsonElement value) => JsonNode.Parse(value.GetRawText());

    /// <summary>The type and limits, as short as they can be said.</summary>
    public static string TypeOf(ValueSchema schema)
    {
        var type = schema.Type switch
        {
            DataType.Array when schema.Items is { Type: not DataType.Any } items => $"list of {items.Type.ToString().ToLowerInvariant()}",
            DataType.Array => "list",
            _ => schema.Type.ToString().ToLowerInvariant(),
        };
        return (schema.Minimum, schema.Maximum) switch
        {
            // Both bounds say that it is a number, and leave no room for the word beside a name.
            ({ } least, { } most) when schema.Type == DataType.Number => string.Create(CultureInfo.InvariantCulture, $"{least:#,0.###} to {most:#,0.###}"),
            ({ } least, { } most) => string.Create(CultureInfo.InvariantCulture, $"{type}, {least:#,0.###} to {most:#,0.###}"),
            ({ } least, null) => string.Create(CultureInfo.InvariantCulture, $"{type}, at least {least:#,0.###}"),
            (null, { } most) => string.Create(CultureInfo.InvariantCulture, $"{type}, at most {most:#,0.###}"),
            _ => type,
        };
    }

    private static (JsonNode? Value, bool Given, string? Wrong) ReadJson(string text, ValueSchema schema)
    {
        try
        {
            return (JsonNode.Parse(text, documentOptions: EngineJson.DocumentOptions), true, null);
        }
        catch (JsonException exception)
        {
            // Where anything goes, text that is no JSON is meant as text.
            if (schema.Type == DataType.Any) return (JsonValue.Create(text), true, null);
            var example = schema.Type == DataType.Array ? "a list, such as [1, 2]" : """an object, such as {"a": 1}""";
            return (null, false, $"This is not JSON yet (line {exception.LineNumber + 1}). Give {example}.");
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            JsonNode.Parse(text, documentOptions: EngineJson.DocumentOptions);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Choice(JsonNode? node, ValueSchema schema)
    {
        for (var i = 0; i < schema.Choices.Length; i++)
            if (JsonNode.DeepEquals(Node(schema.Choices[i]), node)) return i.ToString(CultureInfo.InvariantCulture);
        return "";
    }

    private static bool IsLong(ValueSchema schema, string name, JsonNode? node) =>
        TextOf(node) is { } text && (text.Contains('\n', StringComparison.Ordinal) || text.Length > LongestLine)
        || schema is { Format: null, Pattern: null, MaxLength: null or > 500 } && s_long.Any(word => name.Split('_').Contains(word));
}
