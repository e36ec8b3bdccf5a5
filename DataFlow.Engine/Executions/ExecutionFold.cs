using System.Diagnostics;

namespace DataFlow.Engine.Executions;

/// <summary>Step 8 of the path: the same code applies an event live and in recovery.</summary>
public static class ExecutionFold
{
    /// <summary>The execution after one more event.</summary>
    /// <exception cref="CorruptJournalException">The event cannot follow.</exception>
    public static Execution Apply(this Execution execution, ExecutionEvent e)
    {
        if (execution.IsFinished) throw new CorruptJournalException(execution.Id, execution.Sequence + 1, $"{e.GetType().Name} after its end");
        var next = e switch
        {
            ExecutionStarted => execution with { Status = ExecutionStatus.Running, StartedAt = e.At },
            ExecutionPaused => execution with { PausedAt = e.At },
            ExecutionResumed => execution with { PausedAt = null },
            CancellationRequested => execution,
            ExecutionCompleted done => execution.End(ExecutionStatus.Completed, e) with { Output = done.Output },
            ExecutionFailed failed => execution.End(ExecutionStatus.Failed, e) with { Failure = failed.Failure },
            ExecutionCancelled => execution.End(ExecutionStatus.Cancelled, e),
            TaskStarted started => execution.With(started.Ref, run => run.Starts(started)),
            TaskWaiting waiting => execution.With(waiting.Ref, run => run with { WaitUntil = waiting.Until }),
            TaskInterrupted lost => execution.With(lost.Ref, run => run with { Interrupted = true, AttemptStartedAt = null, Deaths = run.Deaths + (lost.Graceful ? 0 : 1) }),
            TaskRetryScheduled retry => execution.With(retry.Ref, run => run.Stops() with { Failure = retry.Failure, RetryAt = retry.RetryAt, FailedAttempts = run.FailedAttempts + 1 }),
            TaskFellBack fallen => execution.With(fallen.Ref, run => run.Stops() with { Failure = fallen.Failure, Fallback = true }),
            TaskCompleted done => execution.With(done.Ref, run => run.End(TaskRunStatus.Completed, e) with { Output = done.Output, Failure = null }),
            TaskFailed failed => execution.With(failed.Ref, run => run.End(TaskRunStatus.Failed, e) with { Failure = failed.Failure, Handled = failed.Handled, Output = failed.Handled ? failed.Output ?? EngineJson.Null : null }),
            TaskSkipped skipped => execution.With(skipped.Ref, run => run.End(TaskRunStatus.Skipped, e) with { SkipReason = skipped.Reason }),
            TaskCancelled cancelled => execution.With(cancelled.Ref, run => run.End(TaskRunStatus.Cancelled, e)),
            TaskReused reused => execution.With(reused.Ref, run => run with
            {
                Status = reused.Status, Output = reused.Status == TaskRunStatus.Failed ? reused.Output ?? EngineJson.Null : reused.Output, Failure = reused.Failure, Handled = reused.Status == TaskRunStatus.Failed,
                Reused = true, CompletedAt = e.At, SkipReason = reused.Status == TaskRunStatus.Skipped ? SkipReasons.ConditionFalse : null,
            }),
            ExecutionQueued => throw new CorruptJournalException(execution.Id, execution.Sequence + 1, "queued twice"),
            _ => throw new UnreachableException(),
        };
        return next with { Sequence = execution.Sequence + 1 };
    }

    private static Execution End(this Execution execution, ExecutionStatus status, ExecutionEvent e) =>
        execution with { Status = status, CompletedAt = e.At, PausedAt = null };

    private static Execution With(this Execution execution, string taskRef, Func<TaskRun, TaskRun> change)
    {
        if (!execution.TaskIndex.TryGetValue(taskRef, out var index))
            throw new CorruptJournalException(execution.Id, execution.Sequence + 1, $"there is no task {taskRef}");
        var before = execution.Tasks[index];
        if (before.IsFinished) throw new CorruptJournalException(execution.Id, execution.Sequence + 1, $"task {taskRef} has ended before");
        var after = change(before);
        return execution with
        {
            Tasks = execution.Tasks.SetItem(index, after),
            UnfinishedTasks = execution.UnfinishedTasks - (after.IsFinished ? 1 : 0),
        };
    }

    private static TaskRun Starts(this TaskRun run, TaskStarted e) => run with
    {
        Status = TaskRunStatus.Running,
        Attempt = e.Attempt,
        Input = e.Input,
        StartedAt = run.StartedAt ?? e.At,
        AttemptStartedAt = e.At,
        RetryAt = null,
        WaitUntil = null,
        Interrupted = false,
        Fallback = e.Fallback,
        // It was the last attempt's, and stays with it in the journal.
        Failure = null,
    };

    /// <summary>Between attempts.</summary>
    private static TaskRun Stops(this TaskRun run) => run with { AttemptStartedAt = null, WaitUntil = null, Interrupted = false };

    private static TaskRun End(this TaskRun run, TaskRunStatus status, ExecutionEvent e) =>
        run.Stops() with { Status = status, CompletedAt = e.At, RetryAt = null };
}

/// <summary>Why a task was skipped, as told in events and replies.</summary>
public static class SkipReasons
{
    /// <summary>Its <c>when</c> gave false.</summary>
    public const string ConditionFalse = "condition_false";

    /// <summary>Its execution failed before it started.</summary>
    public const string ExecutionFailed = "execution_failed";

    /// <summary>Its execution was cancelled before it started.</summary>
    public const string ExecutionCancelled = "execution_cancelled";
}
