using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>Which part of a definition is meant.</summary>
/// <param name="UpTo">The task that it ends with; <c>null</c>: not so.</param>
/// <param name="Only">The one task that it consists of; <c>null</c>: not so. With neither it is all of the definition.</param>
/// <param name="Given">Tasks that need not run, because what they gave is known.</param>
internal sealed record WorkflowPart(string? UpTo, string? Only, IReadOnlyCollection<string> Given);

/// <summary>
/// Cuts a definition down to what one task needs, and compiles that: what is wrong elsewhere does not matter, and what ended before stands there as given.
/// Pure.
/// </summary>
internal sealed class PartialWorkflow
{
    private readonly WorkflowDefinition _definition;
    private readonly WorkflowPart _part;
    private readonly Dictionary<string, int> _index = new(StringComparer.Ordinal);
    private readonly TaskOrder _order;
    private readonly SortedSet<int> _runs = [], _given = [];
    private readonly HashSet<string> _inputs = new(StringComparer.Ordinal);
    private readonly Dictionary<int, List<Reference>> _named = [];

    private PartialWorkflow(WorkflowDefinition definition, WorkflowPart part)
    {
        (_definition, _part) = (definition, part);
        for (var i = 0; i < definition.Tasks.Length; i++)
            if (definition.Tasks[i].Ref is { Length: > 0 } name) _index.TryAdd(name, i);
        _order = TaskOrder.Of(definition.Tasks, _index, []);
    }

    /// <summary>The workflow of the part; its given tasks have a <see cref="GivenTaskType"/>.</summary>
    public Workflow? Workflow { get; private set; }

    /// <summary>What is wrong with the part, at its places in the whole definition.</summary>
    public ImmutableArray<Problem> Problems { get; private set; } = [];

    /// <summary>The inputs that it names.</summary>
    public ImmutableArray<InputDefinition> Inputs => [.. _definition.Input.Where(input => _inputs.Contains(input.Name))];

    /// <summary>Refs of the tasks that run, in definition order.</summary>
    public ImmutableArray<string> Runs => [.. _runs.Select(task => _definition.Tasks[task].Ref)];

    /// <summary>Tasks that do not run, with what of their output is named; nothing: they are only waited for.</summary>
    public ImmutableArray<(string Ref, ImmutableArray<Reference> Named)> Given =>
        [.. _given.Select(task => (_definition.Tasks[task].Ref, _named.TryGetValue(task, out var named) ? named.ToImmutableArray() : []))];

    public static PartialWorkflow? Of(JsonElement document, WorkflowPart part, ITaskCatalog catalog, out ImmutableArray<Problem> unreadable)
    {
        var problems = new ProblemList();
        unreadable = [];
        if (new DefinitionReader(problems).Read(document) is not { } definition)
        {
            unreadable = problems.InOrder(document);
            return null;
        }

        var partial = new PartialWorkflow(definition, part);
        partial.Choose();
        partial.Link(document, catalog, problems);
        return partial;
    }

    /// <summary>Whether there is such a task.</summary>
    public bool Has(string taskRef) => _index.ContainsKey(taskRef);

    private bool IsWhole => _part is { UpTo: null, Only: null };

    private void Choose()
    {
        var open = new Stack<int>();
        if (IsWhole)
        {
            foreach (var task in Enumerable.Range(0, _definition.Tasks.Length)) Need(task, open);
            foreach (var output in _definition.Output) ReadNames(output.Value);
        }
        // The task that is asked for runs in any case.
        else if (_index.TryGetValue(_part.Only ?? _part.UpTo!, out var last)) open.Push(last);

        while (open.TryPop(out var task))
        {
            if (!_runs.Add(task)) continue;
            foreach (var other in NamedBy(_definition.Tasks[task]))
                if (other != task) Need(other, open);
            if (_part.Only is null)
                foreach (var before in _order.DependsOn(task)) Need(before, open);
        }

        // Whoever is asked for runs, also when others name what it gave before.
        _given.ExceptWith(_runs);
    }

    private void Need(int task, Stack<int> open)
    {
        if (_part.Only is not null || _part.Given.Contains(_definition.Tasks[task].Ref)) _given.Add(task);
        else if (!_runs.Contains(task)) open.Push(task);
    }

