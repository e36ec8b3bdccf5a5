using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Retention;

/// <summary>What a run would remove if it began now. Nothing is changed by asking.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Excess">Limits that something is over, in the order they are applied; what one removes the next does not count again.</param>
public sealed record RetentionPreview(DateTimeOffset At, ImmutableArray<RetentionExcess> Excess)
{
    /// <summary>Executions that would go, at most: those with webhook messages on their way stay.</summary>
    public long Executions => Excess.Sum(excess => excess.Executions);
}

/// <summary>What one limit would remove.</summary>
/// <param name="Setting">The limit, a property of <see cref="RetentionOptions"/>.</param>
/// <param name="Executions">How many.</param>
/// <param name="IsEstimate">Whether that is reckoned from their average size.</param>
public sealed record RetentionExcess(string Setting, long Executions, bool IsEstimate = false);

/// <summary>A run that is under way.</summary>
/// <param name="At">When it began.</param>
/// <param name="Removed">Executions removed until now.</param>
/// <param name="Held">Executions over a limit that stay because webhook messages of them are on their way.</param>
public sealed record RetentionProgress(DateTimeOffset At, long Removed, long Held);

/// <summary>Goes through the limits as <see cref="ExecutionRetention"/> does, and counts instead of removing.</summary>
internal sealed class RetentionForecast(IRetentionStore store, RetentionOptions limits, DateTimeOffset now)
{
    private const int Chosen = 2_000;

    private readonly HashSet<long> _gone = [];
    private readonly List<RetentionExcess> _excess = [];

    public async Task<RetentionPreview> ReadAsync(CancellationToken cancellationToken)
    {
        if (limits.MaxAgeDays > 0)
            await TakeAsync(nameof(RetentionOptions.MaxAgeDays), new EndedQuery(Chosen, now.AddDays(-limits.MaxAgeDays), [ExecutionStatus.Completed, ExecutionStatus.Cancelled]), long.MaxValue, cancellationToken);
        if (limits.FailedMaxAgeDays > 0)
            await TakeAsync(nameof(RetentionOptions.FailedMaxAgeDays), new EndedQuery(Chosen, now.AddDays(-limits.FailedMaxAgeDays)), long.MaxValue, cancellationToken);
        if (limits.MaxExecutionsPerWorkflow > 0)
        {
            foreach (var (workflowId, excess) in await store.ListExcessAsync(limits.MaxExecutionsPerWorkflow, cancellationToken))
            {
                var query = new EndedQuery(Chosen, WorkflowId: workflowId);
                await TakeAsync(nameof(RetentionOptions.MaxExecutionsPerWorkflow), query, excess - await CountGoneAsync(query, cancellationToken), cancellationToken);
            }
        }
        if (limits.MaxExecutions > 0)
            await TakeAsync(nameof(RetentionOptions.MaxExecutions), new EndedQuery(Chosen), await store.CountExcessAsync(limits.MaxExecutions, cancellationToken) - _gone.Count, cancellationToken);
        if (limits.MaxMegabytes > 0)
            await WeighAsync(limits.MaxMegabytes * 1_000_000L, cancellationToken);
        return new RetentionPreview(now, [.. _excess.GroupBy(excess => excess.Setting).Select(group => group.First() with { Executions = group.Sum(excess => excess.Executions) })]);
    }

    private async Task TakeAsync(string setting, EndedQuery query, long most, CancellationToken cancellationToken)
    {
        var taken = 0L;
        await foreach (var ended in EachAsync(query, cancellationToken))
        {
            if (taken >= most) break;
            if (_gone.Add(ended.Position)) taken++;
        }
        if (taken > 0) _excess.Add(new RetentionExcess(setting, taken));
    }

    private async Task<long> CountGoneAsync(EndedQuery query, CancellationToken cancellationToken)
    {
        if (_gone.Count == 0) return 0;
        var count = 0L;
        await foreach (var ended in EachAsync(query, cancellationToken))
            count += _gone.Contains(ended.Position) ? 1 : 0;
        return count;
    }

    private async Task WeighAsync(long most, CancellationToken cancellationToken)
    {
        var (bytes, all) = (await store.ReadBytesAsync(cancellationToken), await store.CountExcessAsync(0, cancellationToken));
        if (bytes <= most || all == 0) return;
        var each = (double)bytes / all;
        var left = (long)Math.Ceiling((bytes - most) / each) - _gone.Count;
        if (left > 0) _excess.Add(new RetentionExcess(nameof(RetentionOptions.MaxMegabytes), Math.Min(left, all - _gone.Count), IsEstimate: true));
    }

    private async IAsyncEnumerable<EndedExecution> EachAsync(EndedQuery query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await store.ListEndedAsync(query, cancellationToken) is { IsEmpty: false } page)
        {
            foreach (var ended in page) yield return ended;
            query = query with { After = page[^1] };
        }
    }
}
