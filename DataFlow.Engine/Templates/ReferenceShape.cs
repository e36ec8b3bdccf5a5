using System.Collections.Immutable;

namespace DataFlow.Engine.Templates;

/// <summary>The rules of what may follow a root: one place for both parsers.</summary>
internal static class ReferenceShape
{
    public static readonly ImmutableArray<string> Roots = ["input", "refs", "item", "index", "execution", "workflow", "secrets"];

    /// <summary>The reference that a root and the segments after it make, or what is wrong with them.</summary>
    public static (Reference? Reference, string? Problem) Read(string root, ImmutableArray<PathSegment> segments, bool hasDefault)
    {
        var first = segments.Length > 0 ? segments[0].Name : null;
        return root switch
        {
            "input" when first is not null => (new(ReferenceRoot.Input, first, segments[1..], hasDefault), null),
            "input" => (null, "'input' must be followed by the name of an input, as in 'input.url'."),
            "refs" when first is not null && segments.Length > 1 && segments[1].Name == "output"
                => (new(ReferenceRoot.Task, first, segments[2..], hasDefault), null),
            "refs" when first is not null && segments.Length > 1 && segments[1].Name is "outputs" or "result" or "out"
                => (null, $"'refs.{first}.{segments[1].Name}' is not known. Did you mean 'refs.{first}.output'?"),
            "refs" when first is not null => (null, $"'refs.{first}' must be followed by 'output'. Did you mean 'refs.{first}.output'?"),
            "refs" => (null, "'refs' must be followed by the ref of a task and 'output', as in 'refs.download.output.text'."),
            "item" => (new(ReferenceRoot.Item, "", segments, hasDefault), null),
            "index" when segments.IsEmpty => (new(ReferenceRoot.Index, "", [], hasDefault), null),
            "index" => (null, "'index' is a number: nothing can follow it."),
            "execution" when first == "id" && segments.Length == 1 => (new(ReferenceRoot.ExecutionId, "", [], hasDefault), null),
            "workflow" when first == "id" && segments.Length == 1 => (new(ReferenceRoot.WorkflowId, "", [], hasDefault), null),
            "execution" or "workflow" => (null, $"Only the id of the {root} is known. Did you mean '{root}.id'?"),
            "secrets" when first is not null && segments.Length == 1 => (new(ReferenceRoot.Secret, first, [], hasDefault), null),
            "secrets" => (null, "'secrets' must be followed by the name of a secret and nothing else, as in 'secrets.API_KEY'."),
            _ => (null, UnknownRoot(root, segments)),
        };
    }

    private static string UnknownRoot(string root, ImmutableArray<PathSegment> segments)
    {
        var rest = new System.Text.StringBuilder();
        var skip = 0;
        string? head = null;
        switch (root)
        {
            case "tasks" or "task" or "ref" or "steps" or "step" or "nodes" or "node" when segments.Length > 0 && segments[0].Name is not null:
                head = "refs";
                ReferenceText.Append(rest, segments[0]);
                rest.Append(".output");
                skip = segments.Length > 1 && segments[1].Name is "output" or "outputs" or "result" ? 2 : 1;
                break;
            case "inputs" or "params" or "parameters" or "args":
                head = "input";
                break;
            case "secret" or "credentials":
                head = "secrets";
                break;
            default:
                break;
        }

        if (head is null)
        {
            return $"'{root}' is not known.{Suggestion.For(root, Roots)}";
        }

        for (var i = skip; i < segments.Length; i++)
        {
            ReferenceText.Append(rest, segments[i]);
        }

        return $"'{root}' is not known. Did you mean '{head}{rest}'?";
    }
}
