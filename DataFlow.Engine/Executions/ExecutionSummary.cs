namespace DataFlow.Engine.Executions;

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

    /// <summary>What it said, when FAILED; at most <see cref="LongestMessage"/> characters of it.</summary>
    public string? FailureMessage { get; init; }

    /// <summary>Trigger.</summary>
    public string? Trigger { get; init; }

    /// <summary>The execution it replays.</summary>
    public string? ReplayOf { get; init; }

    /// <summary>Last sequence.</summary>
    public int Sequence { get; init; }

    /// <summary>A row keeps so much of a failure's message: enough to tell one from another and to search in.</summary>
    public const int LongestMessage = 300;

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
        FailureMessage = Shorten(execution.Failure?.Message),
        Trigger = execution.Trigger,
        ReplayOf = execution.ReplayOf,
        Sequence = execution.Sequence,
    };

    private static string? Shorten(string? message)
    {
        if (message is null || message.Length <= LongestMessage) return message;
        // Half a surrogate pair is no text, and would not come back from a database.
        return message[..(char.IsHighSurrogate(message[LongestMessage - 1]) ? LongestMessage - 1 : LongestMessage)];
    }
}
