using System.Collections;
using System.Collections.Immutable;

using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Which tasks must have ended before which: the list order and <c>depends_on</c> in one graph, cycles found, its closure at hand.</summary>
internal sealed class TaskOrder
{
    private readonly ImmutableArray<TaskDefinition> _tasks;
    private readonly int[][] _dependsOn;
    private readonly BitArray?[] _endedBefore;
    private readonly bool[] _uncertain;

    private TaskOrder(ImmutableArray<TaskDefinition> tasks)
    {
        _tasks = tasks;
        _dependsOn = new int[tasks.Length][];
        _endedBefore = new BitArray?[tasks.Length];
        _uncertain = new bool[tasks.Length];
    }

    /// <param name="tasks">The tasks.</param>
    /// <param name="index">Their positions by ref.</param>
    /// <param name="problems">Where <c>unknown_ref</c> and <c>cycle</c> go.</param>
    public static TaskOrder Of(ImmutableArray<TaskDefinition> tasks, IReadOnlyDictionary<string, int> index, ProblemList problems)
    {
        var order = new TaskOrder(tasks);
        for (var i = 0; i < tasks.Length; i++) order._dependsOn[i] = order.Direct(i, index, problems);
        var (sorted, waiting) = order.Sort();
        foreach (var task in sorted) order.Close(task);
        if (sorted.Count < tasks.Length) new TaskCycles(tasks, order._dependsOn, waiting, problems).Report();
        return order;
    }

    public ImmutableArray<int> DependsOn(int task) => [.. _dependsOn[task]];

    public ImmutableArray<int>[] Dependents()
    {
        var dependents = Array.ConvertAll(_dependsOn, _ => ImmutableArray.CreateBuilder<int>());
        for (var i = 0; i < _dependsOn.Length; i++)
            foreach (var before in _dependsOn[i]) dependents[before].Add(i);
        return Array.ConvertAll(dependents, each => each.ToImmutable());
    }

    /// <summary>Whether <paramref name="other"/> has ended whenever <paramref name="task"/> starts; also when a problem elsewhere makes that impossible to say.</summary>
    public bool HasEnded(int other, int task) => _endedBefore[task] is not { } ended || _uncertain[task] || ended[other];

    /// <summary>Whether <paramref name="other"/> certainly starts only after <paramref name="task"/>.</summary>
    public bool ComesAfter(int other, int task) => _endedBefore[other] is { } ended && ended[task];

    private int[] Direct(int task, IReadOnlyDictionary<string, int> index, ProblemList problems)
    {
        if (_tasks[task].DependsOn is not { } named) return task == 0 ? [] : [task - 1];
        var before = new SortedSet<int>();
        for (var i = 0; i < named.Length; i++)
        {
            if (named[i].Length > 0 && index.TryGetValue(named[i], out var other))
            {
                if (other != task) before.Add(other);
                else problems.Add(Pointer(task, i), ProblemCodes.Cycle, $"A task cannot wait for itself: {Wording.Shorten(named[i])} -> {Wording.Shorten(named[i])}.");
                continue;
            }

            _uncertain[task] = true;
            if (named[i].Length > 0)
                problems.Add(Pointer(task, i), ProblemCodes.UnknownRef, $"There is no task {Wording.Quote(named[i])}.", NearestName.Find(named[i], index.Keys.Where(key => index[key] != task)));
        }

        return [.. before];
    }

    /// <summary>Tasks in an order they can run in, and for each how many it still waits for: more than none in or behind a cycle.</summary>
    private (List<int> Sorted, int[] Waiting) Sort()
    {
        var dependents = Dependents();
        var waiting = Array.ConvertAll(_dependsOn, each => each.Length);
        var sorted = new List<int>(waiting.Length);
        for (var i = 0; i < waiting.Length; i++)
            if (waiting[i] == 0) sorted.Add(i);
        for (var next = 0; next < sorted.Count; next++)
            foreach (var dependent in dependents[sorted[next]])
                if (--waiting[dependent] == 0) sorted.Add(dependent);
        return (sorted, waiting);
    }

    private void Close(int task)
    {
        var ended = new BitArray(_tasks.Length);
        foreach (var before in _dependsOn[task])
        {
            ended.Or(_endedBefore[before]!);
            ended[before] = true;
            _uncertain[task] |= _uncertain[before];
        }

        _endedBefore[task] = ended;
    }

    internal static string Pointer(int task, int entry) => $"#/tasks/{task}/depends_on/{entry}";
}
