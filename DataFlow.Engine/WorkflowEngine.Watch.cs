using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine;

/// <summary>Watching one execution. A thousand may begin in the same moment, so the beginning reads the journal once and not again.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>Watches one execution: what stands now and all after <paramref name="afterSequence"/> (<c>null</c>: after the snapshot).</summary>
    public async Task<Answer<ExecutionWatch>> WatchAsync(string executionId, int? afterSequence, CancellationToken cancellationToken)
    {
        var told = _feed.ToldSoFar(executionId);
        if (await StandingAsync(executionId, cancellationToken) is not { } standing) return NoExecution;
        var seen = Math.Min(afterSequence ?? standing.Execution.Sequence, standing.Execution.Sequence);
        return new ExecutionWatch(standing.Execution, ChangesAsync(standing, seen, told, cancellationToken));
    }

    /// <summary>
    /// What the feed dropped or had before the subscription is read from the journal: the sequences tell. The subscription begins with the reading, so that a
    /// watch that nobody reads costs nothing.
    /// </summary>
    private async IAsyncEnumerable<ExecutionChange> ChangesAsync(Standing standing, int seen, int told, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var executionId = standing.Execution.Id;
        using var watcher = _feed.Watch(executionId);
        if (!standing.Execution.IsFinished && _feed.ToldSoFar(executionId) != told && await StandingAsync(executionId, cancellationToken) is { } now && now.Execution.Sequence > standing.Execution.Sequence) standing = now;
        if (seen < standing.Execution.Sequence)
        {
            if (await MissedAsync(standing, seen, cancellationToken) is { } missed) yield return missed;
            seen = standing.Execution.Sequence;
        }
        if (standing.Execution.IsFinished) yield break;
        // A watch lives as long as its execution, and what has been read no longer than until it is told.
        standing = standing with { Events = null };
        await foreach (var change in watcher.Changes.ReadAllAsync(cancellationToken))
        {
            if (change.Execution.Sequence <= seen) continue;
            if (change.FirstSequence == seen + 1) yield return change;
            else if (await MissedAsync(new Standing(change.Execution, null), seen, cancellationToken) is { } missed) yield return missed;
            seen = change.Execution.Sequence;
            if (change.Execution.IsFinished) yield break;
        }
    }

    private async Task<Standing?> StandingAsync(string executionId, CancellationToken cancellationToken) =>
        _dispatcher.Find(executionId)?.Committed is { } running ? new Standing(running, null)
        : await _journals.ReadAsync(executionId, cancellationToken) is { } history ? new Standing(history.Execution, history.Events)
        : null;

    private async Task<ExecutionChange?> MissedAsync(Standing at, int seen, CancellationToken cancellationToken)
    {
        var last = at.Execution.Sequence;
        if (at.Events is { } all) return new ExecutionChange(at.Execution, seen + 1, all[seen..last]);
        return await _executions.ReadAsync(at.Execution.Id, seen, cancellationToken) is { Events.IsEmpty: false } journal
            ? new ExecutionChange(at.Execution, seen + 1, [.. journal.Events.Take(last - seen)])
            : null;
    }

    /// <summary>An execution as it stands, with its journal where that had to be read to know.</summary>
    private sealed record Standing(Execution Execution, ImmutableArray<ExecutionEvent>? Events);
}
