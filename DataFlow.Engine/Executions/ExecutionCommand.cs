using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Executions;

/// <summary>Something asked of, or reported to, an execution. What it leads to is decided by <see cref="ExecutionDecider"/>.</summary>
public abstract record ExecutionCommand
{
    /// <summary>A runner has claimed it: begin.</summary>
    public sealed record Start : ExecutionCommand;

    /// <summary>A runner has claimed it after the one before was lost: what was under way is interrupted, then it goes on.</summary>
    public sealed record Recover : ExecutionCommand;

    /// <summary>An attempt ended well.</summary>
    public sealed record TaskSucceeded(string Ref, int Attempt, JsonElement Output) : ExecutionCommand;

    /// <summary>An attempt failed.</summary>
    public sealed record TaskFaulted(string Ref, int Attempt, TaskFailure Failure) : ExecutionCommand;

    /// <summary>Time has passed: whatever is due by now (retries, waits, timeouts) happens.</summary>
    public sealed record Tick : ExecutionCommand;

    /// <summary>End it.</summary>
    public sealed record Cancel(string? Reason = null) : ExecutionCommand;

    /// <summary>Start nothing further.</summary>
    public sealed record Pause : ExecutionCommand;

    /// <summary>Go on.</summary>
    public sealed record Resume : ExecutionCommand;

    /// <summary>The host stops now: what is still under way is left to recovery, and that is no death.</summary>
    public sealed record HostStopping : ExecutionCommand;
}
