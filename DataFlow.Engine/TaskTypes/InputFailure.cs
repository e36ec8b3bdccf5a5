using System.Text.Json;

namespace DataFlow.Engine.TaskTypes;

/// <summary>Says in the user's words why an input could not be read; the serializer speaks of .NET types.</summary>
internal static class InputFailure
{
    public static TaskFailedException Explain(JsonException exception, JsonElement input, TaskSpecification specification) =>
        new(new("input_invalid", $"The input does not fit {specification.Type}: {Reason(exception, input, specification.Input)}"), exception);

    private static string Reason(JsonException exception, JsonElement input, ValueSchema schema)
    {
        if (exception.ToString().Contains("maximum configured depth", StringComparison.Ordinal)) return $"it is nested deeper than {EngineJson.MaxDepth} levels.";
        if (input.ValueKind != JsonValueKind.Object) return "it must be an object.";
        foreach (var property in schema.Properties ?? [])
            if (property.Required && !input.TryGetProperty(property.Name, out _)) return $"'{property.Name}' is missing.";
        foreach (var member in input.EnumerateObject())
        {
            if (schema.Find(member.Name) is not { } known)
                return $"'{member.Name}' is unknown{DidYouMean(member.Name, schema)}.";
            if (member.Value.ValueKind == JsonValueKind.Null && !known.Schema.Nullable) return $"'{member.Name}' must not be null.";
        }
        var path = exception.Path is { Length: > 2 } found ? found[2..] : "a value";
        return schema.Find(path) is { } property2 ? $"'{path}' must be {Wanted(property2.Schema)}." : $"'{path}' has the wrong shape.";
    }

    private static string DidYouMean(string name, ValueSchema schema) =>
        NearestName.Find(name, (schema.Properties ?? []).Select(p => p.Name)) is { } near ? $", did you mean '{near}'?" : "";

    private static string Wanted(ValueSchema schema) => schema switch
    {
        { Choices: { Length: > 0 } choices } => $"one of {string.Join(", ", choices)}",
        { Format: { } format } => $"a {format}",
        { Type: DataType.Integer } => "a whole number",
        { Type: DataType.Number } => "a number",
        { Type: DataType.Boolean } => "true or false",
        { Type: DataType.Array } => "an array of the right shape",
        { Type: DataType.Object } => "an object of the right shape",
        _ => "a string",
    };
}
