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

    /// <summary>Labels of the workflow when it was accepted.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>One for each task, in definition order.</summary>
    public required ImmutableArray<TaskRun> Tasks { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsFinished => Status >= ExecutionStatus.Completed;
}

/// <summary>A task inside an execution.</summary>
public sealed record TaskRun
{
    /// <summary>Its <c>ref</c>.</summary>
    public required string Ref { get; init; }

    /// <summary>Canonical name of its task type.</summary>
    public required string Type { get; init; }

    /// <summary>Status.</summary>
    public TaskRunStatus Status { get; init; }

    /// <summary>Number of the current or last attempt; 0: none yet.</summary>
    public int Attempt { get; init; }

    /// <summary>When the first attempt started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the current attempt started.</summary>
    public DateTimeOffset? AttemptStartedAt { get; init; }

    /// <summary>When it ended, however.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Input of the current or last attempt, as rendered.</summary>
    public JsonElement? Input { get; init; }

    /// <summary>Output, once ended with one.</summary>
    public JsonElement? Output { get; init; }

    /// <summary>Why the last attempt failed; cleared when the next one starts.</summary>
    public TaskFailure? Failure { get; init; }

    /// <summary>Why it was skipped.</summary>
    public string? SkipReason { get; init; }

    /// <summary>When its next attempt starts, while it waits for that.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>When the moment it waits for comes, while it does.</summary>
    public DateTimeOffset? WaitUntil { get; init; }

    /// <summary>Whether the fallback task runs or ran in its place.</summary>
    public bool Fallback { get; init; }

    /// <summary>Whether the failure was handled by <c>on_error</c>.</summary>
    public bool Handled { get; init; }

    /// <summary>Whether its end was taken over from a replayed execution.</summary>
    public bool Reused { get; init; }

    /// <summary>How often the process died while it ran.</summary>
    public int Deaths { get; init; }

    /// <summary>Failed attempts that count against <c>retry</c>.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsFinished => Status >= TaskRunStatus.Completed;
}

/// <summary>What lists need of an execution; the projection row, written in the same transaction as the journal.</summary>
public sealed record ExecutionSummary
{
    /// <summary><c>ex-…</c></summary>
    public required string Id { get; init; }

    /// <summary><c>wf-…</c></summary>
    public required string WorkflowId { get; init; }

    /// <summary>Version.</summary>
    public required int WorkflowVersion { get; init; }

    /// <summary>Name of the workflow at that version, as lists show it; filled in on reading.</summary>
    public string? WorkflowName { get; init; }

    /// <summary>Status.</summary>
    public required ExecutionStatus Status { get; init; }

    /// <summary>Accepted.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Started.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Ended.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>Code of the failure, when FAILED.</summary>
    public string? FailureCode { get; init; }

    /// <summary>The task that failed it, when FAILED.</summary>
    public string? FailedRef { get; init; }

    /// <summary>Trigger.</summary>
    public string? Trigger { get; init; }

    /// <summary>The execution it replays.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>Last sequence.</summary>
    public int Sequence { get; init; }

    /// <summary>The row of an execution.</summary>
    public static ExecutionSummary Of(Execution execution) => new()
    {
        Id = execution.Id,
        WorkflowId = execution.WorkflowId,
        WorkflowVersion = execution.WorkflowVersion,
        Status = execution.Status,
        CreatedAt = execution.CreatedAt,
        StartedAt = execution.StartedAt,
        CompletedAt = execution.CompletedAt,
        FailureCode = execution.Failure?.Code,
        FailedRef = execution.Failure?.Ref,
        Trigger = execution.Trigger,
        ReplayOf = execution.ReplayOf,
        Sequence = execution.Sequence,
    };
}
