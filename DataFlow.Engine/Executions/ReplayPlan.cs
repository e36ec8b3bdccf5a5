using System.Collections.Immutable;
using System.Runtime.InteropServices;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine.Executions;

/// <summary>Which ends of a finished execution a replay takes over. Pure.</summary>
public static class ReplayPlan
{
    /// <summary>
    /// The tasks to take over, as events that follow <c>execution_queued</c>. What runs again: the named task (or what failed, was cancelled or never
    /// started), every task that is new or defined differently in <paramref name="workflow"/>, and all that come after one of these.
    /// </summary>
    /// <param name="workflow">What the replay runs.</param>
    /// <param name="original">What the original ran; <c>null</c>: the same.</param>
    /// <param name="source">The execution to replay, ended.</param>
    /// <param name="fromRef">The first task to run again; <c>null</c>: what did not end well, or all when everything did.</param>
    /// <param name="now">The time.</param>
    public static ImmutableArray<TaskReused> Reuse(Workflow workflow, Workflow? original, Execution source, string? fromRef, DateTimeOffset now)
    {
        var again = new bool[workflow.Tasks.Length];
        foreach (var task in workflow.Tasks)
        {
            var before = source.FindTask(task.Definition.Ref);
            again[task.Index] = before is null || !EndedForUse(before) || task.Definition.Ref == fromRef || Differs(task, original);
        }
        if (fromRef is null && !again.Contains(true)) return [];
        foreach (var task in InOrder(workflow))
            if (task.DependsOn.Any(before => again[before])) again[task.Index] = true;
        return
        [
            .. from task in workflow.Tasks
               where !again[task.Index]
               let run = source.FindTask(task.Definition.Ref)!
               select new TaskReused(now, run.Ref, run.Status, run.Output, run.Failure),
        ];
    }

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
