using System.Text.Json.Nodes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Web.Components.Editor;

/// <summary>Where in the editor a problem is put right: the form, and in it the field that is nearest to its pointer.</summary>
/// <param name="Task">The key of the task whose form it is, or <c>null</c>.</param>
/// <param name="End"><c>inputs</c>, <c>outputs</c>; neither and no task: the form of the workflow itself.</param>
/// <param name="Pointer">What the field is looked for by.</param>
internal sealed record ProblemPlace(string? Task, string? End, string Pointer)
{
    /// <summary>The place of a problem of a definition that is a JSON object. Text that is none has only its text.</summary>
    public static ProblemPlace Of(DefinitionDocument document, Problem problem) => JsonPointer.Segments(problem.Pointer) switch
    {
        ["tasks", var position, ..] when document.Root["tasks"] is JsonArray tasks && int.TryParse(position, out var index) && index >= 0 && index < tasks.Count
            => new(DefinitionEdits.Keys(document)[index], null, problem.Pointer),
        ["input", ..] => new(null, "inputs", problem.Pointer),
        ["output", ..] => new(null, "outputs", problem.Pointer),
        _ => new(null, null, problem.Pointer),
    };

    /// <summary>A pointer as a person finds it in the editor: <c>ask_manager (when)</c>, <c>the output total</c>; what has no name goes by its members, <c>tasks.0</c>.</summary>
    public static string WordsOf(DefinitionDocument document, string pointer)
    {
        var segments = JsonPointer.Segments(pointer);
        var named = segments is [var list, var position, ..] && document.Root[list] is JsonArray items && int.TryParse(position, out var index) && index >= 0 && index < items.Count ? items[index] as JsonObject : null;
        return (segments, named) switch
        {
            (["tasks", _], { } task) when NameIn(task, "ref") is { } name => name,
            (["tasks", _, .. var members], { } task) when NameIn(task, "ref") is { } name => $"{name} ({string.Join('.', members)})",
            (["input", ..], { } input) when NameIn(input, "name") is { } name => $"the input {name}",
            (["output", ..], { } output) when NameIn(output, "name") is { } name => $"the output {name}",
            _ => string.Join('.', segments),
        };
    }

    private static string? NameIn(JsonObject item, string member) => ParameterFieldText.TextOf(item[member]) is { Length: > 0 } name ? name : null;
}
