using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Web.Components.Editor;

/// <summary>The parts of a definition that no task type specifies, described the way task types describe theirs: one form for all.</summary>
internal static class TaskInspectorSchemas
{
    public static ValueSchema Title { get; } = new() { Type = DataType.String, MinLength = 1, MaxLength = WorkflowLimits.NameLength };

    public static ValueSchema Description { get; } = new() { Type = DataType.String, MinLength = 1 };

    public static ValueSchema When { get; } = new() { Type = DataType.Boolean, Description = "The task runs only if this gives true; otherwise it is skipped." };

    public static ValueSchema TaskTimeout { get; } = Seconds("Longest time of one attempt, seconds.", WorkflowLimits.SmallestTimeoutSeconds, WorkflowLimits.TaskTimeoutSeconds);

    public static ValueSchema ExecutionTimeout { get; } = Seconds("Longest time of a whole execution, seconds.", WorkflowLimits.SmallestTimeoutSeconds, WorkflowLimits.ExecutionTimeoutSeconds);

    public static ImmutableArray<PropertySchema> Retry { get; } =
    [
        new("attempts", new ValueSchema { Type = DataType.Integer, Minimum = 0, Maximum = WorkflowLimits.RetryAttempts, Description = "Retries after the first try." }, Required: false),
        new("delay", Seconds("Seconds before the first retry.", 0, WorkflowLimits.RetryDelaySeconds), Required: false, JsonElement.Parse("1")),
        new("multiplier", new ValueSchema { Type = DataType.Number, Minimum = 1, Maximum = 10, Description = "Each further wait is this many times the one before." }, Required: false, JsonElement.Parse("2")),
        new("max_delay", Seconds("No wait is longer, seconds.", 0, WorkflowLimits.RetryDelaySeconds), Required: false, JsonElement.Parse("3600")),
        new("jitter", new ValueSchema { Type = DataType.Number, Minimum = 0, Maximum = 1, Description = "The share of a wait that is random." }, Required: false, JsonElement.Parse("0.1")),
    ];

    public static ImmutableArray<PropertySchema> Concurrency { get; } =
    [
        new("limit", new ValueSchema { Type = DataType.Integer, Minimum = 1, Maximum = WorkflowLimits.Concurrency, Description = "How many executions may run at once." }, Required: false),
        new("when_full", new ValueSchema { Type = DataType.String, Choices = [JsonElement.Parse("\"queue\""), JsonElement.Parse("\"reject\"")], Description = "The next one waits, or is refused." }, Required: false, JsonElement.Parse("\"queue\"")),
    ];

    public static ValueSchema Type { get; } = new()
    {
        Type = DataType.String,
        Choices = [.. ((string[])["string", "text", "integer", "number", "boolean", "object", "array", "file", "any"]).Select(word => JsonSerializer.SerializeToElement(word))],
    };

    /// <summary>What an input says beyond its name, type and description, by its type.</summary>
    public static IEnumerable<PropertySchema> Facets(string? type)
    {
        var value = Value(type);
        yield return new("required", new ValueSchema { Type = DataType.Boolean, Description = "Whether it must be given; true unless there is a default." }, Required: false);
        yield return new("default", value with { Description = "Stands in when it is not given." }, Required: false);
        yield return new("enum", new ValueSchema { Type = DataType.Array, Items = value.Type is DataType.String or DataType.Integer or DataType.Number ? value : null, Description = "The only values allowed." }, Required: false);
        if (type is "integer" or "number")
        {
            yield return new("minimum", new ValueSchema { Type = DataType.Number, Description = "Smallest number allowed." }, Required: false);
            yield return new("maximum", new ValueSchema { Type = DataType.Number, Description = "Largest number allowed." }, Required: false);
        }

        if (type is "string" or "text") yield return new("pattern", new ValueSchema { Type = DataType.String, MaxLength = WorkflowLimits.PatternLength, Description = "A regular expression that it must match." }, Required: false);
        if (type is "array") yield return new("items", new ValueSchema { Type = DataType.Object, Description = "What its items look like: {\"type\": \"string\"}." }, Required: false);
        if (type is "object") yield return new("properties", new ValueSchema { Type = DataType.Object, Description = "Its members by name: {\"city\": {\"type\": \"string\"}}." }, Required: false);
    }

    private static ValueSchema Value(string? type) => new()
    {
        Type = type switch
        {
            "string" or "text" => DataType.String,
            "integer" => DataType.Integer,
            "number" => DataType.Number,
            "boolean" => DataType.Boolean,
            "object" or "file" => DataType.Object,
            "array" => DataType.Array,
            _ => DataType.Any,
        },
    };

    private static ValueSchema Seconds(string description, double least, double most) => new() { Type = DataType.Number, Minimum = least, Maximum = most, Description = description };
}
