using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Executions;

/// <summary>One run of one workflow version: the fold of its journal. Immutable.</summary>
public sealed record Execution
{
    /// <summary><c>ex-…</c></summary>
    public required string Id { get; init; }

    /// <summary><c>wf-…</c></summary>
    public required string WorkflowId { get; init; }

    /// <summary>The version that was current when it was accepted.</summary>
    public required int WorkflowVersion { get; init; }

    /// <summary>Status.</summary>
    public ExecutionStatus Status { get; init; }

    /// <summary>Sequence of the last event folded in.</summary>
    public int Sequence { get; init; }

    /// <summary>Checked input with defaults.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>Set when COMPLETED.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Set when FAILED.</summary>
    public TaskFailure? Failure { get; init; }

    /// <summary>When it was accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was first claimed.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it ended, however.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Set while paused.</summary>
    public DateTimeOffset? PausedAt { get; init; }

    /// <summary>Where status changes are sent.</summary>
    public string? WebhookUrl { get; init; }

    /// <summary>What started it: <c>api</c>, <c>ui</c>, <c>replay</c>.</summary>
    public string? Trigger { get; init; }

    /// <summary>The execution it replays.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>The span it was accepted in, as W3C <c>traceparent</c>.</summary>
    public string? TraceParent { get; init; }

    /// <summary>What came with it, as W3C <c>tracestate</c>.</summary>
    public string? TraceState { get; init; }

    /// <summary>Labels of the workflow when it was accepted.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>One for each task, in definition order.</summary>
    public required ImmutableArray<TaskRun> Tasks { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsFinished => Status >= ExecutionStatus.Completed;

    /// <summary>How many tasks have not ended, kept by the fold so that no decision counts them.</summary>
    public int UnfinishedTasks { get; init; }

    /// <summary>Positions in <see cref="Tasks"/> by <c>ref</c>; shared by all executions of a version.</summary>
    internal FrozenDictionary<string, int> TaskIndex { get; init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>The task with this <c>ref</c>, or <c>null</c>.</summary>
    public TaskRun? FindTask(string taskRef) => TaskIndex.TryGetValue(taskRef, out var index) ? Tasks[index] : null;
}