    private List<int> NamedBy(TaskDefinition task)
    {
        var named = new List<int>();
        if (task.When is { } when && _part.Only is null) named.AddRange(ReadNames(JsonSerializer.SerializeToElement(when)));
        named.AddRange(ReadNames(task.Input));
        if (task.OnError is ErrorPolicy.UseValue { Value: var value }) named.AddRange(ReadNames(value));
        if (task.OnError is ErrorPolicy.RunTask { Input: var input }) named.AddRange(ReadNames(input));
        return named;
    }

    private List<int> ReadNames(JsonElement value)
    {
        var named = new List<int>();
        // What cannot be parsed is told when it is linked.
        foreach (var reference in ValueTemplate.Parse(value).Template?.Expressions.SelectMany(expression => expression.References) ?? [])
        {
            if (reference.Root == ReferenceRoot.Input) _inputs.Add(reference.Name);
            if (reference.Root != ReferenceRoot.Task || !_index.TryGetValue(reference.Name, out var task)) continue;
            named.Add(task);
            if (!_named.TryGetValue(task, out var references)) _named[task] = references = [];
            references.Add(reference);
        }
        return named;
    }

    private void Link(JsonElement document, ITaskCatalog catalog, ProblemList read)
    {
        int[] kept = [.. _runs.Union(_given).Order()];
        var problems = new ProblemList();
        foreach (var problem in read)
            if (IsWhole || IsAbout(problem.Pointer)) problems.Add(problem);
        var part = _definition with
        {
            Name = _definition.Name.Length > 0 ? _definition.Name : "test",
            Input = [.. _definition.Input.Select(input => IsWhole ? input : input with { Required = input.Required && _inputs.Contains(input.Name) })],
            Tasks = [.. kept.Select(Cut)],
            Output = IsWhole ? _definition.Output : [],
            Concurrency = null,
            Labels = ImmutableSortedDictionary<string, string>.Empty,
        };
        var found = new ProblemList();
        Workflow = new WorkflowLinker(new GivenTaskType.Catalog(catalog), part, found).Link();
        foreach (var problem in found) problems.Add(problem with { Pointer = InWhole(problem.Pointer, kept) });
        if (problems.Count > 0) Workflow = null;
        Problems = problems.InOrder(document);
    }

    private TaskDefinition Cut(int task)
    {
        var whole = _definition.Tasks[task];
        if (!_runs.Contains(task)) return new TaskDefinition { Ref = whole.Ref, Type = GivenTaskType.NameOf(whole.Type), Input = JsonElement.Parse("{}"u8), DependsOn = [] };
        // What it names ended before in the whole; it need not be a neighbour there, and what lay between may be cut out.
        var named = NamedBy(whole).Where(other => _order.ComesAfter(task, other)).Select(other => _definition.Tasks[other].Ref);
        if (_part.Only is not null) return whole with { When = null, DependsOn = [.. named.Distinct()] };
        var direct = whole.DependsOn ?? [.. _order.DependsOn(task).Select(before => _definition.Tasks[before].Ref)];
        return whole with { DependsOn = [.. direct.Union(named)] };
    }

    private bool IsAbout(string pointer) => TaskOf(pointer) is { } task ? _runs.Contains(task.Index) : pointer.StartsWith("#/input/", StringComparison.Ordinal);

    private static string InWhole(string pointer, int[] kept) =>
        TaskOf(pointer) is { } task ? $"#/tasks/{kept[task.Index].ToString(CultureInfo.InvariantCulture)}{task.Below}" : pointer;

    private static (int Index, string Below)? TaskOf(string pointer)
    {
        const string Tasks = "#/tasks/";
        if (!pointer.StartsWith(Tasks, StringComparison.Ordinal)) return null;
        var end = pointer.IndexOf('/', Tasks.Length) is >= 0 and var slash ? slash : pointer.Length;
        return int.TryParse(pointer.AsSpan(Tasks.Length, end - Tasks.Length), CultureInfo.InvariantCulture, out var index) ? (index, pointer[end..]) : null;
    }
}
