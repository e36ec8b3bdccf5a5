using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Executions;

/// <summary>A journal event as one line for a person.</summary>
/// <param name="Ref">The task it is about.</param>
/// <param name="Words">What happened.</param>
/// <param name="Tone">Colour of a status, where it changed one.</param>
internal sealed record EventText(string? Ref, string Words, string? Tone = null)
{
    public static EventText Of(ExecutionEvent happened, TimeZoneInfo zone) => happened switch
    {
        ExecutionQueued e => new(null, $"Accepted{(e.Trigger is null ? "" : $" from {e.Trigger}")}, version {e.WorkflowVersion}", "pending"),
        TaskReused e => new(e.Ref, "was taken over from the replayed execution", "completed"),
        ExecutionStarted => new(null, "Execution started", "running"),
        TaskStarted { Fallback: true } e => new(e.Ref, "fallback task started", "running"),
        TaskStarted e => new(e.Ref, e.Attempt == 1 ? "started" : $"attempt {e.Attempt} started", "running"),
        TaskWaiting e => new(e.Ref, $"waits until {TimeText.Clock(e.Until, zone)}"),
        TaskInterrupted e => new(e.Ref, e.Graceful ? "was interrupted by a restart" : "was interrupted: the process ended while it ran", "cancelled"),
        TaskCompleted e => new(e.Ref, "completed", "completed"),
        TaskRetryScheduled e => new(e.Ref, $"attempt {e.Attempt} failed ({e.Failure.Code}); next at {TimeText.Clock(e.RetryAt, zone)}", "failed"),
        TaskFellBack e => new(e.Ref, $"failed ({e.Failure.Code}); its fallback task starts", "failed"),
        TaskFailed { Handled: true } e => new(e.Ref, $"failed ({e.Failure.Code}); on_error lets the execution go on", "failed"),
        TaskFailed e => new(e.Ref, $"failed ({e.Failure.Code})", "failed"),
        TaskSkipped e => new(e.Ref, $"skipped: {SkipReason(e.Reason)}", "skipped"),
        TaskCancelled e => new(e.Ref, "was cancelled", "cancelled"),
        ExecutionPaused => new(null, "Paused"),
        ExecutionResumed => new(null, "Resumed"),
        CancellationRequested => new(null, "Cancel was asked for"),
        ExecutionCompleted => new(null, "Execution completed", "completed"),
        ExecutionFailed e => new(null, $"Execution failed ({e.Failure.Code})", "failed"),
        ExecutionCancelled => new(null, "Execution cancelled", "cancelled"),
        _ => new(null, happened.GetType().Name),
    };

    /// <summary>The task an event is about; <c>null</c>: the execution.</summary>
    public static string? RefOf(ExecutionEvent happened) => Of(happened, TimeZoneInfo.Utc).Ref;

    /// <summary>A moment in words: <c>event 7 of 21, task_completed download, +1.204 s</c>.</summary>
    public static string Moment(IReadOnlyList<ExecutionEvent> events, int sequence)
    {
        var happened = events[sequence - 1];
        var about = RefOf(happened) is { } name ? $" {name}" : "";
        return $"event {sequence} of {events.Count}, {ExecutionEventType.Of(happened)}{about}, {TimeText.Offset(happened.At - events[0].At)}";
    }

    public static string SkipReason(string? reason) => reason switch
    {
        "condition_false" => "its condition was false",
        "execution_failed" => "the execution had failed before it could start",
        "execution_cancelled" => "the execution was cancelled before it could start",
        null => "no reason was given",
        _ => reason,
    };
}
