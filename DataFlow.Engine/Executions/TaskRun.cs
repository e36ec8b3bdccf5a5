using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Executions;

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

    /// <summary>Whether the process ended while the current attempt ran, and nothing has been decided about that yet.</summary>
    public bool Interrupted { get; init; }

    /// <summary>How often the process died while it ran.</summary>
    public int Deaths { get; init; }

    /// <summary>Failed attempts that count against <c>retry</c>.</summary>
    public int FailedAttempts { get; init; }

    /// <summary>Whether it has ended.</summary>
    public bool IsFinished => Status >= TaskRunStatus.Completed;
}
