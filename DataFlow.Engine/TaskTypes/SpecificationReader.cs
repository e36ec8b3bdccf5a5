using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;

namespace DataFlow.Engine.TaskTypes;

/// <summary>Reads a task type's specification off its attributes and the metadata that also reads and writes its records, so that they cannot disagree.</summary>
internal static partial class SpecificationReader
{
    /// <exception cref="MalformedTaskTypeException">Says everything that is wrong.</exception>
    public static TaskSpecification Read(Type taskType, JsonTypeInfo input, JsonTypeInfo output)
    {
        var reasons = new List<string>();
        var named = taskType.GetCustomAttribute<TaskTypeAttribute>();
        if (named is null) throw new MalformedTaskTypeException([$"{taskType.Name} has no [TaskType]."]);
        if (!Name().IsMatch(named.Name)) reasons.Add("its name must be words of letters and digits, each beginning with a capital, joined by dots");
        if (string.IsNullOrWhiteSpace(named.Description)) reasons.Add("it has no description");

        var inputSchema = SchemaReader.Read(input, "input", isOutput: false, reasons);
        var outputSchema = SchemaReader.Read(output, "output", isOutput: true, reasons);
        if (outputSchema.Properties is null or [] && output.Type != typeof(NoOutput)) reasons.Add("its output has no fields (a type that gives nothing says NoOutput)");
        var specification = new TaskSpecification
        {
            Type = named.Name,
            Description = named.Description,
            Category = named.Name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? named.Name[..dot] : "General",
            Aliases = [.. named.Aliases],
            Repeat = named.Repeat,
            Input = inputSchema,
            Output = outputSchema,
            MainOutput = MainOutput(output, reasons),
            Example = Example(taskType, named.Name, inputSchema, reasons),
            Credential = named.Credential,
        };
        return reasons is [] ? specification : throw new MalformedTaskTypeException([.. reasons.Select(reason => $"{named.Name} ({taskType.Name}): {reason}.")]);
    }

    private static string? MainOutput(JsonTypeInfo output, List<string> reasons)
    {
        var main = output.Properties.Where(p => p.AssociatedParameter?.AttributeProvider?.IsDefined(typeof(MainAttribute), false) == true).ToList();
        if (main.Count > 1) reasons.Add("more than one output field is [Main]");
        return (main, output.Properties) switch
        {
            ([var one, ..], _) => one.Name,
            (_, [var only]) => only.Name,
            _ => null,
        };
    }

    private static JsonElement Example(Type taskType, string name, ValueSchema input, List<string> reasons)
    {
        if (taskType.GetCustomAttribute<TaskExampleAttribute>() is not { } given)
        {
            reasons.Add("it has no [TaskExample]");
            return EngineJson.Null;
        }
        try
        {
            var example = JsonElement.Parse(given.Json, EngineJson.DocumentOptions);
            if (Text(example, "ref") is null) reasons.Add("its example has no ref");
            if (Text(example, "type") != name) reasons.Add("its example is of another type");
            if (example.ValueKind == JsonValueKind.Object && example.TryGetProperty("input", out var values) && values.ValueKind == JsonValueKind.Object)
                CheckExampleInput(values, input, reasons);
            else
                reasons.Add("its example has no input object");
            return example;
        }
        catch (JsonException exception)
        {
            reasons.Add($"its example is not JSON: {exception.Message.TrimEnd('.')}");
            return EngineJson.Null;
        }
    }

    private static void CheckExampleInput(JsonElement values, ValueSchema input, List<string> reasons)
    {
        foreach (var property in input.Properties ?? [])
            if (property.Required && !values.TryGetProperty(property.Name, out _)) reasons.Add($"its example lacks '{property.Name}'");
        foreach (var member in values.EnumerateObject())
            if (input.Find(member.Name) is null) reasons.Add($"its example has an unknown '{member.Name}'");
    }

    private static string? Text(JsonElement example, string member) =>
        example.ValueKind == JsonValueKind.Object && example.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    [GeneratedRegex(@"\A[A-Z][A-Za-z0-9]*(\.[A-Z][A-Za-z0-9]*)*\z")]
    private static partial Regex Name();
}
