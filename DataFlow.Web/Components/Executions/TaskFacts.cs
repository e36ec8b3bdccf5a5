using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Executions;

/// <summary>What is true of a task beside its status: why it waits, why it was skipped, what stood in for it. The answer to "why is nothing happening?".</summary>
internal static class TaskFacts
{
    public static string? Of(Execution execution, TaskRun run, DateTimeOffset now, TimeZoneInfo zone) => run switch
    {
        { Status: TaskRunStatus.Running, RetryAt: { } at } =>
            $"Attempt {run.Attempt} failed{(run.Failure is { } failure ? $" ({failure.Code})" : "")}. The next starts at {TimeText.Upcoming(at, now, zone)}{Left(at, now)}",
        { Status: TaskRunStatus.Running, WaitUntil: { } until } => $"Waits until {TimeText.Upcoming(until, now, zone)}{Left(until, now)}",
        { Status: TaskRunStatus.Running, Fallback: true } => "The task itself failed; its fallback runs",
        { Status: TaskRunStatus.Pending } when execution is { PausedAt: not null, IsFinished: false } => "The execution is paused; this starts after it is resumed",
        { Status: TaskRunStatus.Skipped } => $"Skipped because {EventText.SkipReason(run.SkipReason)}",
        { Reused: true } => "Taken over from the replayed execution; it did not run again",
        { Handled: true } => $"Failed{(run.Failure is { } handled ? $" ({handled.Code})" : "")}, and on_error let the execution go on",
        { Status: TaskRunStatus.Completed, Fallback: true } => "The task itself failed; this is its fallback's output",
        { Status: TaskRunStatus.Completed, Attempt: > 1 } => $"Needed {run.Attempt} attempts",
        _ => null,
    };

    private static string Left(DateTimeOffset at, DateTimeOffset now) => at > now ? $", in {TimeText.Ticking(at - now)}" : "";
}
