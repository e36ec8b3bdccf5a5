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
}
