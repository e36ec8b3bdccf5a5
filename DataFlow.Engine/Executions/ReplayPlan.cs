using System.Collections.Immutable;
using System.Runtime.InteropServices;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine.Executions;

/// <summary>Why a task of a replay runs again.</summary>
public enum ReplayReason
{
    /// <summary>It is the task to begin from.</summary>
    Chosen,

    /// <summary>It failed, was cancelled, or never started.</summary>
    NotEnded,

    /// <summary>The replayed execution had no such task.</summary>
    New,

    /// <summary>It is defined differently in the version that runs now.</summary>
    Changed,

    /// <summary>It comes after a task that runs again.</summary>
    After,

    /// <summary>Everything runs again.</summary>
    All,
}

/// <summary>What a replay does with one task.</summary>
/// <param name="Ref">Its <c>ref</c>.</param>
/// <param name="Type">Its task type.</param>
/// <param name="Again">Why it runs again; <c>null</c>: its end is taken over.</param>
public sealed record ReplayedTask(string Ref, string Type, ReplayReason? Again);

/// <summary>Which ends of a finished execution a replay takes over. Pure.</summary>
public static class ReplayPlan
{
    /// <summary>
    /// What becomes of every task of <paramref name="workflow"/>. What runs again: the named task (or what failed, was cancelled or never
    /// started), every task that is new or defined differently in <paramref name="workflow"/>, and all that come after one of these.
    /// </summary>
    /// <param name="workflow">What the replay runs.</param>
    /// <param name="original">What the original ran; <c>null</c>: the same.</param>
    /// <param name="source">The execution to replay, ended.</param>
    /// <param name="fromRef">The first task to run again; <c>null</c>: what did not end well, or all when everything did.</param>
    /// <param name="all">Everything runs again.</param>
    public static ImmutableArray<ReplayedTask> Of(Workflow workflow, Workflow? original, Execution source, string? fromRef, bool all)
    {
        var again = new ReplayReason?[workflow.Tasks.Length];
        foreach (var task in workflow.Tasks)
        {
            var before = source.FindTask(task.Definition.Ref);
            again[task.Index] = task.Definition.Ref == fromRef ? ReplayReason.Chosen
                : before is null ? ReplayReason.New
                : !EndedForUse(before) ? ReplayReason.NotEnded
                : Differs(task, original) ? ReplayReason.Changed
                : null;
        }
        if (all || (fromRef is null && Array.TrueForAll(again, reason => reason is null))) Array.Fill(again, ReplayReason.All);
        foreach (var task in InOrder(workflow))
            if (again[task.Index] is null && task.DependsOn.Any(before => again[before] is not null)) again[task.Index] = ReplayReason.After;
        return [.. workflow.Tasks.Select(task => new ReplayedTask(task.Definition.Ref, task.Type.Specification.Type, again[task.Index]))];
    }

    /// <summary>The tasks to take over, as events that follow <c>execution_queued</c>.</summary>
    public static ImmutableArray<TaskReused> Reuse(ImmutableArray<ReplayedTask> plan, Execution source, DateTimeOffset now) =>
    [
        .. from task in plan
           where task.Again is null
           let run = source.FindTask(task.Ref)!
           select new TaskReused(now, run.Ref, run.Status, run.Output, run.Failure),
    ];

    private static bool EndedForUse(TaskRun run) =>
        run.Status == TaskRunStatus.Completed || run is { Status: TaskRunStatus.Failed, Handled: true } || run is { Status: TaskRunStatus.Skipped, SkipReason: SkipReasons.ConditionFalse };

    private static bool Differs(WorkflowTask task, Workflow? original)
    {
        if (original is null) return false;
        if (!original.TaskIndex.TryGetValue(task.Definition.Ref, out var index)) return true;
        var before = original.Tasks[index];
        return before.Type.Specification.Type != task.Type.Specification.Type
            || before.Definition.When != task.Definition.When
            || !JsonMarshal.GetRawUtf8Value(before.Definition.Input).SequenceEqual(JsonMarshal.GetRawUtf8Value(task.Definition.Input));
    }

    /// <summary>Every task after those it depends on.</summary>
    private static IEnumerable<WorkflowTask> InOrder(Workflow workflow)
    {
        var open = workflow.Tasks.Select(task => task.DependsOn.Length).ToArray();
        var ready = new Queue<WorkflowTask>(workflow.Tasks.Where(task => task.DependsOn.IsEmpty));
        while (ready.TryDequeue(out var task))
        {
            yield return task;
            foreach (var dependent in task.Dependents)
                if (--open[dependent] == 0) ready.Enqueue(workflow.Tasks[dependent]);
        }
    }
}
