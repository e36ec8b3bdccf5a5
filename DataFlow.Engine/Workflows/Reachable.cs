using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>
/// What expressions can name at one place of a definition, and whether what they say there is right. Pure. The definition may have problems elsewhere:
/// what can still be told is told.
/// </summary>
public sealed class Reachable
{
    /// <summary>Members of members are listed this deep: what lies deeper is typed by hand.</summary>
    private const int Depth = 4;

    /// <summary>One input or task lists at most this many.</summary>
    private const int Most = 200;

    private static readonly ValueSchema s_id = new() { Type = DataType.String };
    private static readonly ImmutableArray<ReachableReference> s_ids = [new("execution.id", s_id, ReachableKind.Id), new("workflow.id", s_id, ReachableKind.Id)];

    private readonly WorkflowDefinition _definition;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly TaskType?[] _types;
    private readonly TaskOrder _order;
    private readonly int _task;

    private Reachable(WorkflowDefinition definition, string? task, ITaskCatalog catalog)
    {
        _definition = definition;
        _types = new TaskType?[definition.Tasks.Length];
        for (var i = 0; i < definition.Tasks.Length; i++)
        {
            if (definition.Tasks[i].Ref is { Length: > 0 } name) _index.TryAdd(name, i);
            if (catalog.TryGet(definition.Tasks[i].Type, out var type)) _types[i] = type;
        }

        _order = TaskOrder.Of(definition.Tasks, _index, []);
        _task = task is null ? ReferenceChecker.End : _index[task];
        References = [.. Inputs(), .. Outputs(), .. s_ids];
    }

    /// <summary>Inputs first, then the tasks that have ended by then, the nearest first, then the ids. In each the members after what holds them.</summary>
    public ImmutableArray<ReachableReference> References { get; }

    /// <summary>Reads what can be reached; <c>null</c> when the definition has no such task.</summary>
    /// <param name="definition">The document, whatever is wrong with it.</param>
    /// <param name="task">The ref of the task the expression stands in; <c>null</c>: the workflow's outputs, when all tasks have ended.</param>
    /// <param name="catalog">Says what tasks give.</param>
    public static Reachable? At(JsonElement definition, string? task, ITaskCatalog catalog)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        var read = Read(definition);
        return task is null || read.Tasks.Any(each => each.Ref == task) ? new Reachable(read, task, catalog) : null;
    }

    /// <summary>Everything that is wrong with a value with expressions that stands here.</summary>
    /// <param name="value">The value.</param>
    /// <param name="target">What it must be; <see cref="ValueSchema.Any"/>: anything.</param>
    /// <param name="pointer">Where problems say they are: <c>#/tasks/0/input/url</c>.</param>
    public ImmutableArray<Problem> Check(JsonElement value, ValueSchema target, string pointer)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(pointer);
        var problems = new ProblemList();
        FieldExpressions.Check(value, target, new ReferenceChecker(_definition, _index, _types, _order, problems), problems, pointer, _task);
        return problems.InOrder(null);
    }

    private static WorkflowDefinition Read(JsonElement document)
    {
        var problems = new ProblemList();
        if (new DefinitionReader(problems).Read(document) is { } definition) return definition;

        // A list of tasks that cannot be read, or is not there yet, leaves the inputs.
        var members = document.ValueKind == JsonValueKind.Object ? document.EnumerateObject().Select(member => member.Name).ToArray() : [];
        var reader = ObjectReader.Open(document, JsonPointer.Root, new MemberNames("a workflow", members), problems);
        return new WorkflowDefinition { Source = document, Name = "", Tasks = [], Input = reader is { } open ? new InputReader(problems).ReadList(open) : [] };
    }

    private IEnumerable<ReachableReference> Inputs() =>
        _definition.Input.Where(input => input.Name.Length > 0).SelectMany(input => Walk($"input{Step(input.Name)}", input.Schema, ReachableKind.Input));

    private IEnumerable<ReachableReference> Outputs() =>
        from task in Ended().OrderDescending()
        let name = _definition.Tasks[task].Ref
        where _index.TryGetValue(name, out var first) && first == task
        from reference in Walk($"refs{Step(name)}.output", _types[task]?.Specification.Output ?? ValueSchema.Any, ReachableKind.Output)
        select reference;

    /// <summary>The tasks that have certainly ended; where the order goes in circles, those on the way here.</summary>
    private IEnumerable<int> Ended()
    {
        if (_task == ReferenceChecker.End) return Enumerable.Range(0, _types.Length);
        var ended = new SortedSet<int>();
        var waiting = new Stack<int>(_order.DependsOn(_task));
        while (waiting.TryPop(out var task))
        {
            if (task == _task || !ended.Add(task)) continue;
            foreach (var before in _order.DependsOn(task)) waiting.Push(before);
        }

        return ended;
    }

    private static IEnumerable<ReachableReference> Walk(string text, ValueSchema schema, ReachableKind kind) =>
        Members(text, schema, kind, Depth).Take(Most);

    private static IEnumerable<ReachableReference> Members(string text, ValueSchema schema, ReachableKind kind, int depth)
    {
        yield return new ReachableReference(text, schema, kind);
        if (depth == 0) yield break;
        IEnumerable<(string Text, ValueSchema Schema)> inside = schema switch
        {
            { Type: DataType.Object, Properties: { } properties } => properties.Select(property => (text + Step(property.Name), property.Schema)),
            { Type: DataType.Array, Items: { } items } => [($"{text}[0]", items)],
            _ => [],
        };
        foreach (var member in inside)
            foreach (var reference in Members(member.Text, member.Schema, kind, depth - 1))
                yield return reference;
    }

    private static string Step(string name)
    {
        var text = new StringBuilder();
        ReferenceText.Append(text, PathSegment.Member(name));
        return text.ToString();
    }
}
