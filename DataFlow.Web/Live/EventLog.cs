using System.Globalization;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Api.Contracts;

namespace DataFlow.Web.Live;

/// <summary>Events in words. Values of inputs and outputs are left to the execution document.</summary>
internal static class EventLog
{
    private const TaskLogLevel Info = TaskLogLevel.Information;
    private const TaskLogLevel Warning = TaskLogLevel.Warning;
    private const TaskLogLevel Error = TaskLogLevel.Error;

    public static (TaskLogLevel Level, LogLine Line) Line(ExecutionEvent @event, int sequence)
    {
        var (level, task, message) = @event switch
        {
            ExecutionQueued e => (Info, null, e.ReplayOf is { } original
                ? Text($"Accepted: version {e.WorkflowVersion} of {e.WorkflowId}, a replay of {original}.")
                : Text($"Accepted: version {e.WorkflowVersion} of {e.WorkflowId}.")),
            TaskReused e => (Info, e.Ref, Text($"Taken over from the replayed execution as {e.Status.Word()}; it does not run again.")),
            ExecutionStarted => (Info, null, "Started."),
            TaskStarted { Fallback: true } e => (Info, e.Ref, "The fallback task started."),
            TaskStarted e => (Info, e.Ref, e.Attempt == 1 ? "Started." : Text($"Started attempt {e.Attempt}.")),
            TaskWaiting e => (Info, e.Ref, $"Waits until {ExecutionDocument.Text(e.Until)}."),
            TaskInterrupted { Graceful: true } e => (Info, e.Ref, Text($"Attempt {e.Attempt} was interrupted by the stop of the server.")),
            TaskInterrupted e => (Warning, e.Ref, Text($"The process ended while attempt {e.Attempt} ran.")),
            TaskCompleted e => (Info, e.Ref, "Completed."),
            TaskRetryScheduled e => (Warning, e.Ref, Text($"Attempt {e.Attempt} failed ({Why(e.Failure)}); the next one starts at {ExecutionDocument.Text(e.RetryAt)}.")),
            TaskFellBack e => (Warning, e.Ref, $"Failed ({Why(e.Failure)}); its fallback task takes over."),
            TaskFailed { Handled: true } e => (Warning, e.Ref, $"Failed ({Why(e.Failure)}); on_error lets the execution go on."),
            TaskFailed e => (Error, e.Ref, $"Failed ({Why(e.Failure)})."),
            TaskSkipped e => (Info, e.Ref, $"Skipped: {Words(e.Reason)}."),
            TaskCancelled e => (Warning, e.Ref, "Cancelled while it ran; a late result is dropped."),
            ExecutionPaused => (Info, null, "Paused: no further task starts."),
            ExecutionResumed => (Info, null, "Resumed."),
            CancellationRequested e => (Info, null, e.Reason is { } reason ? $"Cancellation was asked for: {reason}." : "Cancellation was asked for."),
            ExecutionCompleted => (Info, null, "Completed."),
            ExecutionFailed e => (Error, null, $"Failed ({Why(e.Failure)})."),
            ExecutionCancelled => (Warning, null, "Cancelled."),
            _ => (Info, (string?)null, Words(ExecutionEventType.Of(@event))),
        };
        return (level, new LogLine(@event.At, LogMerge.Word(level), task, message, AttemptOf(@event), sequence, null));
    }

    private static int? AttemptOf(ExecutionEvent @event) => @event switch
    {
        TaskStarted e => e.Attempt,
        TaskInterrupted e => e.Attempt,
        TaskCompleted e => e.Attempt,
        TaskRetryScheduled e => e.Attempt,
        TaskFailed e => e.Attempt,
        _ => null,
    };

    private static string Why(TaskFailure failure) => $"{failure.Code}: {failure.Message.TrimEnd('.')}";

    private static string Words(string snake) => snake.Replace('_', ' ');

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
