using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;

namespace DataFlow.Engine.Runtime;

/// <summary>Counts and times what events say, once they are committed. A fallback counts under the type of its task.</summary>
internal static class ExecutionMetrics
{
    /// <param name="execution">The fold after the events.</param>
    /// <param name="events">In order.</param>
    public static void Record(Execution execution, ImmutableArray<ExecutionEvent> events)
    {
        foreach (var e in events)
        {
            switch (e)
            {
                case ExecutionQueued queued: EngineMetrics.ExecutionsAccepted.Add(1, Label("trigger", queued.Trigger ?? "api")); break;
                case ExecutionStarted: EngineMetrics.ExecutionQueueDuration.Record((e.At - execution.CreatedAt).TotalSeconds); break;
                case ExecutionCompleted or ExecutionFailed or ExecutionCancelled: Ended(execution, e.At); break;
                case TaskStarted started: EngineMetrics.AttemptsStarted.Add(1, Type(execution, started.Ref)); break;
                case TaskRetryScheduled retry: EngineMetrics.AttemptsRetried.Add(1, Type(execution, retry.Ref)); break;
                case TaskInterrupted lost: EngineMetrics.AttemptsInterrupted.Add(1, Type(execution, lost.Ref)); break;
                case TaskCompleted completed: TaskEnded(execution, completed.Ref); break;
                case TaskFailed failed: TaskEnded(execution, failed.Ref); break;
                case TaskCancelled cancelled: TaskEnded(execution, cancelled.Ref); break;
                case TaskSkipped skipped: TaskEnded(execution, skipped.Ref); break;
                default: break;
            }
        }
    }

    private static void Ended(Execution execution, DateTimeOffset at)
    {
        var status = Label("status", execution.Status.Word());
        EngineMetrics.ExecutionsEnded.Add(1, status);
        if (execution.StartedAt is { } started) EngineMetrics.ExecutionDuration.Record((at - started).TotalSeconds, status);
    }

    private static void TaskEnded(Execution execution, string taskRef)
    {
        var run = execution.FindTask(taskRef)!;
        EngineMetrics.TasksEnded.Add(1, Label("type", run.Type), Label("status", run.Status.Word()));
        if (run is { StartedAt: { } started, CompletedAt: { } ended }) EngineMetrics.TaskDuration.Record((ended - started).TotalSeconds, Label("type", run.Type));
    }

    private static KeyValuePair<string, object?> Type(Execution execution, string taskRef) => Label("type", execution.FindTask(taskRef)!.Type);

    private static KeyValuePair<string, object?> Label(string name, string value) => new(name, value);
}
