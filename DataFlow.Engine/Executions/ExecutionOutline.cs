using System.Collections.Frozen;
using System.Collections.Immutable;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine.Executions;

/// <summary>How every execution of one version begins: its tasks, all pending. Made once for a version and shared.</summary>
/// <param name="Tasks">In definition order.</param>
/// <param name="Index">Positions by <c>ref</c>.</param>
public sealed record ExecutionOutline(ImmutableArray<TaskRun> Tasks, FrozenDictionary<string, int> Index)
{
    /// <summary>Of a compiled workflow.</summary>
    public static ExecutionOutline Of(Workflow workflow) => new(
        [.. workflow.Tasks.Select(task => new TaskRun { Ref = task.Definition.Ref, Type = task.Type.Specification.Type })],
        workflow.TaskIndex);

    /// <summary>Of an execution at any moment: how it began.</summary>
    public static ExecutionOutline Of(Execution execution) => new([.. execution.Tasks.Select(run => new TaskRun { Ref = run.Ref, Type = run.Type })], execution.TaskIndex);

    /// <summary>The fold of a journal's first event.</summary>
    public Execution Begin(string id, ExecutionQueued queued) => new()
    {
        Id = id,
        WorkflowId = queued.WorkflowId,
        WorkflowVersion = queued.WorkflowVersion,
        Input = queued.Input,
        CreatedAt = queued.At,
        WebhookUrl = queued.WebhookUrl,
        Trigger = queued.Trigger,
        ReplayOf = queued.ReplayOf,
        TraceParent = queued.TraceParent,
        TraceState = queued.TraceState,
        Labels = queued.Labels ?? ImmutableSortedDictionary<string, string>.Empty,
        Tasks = Tasks,
        TaskIndex = Index,
        UnfinishedTasks = Tasks.Length,
        Sequence = 1,
    };

    /// <summary>The fold of a whole journal.</summary>
    /// <exception cref="CorruptJournalException">The events cannot have happened in this order.</exception>
    public Execution Fold(string id, ReadOnlySpan<ExecutionEvent> events)
    {
        if (events.IsEmpty || events[0] is not ExecutionQueued queued) throw new CorruptJournalException(id, 1, "it does not begin with execution_queued");
        var execution = Begin(id, queued);
        foreach (var e in events[1..]) execution = execution.Apply(e);
        return execution;
    }
}

/// <summary>A journal says what cannot be. A bug or a damaged file, never a user's doing.</summary>
public sealed class CorruptJournalException(string executionId, int sequence, string why)
    : Exception($"The journal of {executionId} is corrupt at event {sequence}: {why}.");
