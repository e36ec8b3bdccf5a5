using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Executions;

/// <summary>What is true of a task beside its status: why it waits, why it was skipped, what stood in for it. The answer to "why is nothing happening?".</summary>
internal static class TaskFacts
{
    public static string? Of(Execution execution, TaskRun run, DateTimeOffset now, TimeZoneInfo zone, ExecutionGraph? graph = null) => run switch
    {
        { Status: TaskRunStatus.Running, RetryAt: { } at } =>
            $"Attempt {Numbered(run, graph)} failed{(run.Failure is { } failure ? $" ({failure.Code})" : "")}. The next starts at {TimeText.Upcoming(at, now, zone)}{Left(at, now)}",
        { Status: TaskRunStatus.Running, WaitUntil: { } until } => $"Waits until {TimeText.Upcoming(until, now, zone)}{Left(until, now)}",
        { Status: TaskRunStatus.Running, Interrupted: true } => "The server stopped while it ran; it is decided next whether it may be repeated",
        { Status: TaskRunStatus.Running, Fallback: true } => "The task itself failed; its fallback runs",
        { Status: TaskRunStatus.Running, Attempt: > 1 } => $"Attempt {Numbered(run, graph)} is under way",
        { Status: TaskRunStatus.Pending } when execution is { PausedAt: not null, IsFinished: false } => "The execution is paused; this starts after it is resumed",
        { Status: TaskRunStatus.Pending } when execution.Status == ExecutionStatus.Running && graph is not null => Dependencies(execution, run, graph),
        { Status: TaskRunStatus.Skipped } => $"Skipped because {EventText.SkipReason(run.SkipReason)}",
        { Reused: true } => "Taken over from the replayed execution; it did not run again",
        { Handled: true } => $"Failed{(run.Failure is { } handled ? $" ({handled.Code})" : "")}, and on_error let the execution go on",
        { Status: TaskRunStatus.Completed, Fallback: true } => "The task itself failed; this is its fallback's output",
        { Status: TaskRunStatus.Completed, Attempt: > 1 } => $"Needed {run.Attempt} attempts",
        _ => null,
    };

    /// <summary>The same in the few words that a card has room for; <c>null</c>: the card shows what the task is.</summary>
    public static CanvasFact? OnCard(TaskRun run, DateTimeOffset now, TimeZoneInfo zone, ExecutionGraph graph) => run switch
    {
        { Status: TaskRunStatus.Running, RetryAt: { } at } => new($"next try {(at > now ? $"in {TimeText.Ticking(at - now)}" : "now")}"),
        { Status: TaskRunStatus.Running, WaitUntil: { } until } => new(until > now ? $"waits {TimeText.Ticking(until - now)} more" : $"waited until {TimeText.Clock(until, zone)}"),
        { Status: TaskRunStatus.Running, Interrupted: true } => new("interrupted by a stop"),
        { Status: TaskRunStatus.Running, Fallback: true } => new("its fallback runs"),
        { Status: TaskRunStatus.Running, Attempt: > 1 } => new($"attempt {Numbered(run, graph)}"),
        { Status: TaskRunStatus.Skipped } => new($"skipped: {Skipped(run.SkipReason)}"),
        { Reused: true } => new("taken over, not run again"),
        { Handled: true } => new($"{run.Failure?.Code ?? "failed"}, went on"),
        { Status: TaskRunStatus.Failed } => new(run.Failure is { } failure ? $"{failure.Code}{(run.Attempt > 1 ? $" after {run.Attempt} attempts" : "")}" : "failed"),
        { Status: TaskRunStatus.Completed, Fallback: true } => new("by its fallback"),
        { Status: TaskRunStatus.Completed, Attempt: > 1 } => new($"at attempt {Numbered(run, graph)}"),
        _ => null,
    };

    private static string Numbered(TaskRun run, ExecutionGraph? graph) =>
        graph?.MostAttempts(run.Ref) is { } most && most > 1 && most >= run.Attempt ? $"{run.Attempt} of {most}" : $"{run.Attempt}";

    private static string? Dependencies(Execution execution, TaskRun run, ExecutionGraph graph)
    {
        var names = graph.UnfinishedBefore(execution, run.Ref).Select(before => before.Ref).ToList();
        return names.Count switch
        {
            0 => null,
            1 => $"Starts when {names[0]} has ended",
            <= 3 => $"Starts when {string.Join(", ", names[..^1])} and {names[^1]} have ended",
            _ => $"Starts when {names[0]}, {names[1]} and {names.Count - 2} others have ended",
        };
    }

    private static string Skipped(string? reason) => reason switch
    {
        SkipReasons.ConditionFalse => "condition false",
        SkipReasons.ExecutionFailed => "failed before",
        SkipReasons.ExecutionCancelled => "cancelled before",
        _ => reason ?? "no reason",
    };

    private static string Left(DateTimeOffset at, DateTimeOffset now) => at > now ? $", in {TimeText.Ticking(at - now)}" : "";
}
