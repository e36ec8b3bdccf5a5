using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataFlow.Engine.Workflows;

/// <summary>
/// Ways out of problems. Pure. Each is tried on a copy before it is offered: the checker itself says that the problem is gone and that it made no other.
/// </summary>
public sealed class ProblemFixes(WorkflowCompiler compiler)
{
    /// <summary>For one problem at most this many are offered.</summary>
    private const int Most = 3;

    /// <summary>How much text is compiled to try them: of a large definition full of problems only the first ones get fixes, and the others in their turn.</summary>
    private const int MostBytes = 3_000_000;

    /// <summary>The ways out of each problem, in the order of the problems; none where a person has to think.</summary>
    /// <param name="definition">UTF-8 JSON, as it was compiled.</param>
    /// <param name="problems">What compiling it said.</param>
    public ImmutableArray<ImmutableArray<ProblemFix>> For(ReadOnlyMemory<byte> definition, ImmutableArray<Problem> problems)
    {
        // Text that is no JSON, or has a member twice, has no tree to change.
        if (problems.IsEmpty || JsonReading.Read(definition).Value is not { ValueKind: JsonValueKind.Object } document) return [.. problems.Select(_ => ImmutableArray<ProblemFix>.Empty)];
        var root = JsonNode.Parse(definition.Span)!.AsObject();
        var candidates = new ProblemFixCandidates(document, root, compiler.Catalog);
        var left = MostBytes;
        return [.. problems.Select(problem => (ImmutableArray<ProblemFix>)[.. candidates.For(problem).DistinctBy(fix => fix.Label).TakeWhile(_ => left > 0).Where(fix => Helps(root, fix, problem, problems, ref left)).Take(Most)])];
    }

    private bool Helps(JsonObject root, ProblemFix fix, Problem problem, ImmutableArray<Problem> before, ref int left)
    {
        var copy = (JsonObject)root.DeepClone();
        fix.ApplyTo(copy);
        var bytes = JsonSerializer.SerializeToUtf8Bytes(copy, EngineJson.Options);
        left -= bytes.Length;
        var after = compiler.Compile(bytes).Problems;
        if (after.Contains(problem)) return false;
        // Of a list that was cut off the length says nothing. What a misspelt type or member hid was wrong before: that it comes to light is no reason to keep the spelling.
        return after.Length < before.Length || before.Length == Problem.Most || after.Length == before.Length && problem.Code is ProblemCodes.UnknownTaskType or ProblemCodes.UnknownProperty;
    }
}
