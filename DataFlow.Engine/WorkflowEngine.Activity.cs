using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.CompilerServices;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine;

/// <summary>What tasks tell while they run: lines, kept with the execution, and progress, told to whoever watches.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>A watcher is told of progress at most this often.</summary>
    private static readonly TimeSpan ProgressPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Lines that tasks of an execution wrote, oldest first; all that were written before the call are there.</summary>
    public async Task<Answer<Page<TaskLogLine>>> ListLogsAsync(TaskLogQuery query, CancellationToken cancellationToken)
    {
        if (await CurrentAsync(query.ExecutionId, cancellationToken) is null) return NoExecution;
        await _logWriter.FlushAsync(query.ExecutionId, cancellationToken);
        try { return await _logs.ListAsync(query, cancellationToken); }
        catch (InvalidCursorException) { return BadCursor; }
    }

    /// <summary>
    /// Lines after a number and the newest progress of each task: first what is there, be it nothing, then what comes, until the execution has ended. No line is
    /// left out or told twice, in the order of their numbers; of progress a slow reader gets the newest. Nothing at all for an unknown execution.
    /// </summary>
    public async IAsyncEnumerable<TaskActivity> WatchActivityAsync(string executionId, int afterNumber, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watcher = _activity.Watch(executionId);
        if (await CurrentAsync(executionId, cancellationToken) is null) yield break;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ending = EndAsync(executionId, watcher, stop.Token);
        try
        {
            var seen = Math.Max(0, afterNumber);
            for (var isFirst = true; ; isFirst = false)
            {
                // Asked before taking: what was written before the end is taken with it.
                var isLast = watcher.HasEnded;
                if (isFirst || isLast) await _logWriter.FlushAsync(executionId, cancellationToken);
                var (lines, progress) = watcher.Take();
                if (isFirst || isLast || lines is [var next, ..] && next.Number > seen + 1)
                {
                    while (await StoredAsync(executionId, seen, cancellationToken) is { Items: { IsEmpty: false } page } stored)
                    {
                        yield return new TaskActivity(page, []);
                        seen = page[^1].Number;
                        if (stored.NextCursor is null) break;
                    }
                }
                var fresh = lines.RemoveAll(line => line.Number <= seen);
                if (isFirst || !fresh.IsEmpty || !progress.IsEmpty)
                {
                    yield return new TaskActivity(fresh, progress);
                    if (!fresh.IsEmpty) seen = fresh[^1].Number;
                }
                if (isLast) break;
                if (!isFirst) await Task.Delay(ProgressPause, _clock, cancellationToken);
                await watcher.WaitAsync(cancellationToken);
            }
            await ending;
        }
        finally
        {
            await stop.CancelAsync();
            await ending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private Task<Page<TaskLogLine>> StoredAsync(string executionId, int after, CancellationToken cancellationToken) =>
        _logs.ListAsync(new TaskLogQuery(executionId, Cursor: after.ToString(CultureInfo.InvariantCulture), Limit: TaskLogBook.LongestPage), cancellationToken);

    private async Task EndAsync(string executionId, ActivityFeed.ActivityWatcher watcher, CancellationToken cancellationToken)
    {
        try
        {
            // Watching begins before looking: an end in between is seen by one or the other.
            using var changes = _feed.Watch(executionId);
            if (await CurrentAsync(executionId, cancellationToken) is not { IsFinished: false }) return;
            await foreach (var change in changes.Changes.ReadAllAsync(cancellationToken))
                if (change.Execution.IsFinished) return;
        }
        finally
        {
            watcher.End();
        }
    }
}
