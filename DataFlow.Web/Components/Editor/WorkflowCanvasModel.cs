using System.Collections.Immutable;
using System.Text.Json.Nodes;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Web.Components.Editor;

/// <summary>A card of the canvas: all that is shown of a task. Equal cards look equal, so only others are drawn again.</summary>
/// <param name="Key">Stays with the card over edits: the ref, or a place for a task without one.</param>
/// <param name="Ref">The ref; empty: none yet.</param>
/// <param name="Type">The task type as written.</param>
/// <param name="Icon">The name of its picture, one of <see cref="TaskPaletteIcons.All"/>.</param>
/// <param name="Line">One line of what matters most.</param>
/// <param name="When">The condition it runs on, in short; <c>null</c>: it always runs.</param>
/// <param name="Retries">How often it is tried again; 0: not.</param>
/// <param name="OnError">What stands in for a failure, in a word or two; <c>null</c>: the execution fails.</param>
/// <param name="Problems">How many problems it has.</param>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
public sealed record CanvasCard(string Key, string Ref, string Type, string Icon, string Line, string? When, int Retries, string? OnError, int Problems, int X, int Y);

/// <summary>An edge of the canvas, between the keys of cards. No <paramref name="From"/>: from the inputs; no <paramref name="To"/>: to the outputs.</summary>
public sealed record CanvasEdge(string? From, string? To, Routed Route, bool IsConditional, bool IsNamed);

/// <summary>The picture of a definition: cards and edges with their places. Made anew for every edit, in a few milliseconds.</summary>
public sealed record CanvasModel(ImmutableArray<CanvasCard> Cards, ImmutableArray<CanvasEdge> Edges, Placed Inputs, Placed Outputs, string InputsLine, string OutputsLine, int Width, int Height)
{
    public static CanvasModel Of(DefinitionDocument document, ITaskCatalog catalog, ImmutableArray<Engine.Workflows.Problem> problems)
    {
        var links = TaskLinks.Of(document);
        var count = links.Tasks.Length;
        var index = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var task in links.Tasks) index.TryAdd(task.Key, task.Index);
        var (edges, ends) = EdgesOf(links, index);
        // Inputs are node 0, tasks follow, outputs are last and lowest.
        var layout = GraphLayout.Of(count + 2, ends);
        var tasks = document.Root["tasks"] as JsonArray ?? [];
        var problemsOf = problems.Select(problem => TaskOf(problem.Pointer)).Where(at => at >= 0).CountBy(at => at).ToDictionary();
        var cards = ImmutableArray.CreateBuilder<CanvasCard>(count);
        for (var i = 0; i < count; i++)
            cards.Add(CardOf(links.Tasks[i], tasks[i] as JsonObject, catalog, problemsOf.GetValueOrDefault(i), layout.Nodes[i + 1]));
        return new CanvasModel(
            cards.MoveToImmutable(), [.. edges.Select((edge, i) => edge with { Route = layout.Edges[i], IsConditional = edge.To is not null && HasText(tasks[index[edge.To]], "when") })],
            layout.Nodes[0], layout.Nodes[^1], NamesIn(document.Root["input"]), NamesIn(document.Root["output"]), layout.Width, layout.Height);
    }

    /// <summary>The task that a pointer such as <c>#/tasks/3/input/url</c> is about, or -1.</summary>
    public static int TaskOf(string pointer) =>
        pointer.StartsWith("#/tasks/", StringComparison.Ordinal) && int.TryParse(pointer.AsSpan(8).IndexOf('/') is >= 0 and var end ? pointer.AsSpan(8, end) : pointer.AsSpan(8), out var index) ? index : -1;

    private static (List<CanvasEdge> Edges, ImmutableArray<(int From, int To)> Ends) EdgesOf(TaskLinks links, Dictionary<string, int> index)
    {
        var edges = new List<CanvasEdge>();
        var ends = ImmutableArray.CreateBuilder<(int, int)>();
        var waitedFor = new HashSet<int>();
        foreach (var task in links.Tasks)
        {
            var befores = links.Before(task).ToList();
            foreach (var before in befores)
            {
                waitedFor.Add(index[before]);
                edges.Add(new CanvasEdge(before, task.Key, default, false, !task.IsImplied));
                ends.Add((index[before] + 1, task.Index + 1));
            }
            if (befores.Count > 0) continue;
            edges.Add(new CanvasEdge(null, task.Key, default, false, false));
            ends.Add((0, task.Index + 1));
        }
        foreach (var task in links.Tasks.Where(task => !waitedFor.Contains(task.Index)))
        {
            edges.Add(new CanvasEdge(task.Key, null, default, false, false));
            ends.Add((task.Index + 1, links.Tasks.Length + 1));
        }
        if (links.Tasks.IsEmpty)
        {
            edges.Add(new CanvasEdge(null, null, default, false, false));
            ends.Add((0, 1));
        }
        return (edges, ends.ToImmutable());
    }

    private static CanvasCard CardOf(TaskLink link, JsonObject? task, ITaskCatalog catalog, int problems, Placed at)
    {
        var type = DefinitionEdits.TextOf(task?["type"]) ?? "";
        var specification = catalog.TryGet(type, out var known) ? known.Specification : null;
        return new CanvasCard(
            link.Key, link.Ref, specification?.Type ?? type, TaskPaletteIcons.NameOf(specification),
            LineOf(task, specification), DefinitionEdits.TextOf(task?["when"]) is { Length: > 0 } when ? Short(CanvasReference.Read(when) ?? when) : null,
            (task?["retry"] as JsonObject)?["attempts"] is JsonValue attempts && attempts.TryGetValue<int>(out var number) ? number : 0,
            OnErrorOf(task?["on_error"]), problems, at.X, at.Y);
    }

    /// <summary>What people wrote about the task, else the value of its most telling field.</summary>
    private static string LineOf(JsonObject? task, TaskSpecification? specification)
    {
        if (DefinitionEdits.TextOf(task?["name"]) is { Length: > 0 } name) return name;
        if (task?["input"] is not JsonObject input || input.Count == 0) return "";
        var field = specification?.Input.Properties?.Select(property => property.Name).FirstOrDefault(input.ContainsKey) ?? input.First().Key;
        // A text speaks for itself; where a value comes from, and what a number counts, has to be said.
        return Short(DefinitionEdits.TextOf(input[field]) is not { } text ? $"{field} {input[field]?.ToJsonString(Engine.EngineJson.Options) ?? "null"}"
            : CanvasReference.Read(text) is { } source ? $"{field} ← {source}" : text);
    }

    private static string Short(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length > 80 ? string.Concat(line.AsSpan(0, 80), "…") : line;
    }

    private static string? OnErrorOf(JsonNode? node) => node switch
    {
        JsonObject value when value["task"] is JsonObject task => DefinitionEdits.TextOf(task["type"]) ?? "another task",
        JsonObject value when value.ContainsKey("value") => "a value",
        not null when DefinitionEdits.TextOf(node) == "continue" => "go on",
        _ => null,
    };

    private static bool HasText(JsonNode? task, string member) => DefinitionEdits.TextOf((task as JsonObject)?[member]) is { Length: > 0 };

    private static string NamesIn(JsonNode? declared)
    {
        var names = (declared as JsonArray ?? []).OfType<JsonObject>().Select(each => DefinitionEdits.TextOf(each["name"]) ?? "?").ToList();
        return names.Count == 0 ? "none" : string.Join(", ", names);
    }
}
