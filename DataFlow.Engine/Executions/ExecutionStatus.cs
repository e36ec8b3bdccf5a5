namespace DataFlow.Engine.Executions;

/// <summary>Status of an execution. Waiting, paused and retrying are facts beside it, never statuses.</summary>
public enum ExecutionStatus
{
    /// <summary>Accepted, not started.</summary>
    Pending,

    /// <summary>Started, not ended.</summary>
    Running,

    /// <summary>Ended well.</summary>
    Completed,

    /// <summary>Ended badly.</summary>
    Failed,

    /// <summary>Ended because somebody asked.</summary>
    Cancelled,
}

/// <summary>Status of a task inside an execution.</summary>
public enum TaskRunStatus
{
    /// <summary>Not started.</summary>
    Pending,

    /// <summary>Started, not ended; also while it waits for a moment or its next attempt.</summary>
    Running,

    /// <summary>Ended well.</summary>
    Completed,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Was under way when the execution was cancelled or failed.</summary>
    Cancelled,

    /// <summary>Never started, never will.</summary>
    Skipped,
}
