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

    /// <summary>Watches one execution: what stands now and all after <paramref name="afterSequence"/> (<c>null</c>: after the snapshot).</summary>
    public async Task<Answer<ExecutionWatch>> WatchAsync(string executionId, int? afterSequence, CancellationToken cancellationToken)
    {
        if (await CurrentAsync(executionId, cancellationToken) is not { } snapshot) return NoExecution;
        return new ExecutionWatch(snapshot, ChangesAsync(snapshot, Math.Min(afterSequence ?? snapshot.Sequence, snapshot.Sequence), cancellationToken));
    }

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

    /// <summary>
    /// What the feed dropped or had before the subscription is read from the journal: the sequences tell. The subscription begins with the reading, so that a
    /// watch that nobody reads costs nothing.
    /// </summary>
    private async IAsyncEnumerable<ExecutionChange> ChangesAsync(Execution snapshot, int seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var watcher = _feed.Watch(snapshot.Id);
        if (!snapshot.IsFinished && await CurrentAsync(snapshot.Id, cancellationToken) is { } now && now.Sequence > snapshot.Sequence) snapshot = now;
        if (seen < snapshot.Sequence)
        {
            if (await MissedAsync(snapshot, seen, cancellationToken) is { } missed) yield return missed;
            seen = snapshot.Sequence;
        }
        if (snapshot.IsFinished) yield break;
        await foreach (var change in watcher.Changes.ReadAllAsync(cancellationToken))
        {
            if (change.Execution.Sequence <= seen) continue;
            if (change.FirstSequence == seen + 1) yield return change;
            else if (await MissedAsync(change.Execution, seen, cancellationToken) is { } missed) yield return missed;
            seen = change.Execution.Sequence;
            if (change.Execution.IsFinished) yield break;
        }
    }

    private async Task<ExecutionChange?> MissedAsync(Execution at, int seen, CancellationToken cancellationToken) =>
        await _executions.ReadAsync(at.Id, seen, cancellationToken) is { Events.IsEmpty: false } journal
            ? new ExecutionChange(at, seen + 1, [.. journal.Events.Take(at.Sequence - seen)])
            : null;
}
