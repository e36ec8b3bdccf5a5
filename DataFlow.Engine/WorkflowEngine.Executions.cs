using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine;

/// <summary>Executions: asking, steering, watching.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>Waits until an execution has ended or the time is over; answers it as it then stands.</summary>
    public Task<Answer<Execution>> WaitAsync(string executionId, TimeSpan longest, CancellationToken cancellationToken) =>
        WaitAsync(executionId, longest, CancellationToken.None, cancellationToken);

    /// <summary>As <see cref="WaitAsync(string, TimeSpan, CancellationToken)"/>, or until <paramref name="enough"/> ends.</summary>
    public async Task<Answer<Execution>> WaitAsync(string executionId, TimeSpan longest, CancellationToken enough, CancellationToken cancellationToken)
    {
        // Watching begins before looking: an end in between is seen by one or the other.
        using var watcher = _feed.Watch(executionId);
        if (await CurrentAsync(executionId, cancellationToken) is not { } execution) return NoExecution;
        if (execution.IsFinished || longest <= TimeSpan.Zero || enough.IsCancellationRequested) return execution;
        using var timeout = new CancellationTokenSource(longest, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, enough, cancellationToken);
        try
        {
            await foreach (var change in watcher.Changes.ReadAllAsync(either.Token)) execution = change.Execution;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Something may have come that nobody has read yet.
            execution = await CurrentAsync(executionId, cancellationToken) ?? execution;
        }
        return execution;
    }

    /// <summary>An execution as it stands. <paramref name="workflowId"/>: not found when it belongs to another; <c>null</c>: any.</summary>
    public async Task<Answer<Execution>> GetExecutionAsync(string? workflowId, string executionId, CancellationToken cancellationToken) =>
        await CurrentAsync(executionId, cancellationToken) is { } execution && (workflowId is null || workflowId == execution.WorkflowId) ? execution : NoExecution;

    /// <summary>An execution with its journal.</summary>
    public async Task<Answer<ExecutionHistory>> GetHistoryAsync(string executionId, CancellationToken cancellationToken) =>
        await _journals.ReadAsync(executionId, cancellationToken) is { } history ? history : NoExecution;

    /// <summary>What keeps an execution from running beside what its journal tells.</summary>
    public async Task<Answer<ExecutionHold>> GetHoldAsync(string executionId, CancellationToken cancellationToken)
    {
        if (await CurrentAsync(executionId, cancellationToken) is not { } execution) return NoExecution;
        return _dispatcher.HoldOf(execution, await _versions.GetAsync(execution.WorkflowId, execution.WorkflowVersion, cancellationToken));
    }

    /// <summary>Executions, newest first. Not found when the query names an unknown workflow.</summary>
    public async Task<Answer<Page<ExecutionSummary>>> ListExecutionsAsync(ExecutionQuery query, CancellationToken cancellationToken)
    {
        // A deleted workflow's executions are still listed: its versions are still found by number.
        if (query.WorkflowId is { } workflowId
            && await _versions.GetAsync(workflowId, null, cancellationToken) is null && await _versions.GetAsync(workflowId, 1, cancellationToken) is null) return NoWorkflow;
        try { return await _executions.ListAsync(query, cancellationToken); }
        catch (InvalidCursorException) { return BadCursor; }
    }

    /// <summary>Asks for the end. Ended already: conflict <c>already_finished</c>.</summary>
    public Task<Answer<Execution>> CancelAsync(string executionId, CancellationToken cancellationToken) =>
        SteerAsync(executionId, new ExecutionCommand.Cancel(), static after => after.Status == ExecutionStatus.Cancelled, cancellationToken);

    /// <summary>No further attempt starts.</summary>
    public Task<Answer<Execution>> PauseAsync(string executionId, CancellationToken cancellationToken) =>
        SteerAsync(executionId, new ExecutionCommand.Pause(), static after => !after.IsFinished, cancellationToken);

    /// <summary>Goes on after a pause.</summary>
    public Task<Answer<Execution>> ResumeAsync(string executionId, CancellationToken cancellationToken) =>
        SteerAsync(executionId, new ExecutionCommand.Resume(), static _ => true, cancellationToken);

    /// <summary>Rows of executions as they change, all or of one workflow. A slow reader gets the latest row of each, not every one.</summary>
    public async IAsyncEnumerable<ExecutionSummary> WatchSummariesAsync(string? workflowId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watcher = _feed.WatchAll(workflowId);
        await foreach (var summary in watcher.ReadAsync(cancellationToken))
        {
            var version = await _versions.GetAsync(summary.WorkflowId, summary.WorkflowVersion, cancellationToken);
            yield return summary with { WorkflowName = version?.Stored.Name };
        }
    }

    /// <summary>Figures of the last <paramref name="window"/>.</summary>
    public Task<ExecutionStatistics> GetStatisticsAsync(TimeSpan window, int buckets, CancellationToken cancellationToken)
    {
        var now = _clock.GetUtcNow();
        return _executions.ReadStatisticsAsync(now - window, now, buckets, cancellationToken);
    }

    private async Task<Execution?> CurrentAsync(string executionId, CancellationToken cancellationToken) =>
        _dispatcher.Find(executionId)?.Committed ?? (await _journals.ReadAsync(executionId, cancellationToken))?.Execution;

    private async Task<Answer<Execution>> SteerAsync(string executionId, ExecutionCommand command, Func<Execution, bool> done, CancellationToken cancellationToken)
    {
        if (await _executions.FindAsync(executionId, cancellationToken) is not { } row) return NoExecution;
        if (row.Status >= ExecutionStatus.Completed) return AlreadyFinished(row.Status);
        if (await _dispatcher.SendAsync(executionId, command) is not { } after) return NoExecution;
        return done(after) ? after : AlreadyFinished(after.Status);
    }

    private static Refusal AlreadyFinished(ExecutionStatus status) =>
        new(RefusalKind.Conflict, "already_finished", $"The execution has ended: {status.Word()}.");
}
