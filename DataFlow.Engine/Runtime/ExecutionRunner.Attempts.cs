using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Runtime;

/// <summary>Attempts under way, the timer, and how a runner closes.</summary>
internal sealed partial class ExecutionRunner
{
    private void StartAttempt(TaskStarted started)
    {
        // Inline work after the decision may have ended the execution, and with it this attempt.
        if (_execution.FindTask(started.Ref) is not { Status: TaskRunStatus.Running } run || run.Attempt != started.Attempt || run.Interrupted) return;
        var stop = new CancellationTokenSource();
        // The token is taken now: the attempt may be stopped, and its source be gone, before it begins.
        var (execution, type, token) = (_execution, TypeOf(started), stop.Token);
        Watch(started, Task.Run(async () => await parts.Invoker.InvokeAsync(type, started, execution, _credentials, token)), stop);
    }

    private void Watch(TaskStarted started, Task<ExecutionCommand?> report, CancellationTokenSource stop)
    {
        _attempts[started.Ref] = new RunningAttempt(started.Attempt, stop);
        report.ContinueWith(
            static (ended, state) =>
            {
                var (runner, attempt) = ((ExecutionRunner, TaskStarted))state!;
                if (ended.IsFaulted) runner.LogBroken(ended.Exception.InnerException!, runner.ExecutionId);
                // No attempt may be left without its end.
                ExecutionCommand command = ended.IsFaulted ? new ExecutionCommand.TaskFaulted(attempt.Ref, attempt.Attempt, new TaskFailure("unexpected", "The attempt could not be made. The server's log has the details.", Retryable: true))
                    : ended.IsCompletedSuccessfully && ended.Result is { } report ? report : new ExecutionCommand.Tick();
                runner.TryPost(new Envelope(command, null));
            },
            (this, started), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>An attempt that no longer counts is told to stop; whether it does is its own affair, its report is dropped.</summary>
    private void StopAttemptThatEnded(ExecutionEvent e)
    {
        var (taskRef, number) = e switch
        {
            TaskCompleted completed => (completed.Ref, completed.Attempt),
            TaskFailed failed => (failed.Ref, failed.Attempt),
            TaskRetryScheduled retry => (retry.Ref, retry.Attempt),
            TaskFellBack fallen => (fallen.Ref, fallen.Attempt),
            TaskCancelled cancelled => (cancelled.Ref, int.MaxValue),
            _ => (null, 0),
        };
        if (taskRef is null || _attempts.Count == 0 || !_attempts.TryGetValue(taskRef, out var attempt) || attempt.Number > number) return;
        _attempts.Remove(taskRef);
        _ = StopAsync(attempt.Stop);
    }

    private void StopAttempts()
    {
        foreach (var attempt in _attempts.Values) _ = StopAsync(attempt.Stop);
        _attempts.Clear();
    }

    /// <summary>Elsewhere: what a task does when it is told to stop, and how long that takes, is not the execution's affair.</summary>
    private async Task StopAsync(CancellationTokenSource stop)
    {
        try
        {
            await stop.CancelAsync();
        }
        catch (AggregateException e)
        {
            LogStopFailed(e, executionId);
        }
        stop.Dispose();
    }

    private void SetTimer()
    {
        if (_version.Workflow is not { } workflow || _execution.IsFinished) return;
        if (ExecutionDecider.NextDue(workflow, _execution) is not { } due) return;
        var wait = due - parts.Clock.GetUtcNow();
        // A timer may come a little early; never spin on it.
        if (wait < TimeSpan.FromMilliseconds(1)) wait = TimeSpan.FromMilliseconds(1);
        if (wait > Alarms.LongestSleep) wait = Alarms.LongestSleep;
        if (_timer is null)
            _timer = parts.Clock.CreateTimer(static runner => ((ExecutionRunner)runner!).TryPost(new Envelope(new ExecutionCommand.Tick(), null)), this, wait, Timeout.InfiniteTimeSpan);
        else
            _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    private bool TryPost(Envelope envelope)
    {
        lock (_gate) return !_closed && _mailbox.Writer.TryWrite(envelope);
    }

    /// <summary>Gives up the execution when nothing is due soon, unless a command came in at the last moment.</summary>
    private bool TryClose(out RunnerEnd end)
    {
        end = RunnerEnd.Stopped;
        if (!_hold)
        {
            end = RunnerEnd.Parked;
            WakeAt = _version.Workflow is { } workflow ? ExecutionDecider.NextDue(workflow, _execution) : null;
            if (WakeAt - parts.Clock.GetUtcNow() <= ParksAbove) return false;
        }
        lock (_gate)
        {
            if (_mailbox.Reader.TryPeek(out _)) return false;
            return _closed = true;
        }
    }

    private void Close(RunnerEnd end)
    {
        lock (_gate) _closed = true;
        StopAttempts();
        _timer?.Dispose();
        if (_uncreated is not null) _created.TrySetException(new InvalidOperationException($"{executionId} was not created; the log says why."));
        // Nobody answers these here any more: the sender asks again and finds the next runner, or the end.
        while (_mailbox.Reader.TryRead(out var envelope))
            if (end == RunnerEnd.Finished) envelope.Done?.TrySetResult(_execution);
            else envelope.Done?.TrySetCanceled();
    }

    /// <summary>Called when its place is free: who waits for the end goes on.</summary>
    public void SignalEnded(RunnerEnd end)
    {
        End = end;
        _ended.TrySetResult(end == RunnerEnd.Finished ? _execution : null);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ExecutionId}: its journal has moved on without this runner, which stops")]
    private partial void LogLost(string executionId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{ExecutionId}: its runner broke; recovery takes over")]
    private partial void LogBroken(Exception exception, string executionId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ExecutionId}: a task failed when it was told to stop")]
    private partial void LogStopFailed(Exception exception, string executionId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ExecutionId}: waiting for storage: {Why}")]
    private partial void LogUnavailable(string executionId, string why);
}
