using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Workflows;

/// <summary>How a field is filled in.</summary>
internal enum RunFieldKind { Line, Paragraph, Whole, Decimal, Switch, Choice, Json }

/// <summary>One declared input while it is being filled in. What was typed stays as it was typed until the form is read.</summary>
internal sealed class RunField
{
    public RunField(InputDefinition definition, JsonElement? given)
    {
        Definition = definition;
        var start = given ?? definition.Default;
        if (start is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } value) return;
        Text = Kind switch
        {
            RunFieldKind.Choice => Schema.Choices.Select((choice, index) => (choice, index)).Where(c => JsonElement.DeepEquals(c.choice, value))
                .Select(c => c.index.ToString(CultureInfo.InvariantCulture)).FirstOrDefault(""),
            RunFieldKind.Switch => value.ValueKind == JsonValueKind.True ? "true" : "false",
            RunFieldKind.Json when Schema.Type is DataType.Any && value.ValueKind == JsonValueKind.String => value.GetString()!,
            RunFieldKind.Json => JsonText.Pretty(value),
            _ => value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText(),
        };
    }

    public InputDefinition Definition { get; }

    public ValueSchema Schema => Definition.Schema;

    public string Name => Definition.Name;

    public string Pointer => $"#/input/{Name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>As typed; empty: not given.</summary>
    public string Text { get; set; } = "";

    public RunFieldKind Kind => Schema switch
    {
        { Choices: { IsDefaultOrEmpty: false } } => RunFieldKind.Choice,
        { Type: DataType.String, Format: null, MaxLength: null or > 500 } when Name.Contains("text", StringComparison.OrdinalIgnoreCase) || Name.Contains("html", StringComparison.OrdinalIgnoreCase) => RunFieldKind.Paragraph,
        { Type: DataType.String } => RunFieldKind.Line,
        { Type: DataType.Integer } => RunFieldKind.Whole,
        { Type: DataType.Number } => RunFieldKind.Decimal,
        { Type: DataType.Boolean } => RunFieldKind.Switch,
        _ => RunFieldKind.Json,
    };

    /// <summary>The value, nothing (not given), or what is wrong with what was typed.</summary>
    public (JsonNode? Value, bool Given, string? Wrong) Read()
    {
        if (Kind != RunFieldKind.Line && Kind != RunFieldKind.Paragraph && string.IsNullOrWhiteSpace(Text)) return (null, false, null);
        return Kind switch
        {
            RunFieldKind.Line or RunFieldKind.Paragraph => Text.Length == 0 ? (null, false, null) : (JsonValue.Create(Text), true, null),
            RunFieldKind.Whole => long.TryParse(Text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                ? (JsonValue.Create(whole), true, null) : (null, false, "Give a whole number, such as 42."),
            RunFieldKind.Decimal => double.TryParse(Text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
                ? (JsonValue.Create(number), true, null) : (null, false, "Give a number with a decimal point, such as 0.7."),
            RunFieldKind.Switch => (JsonValue.Create(Text == "true"), true, null),
            RunFieldKind.Choice => (JsonNode.Parse(Schema.Choices[int.Parse(Text, CultureInfo.InvariantCulture)].GetRawText()), true, null),
            _ => ReadJson(),
        };
    }

    private (JsonNode? Value, bool Given, string? Wrong) ReadJson()
    {
        try
        {
            return (JsonNode.Parse(Text, documentOptions: EngineJson.DocumentOptions), true, null);
        }
        catch (JsonException exception)
        {
            // Where anything goes, text that is no JSON is meant as text.
            if (Schema.Type is DataType.Any) return (JsonValue.Create(Text), true, null);
            return (null, false, $"This is not JSON yet (line {exception.LineNumber + 1}). Give {(Schema.Type is DataType.Array ? "a list, such as [1, 2]" : "an object, such as {\"a\": 1}")}.");
        }
    }
}

/// <summary>The form that a workflow's declared inputs make: typed text in, one JSON object out.</summary>
internal sealed class RunFormModel(ImmutableArray<InputDefinition> inputs, JsonElement? given = null)
{
    public ImmutableArray<RunField> Fields { get; } =
    [
        .. inputs.Select(input => new RunField(input, given is { ValueKind: JsonValueKind.Object } values && values.TryGetProperty(input.Name, out var value) ? value : null)),
    ];

    /// <summary>The input object, or what must be typed otherwise. Whether the values are allowed is the engine's to say.</summary>
    public (JsonElement? Input, ImmutableArray<Problem> Problems) Read()
    {
        var input = new JsonObject();
        var problems = ImmutableArray.CreateBuilder<Problem>();
        foreach (var field in Fields)
        {
            var (value, isGiven, wrong) = field.Read();
            if (wrong is not null) problems.Add(new Problem(field.Pointer, "type_mismatch", wrong));
            else if (isGiven) input[field.Name] = value;
            else if (field.Definition.Required) problems.Add(new Problem(field.Pointer, "required", "This input must be given."));
        }
        return problems.Count > 0 ? (null, problems.ToImmutable()) : (JsonElement.Parse(input.ToJsonString()), []);
    }
}
