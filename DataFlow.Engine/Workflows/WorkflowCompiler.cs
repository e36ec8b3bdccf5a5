using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Step 2 of the path: definition + catalogue -> a workflow, or all problems at once. Pure.</summary>
public sealed class WorkflowCompiler(ITaskCatalog catalog)
{
    /// <summary>The catalogue it checks against.</summary>
    public ITaskCatalog Catalog => catalog;

    /// <summary>Reads and compiles UTF-8 JSON. Never throws for what a user can send; see <see cref="ProblemCodes"/>.</summary>
    public Compilation Compile(ReadOnlyMemory<byte> json)
    {
        if (json.Length > WorkflowLimits.Bytes)
            return Refuse(ProblemCodes.TooLarge, $"The definition has {json.Length} bytes; {WorkflowLimits.Bytes} are allowed.");
        if (Expressions(json.Span) is > WorkflowLimits.Expressions and var expressions)
            return Refuse(ProblemCodes.TemplateTooLarge, $"The definition has {expressions} expressions; {WorkflowLimits.Expressions} are allowed.");

        var reading = JsonReading.Read(json, WorkflowLimits.PathLength);
        if (reading.Value is not { } document) return new Compilation(null, reading.Problems, reading.Truncated);

        var problems = new ProblemList();
        var workflow = new DefinitionReader(problems).Read(document) is { } definition ? new WorkflowLinker(catalog, definition, problems).Link() : null;
        return workflow is not null ? new Compilation(workflow, []) : new Compilation(null, problems.InOrder(document), problems.Count > Problem.Most);
    }

    /// <summary>Compiles a part of a definition, whatever is wrong with the rest of it.</summary>
    internal (PartialWorkflow? Part, ImmutableArray<Problem> Problems) CompilePart(JsonElement definition, WorkflowPart part)
    {
        var json = JsonMarshal.GetRawUtf8Value(definition);
        if (json.Length > WorkflowLimits.Bytes)
            return (null, Refuse(ProblemCodes.TooLarge, $"The definition has {json.Length} bytes; {WorkflowLimits.Bytes} are allowed.").Problems);
        if (Expressions(json) is > WorkflowLimits.Expressions and var expressions)
            return (null, Refuse(ProblemCodes.TemplateTooLarge, $"The definition has {expressions} expressions; {WorkflowLimits.Expressions} are allowed.").Problems);
        var partial = PartialWorkflow.Of(definition, part, catalog, out var unreadable);
        return (partial, partial?.Problems ?? unreadable);
    }

    /// <summary>How many expressions there are at most, told from the text so that a flood of them costs nothing.</summary>
    private static int Expressions(ReadOnlySpan<byte> json) => json.Count("{{"u8) + json.Count("\\u007b"u8) + json.Count("\\u007B"u8);

    private static Compilation Refuse(string code, string detail) => new(null, [new Problem(JsonPointer.Root, code, detail)]);
}
