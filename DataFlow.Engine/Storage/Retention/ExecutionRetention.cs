using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Storage.Retention;

/// <summary>One look at the limits and what came of it.</summary>
/// <param name="At">When it began.</param>
/// <param name="Duration">How long it took.</param>
/// <param name="Removed">Executions removed.</param>
/// <param name="Held">Executions over a limit that stay because webhook messages of them are on their way.</param>
/// <param name="FreedBytes">Bytes given back to the file system or to be used again.</param>
public sealed record RetentionRun(DateTimeOffset At, TimeSpan Duration, long Removed, long Held, long FreedBytes);

/// <summary>Removes what is over the limits, oldest first, in steps so short that nobody waits for them.</summary>
internal sealed class ExecutionRetention(IRetentionStore store, IOptions<RetentionOptions> options, TimeProvider clock) : IDisposable
{
    /// <summary>Chosen at once; then removed in steps.</summary>
    private const int Chosen = 2_000;

    /// <summary>Removed in one transaction at most and at least; between, as many as its commit is quick.</summary>
    private const int LargestStep = 64, SmallestStep = 4;

    /// <summary>A step that took longer, commit and all, is followed by one half as large.</summary>
    private static readonly TimeSpan s_slowStep = TimeSpan.FromMilliseconds(15);

    /// <summary>Removed between two looks at the size.</summary>
    private const int SizeStep = 8;

    private readonly SemaphoreSlim _one = new(1);

    /// <summary>Sizes are read anew no sooner: counting walks through indexes.</summary>
    private static readonly TimeSpan s_sizesLast = TimeSpan.FromSeconds(5);

    private const int WorkflowsShown = 10;

    private readonly SemaphoreSlim _oneReport = new(1);
    private (StorageSizes Sizes, DateTimeOffset At)? _sizes;

    /// <summary>The last run; <c>null</c>: none since the start.</summary>
    public RetentionRun? Last { get; private set; }

    /// <summary>The run that is under way; <c>null</c>: none.</summary>
    public RetentionProgress? Running { get; private set; }

    /// <summary>Executions removed since the start.</summary>
    public long RemovedInAll { get; private set; }

    /// <summary>When a run is due that nobody asked for.</summary>
    public DateTimeOffset? NextAt { get; set; }

    /// <summary>Waits between two steps, so that others come in between.</summary>
    public Func<CancellationToken, Task> Pause { get; init; } = token => Task.Delay(TimeSpan.FromMilliseconds(4), clock, token);

    /// <summary>Removes all that is over the limits and gives the space back. A second caller waits for the first and then looks again.</summary>
    /// <exception cref="StorageUnavailableException">Disk full or broken; what was removed before is gone.</exception>
    public async Task<RetentionRun> RunAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            var (at, began) = (clock.GetUtcNow(), clock.GetTimestamp());
            Running = new RetentionProgress(at, 0, 0);
            var before = await store.ReadBytesAsync(cancellationToken);
            var count = new Count();
            await ByAgeAsync(at, count, cancellationToken);
            await ByCountAsync(count, cancellationToken);
            await BySizeAsync(count, cancellationToken);
            var after = await store.ReadBytesAsync(cancellationToken);
            await TidyAsync(at, cancellationToken);
            Last = new RetentionRun(at, clock.GetElapsedTime(began), count.Removed, count.Held, Math.Max(0, before - after));
            return Last;
        }
        finally
        {
            Running = null;
            _one.Release();
        }
    }

    /// <summary>What a run would remove now.</summary>
    public Task<RetentionPreview> PreviewAsync(CancellationToken cancellationToken) => new RetentionForecast(store, options.Value, clock.GetUtcNow()).ReadAsync(cancellationToken);

    /// <summary>What there is, and what was done about it.</summary>
    public async Task<StorageReport> ReportAsync(CancellationToken cancellationToken)
    {
        await _oneReport.WaitAsync(cancellationToken);
        try
        {
            var now = clock.GetUtcNow();
            if (_sizes is not { } known || now - known.At >= s_sizesLast || Last is { } last && last.At >= known.At)
                _sizes = known = (await store.ReadSizesAsync(WorkflowsShown, cancellationToken), now);
            return new StorageReport(known.Sizes, options.Value, Last, NextAt, RemovedInAll, known.At) { Running = Running };
        }
        finally
        {
            _oneReport.Release();
        }
    }

    public void Dispose()
    {
        _one.Dispose();
        _oneReport.Dispose();
    }

    private async Task ByAgeAsync(DateTimeOffset now, Count count, CancellationToken cancellationToken)
    {
        var limits = options.Value;
        if (limits.MaxAgeDays > 0)
            await PruneAsync(new EndedQuery(Chosen, now.AddDays(-limits.MaxAgeDays), [ExecutionStatus.Completed, ExecutionStatus.Cancelled]), long.MaxValue, count, cancellationToken);
        if (limits.FailedMaxAgeDays > 0)
            await PruneAsync(new EndedQuery(Chosen, now.AddDays(-limits.FailedMaxAgeDays)), long.MaxValue, count, cancellationToken);
    }

    private async Task ByCountAsync(Count count, CancellationToken cancellationToken)
    {
        var limits = options.Value;
        if (limits.MaxExecutionsPerWorkflow > 0)
        {
            foreach (var (workflowId, excess) in await store.ListExcessAsync(limits.MaxExecutionsPerWorkflow, cancellationToken))
                await PruneAsync(new EndedQuery(Chosen, WorkflowId: workflowId), excess, count, cancellationToken);
        }
        if (limits.MaxExecutions > 0 && await store.CountExcessAsync(limits.MaxExecutions, cancellationToken) is > 0 and var over)
            await PruneAsync(new EndedQuery(Chosen), over, count, cancellationToken);
    }

    private async Task BySizeAsync(Count count, CancellationToken cancellationToken)
    {
        var most = options.Value.MaxMegabytes * 1_000_000L;
        if (most == 0 || await store.ReadBytesAsync(cancellationToken) <= most)
            return;
        await PruneAsync(new EndedQuery(Chosen), long.MaxValue, count, cancellationToken, async () => await store.ReadBytesAsync(cancellationToken) > most);
    }

    private async Task PruneAsync(EndedQuery query, long most, Count count, CancellationToken cancellationToken, Func<Task<bool>>? goesOn = null)
    {
        var largest = goesOn is null ? LargestStep : SizeStep;
        var size = largest;
        for (var left = most; left > 0;)
        {
            var chosen = await store.ListEndedAsync(query, cancellationToken);
            if (chosen.IsEmpty)
                return;
            ReadOnlyMemory<long> positions = chosen.Select(ended => ended.Position).ToArray();
            while (!positions.IsEmpty && left > 0)
            {
                var began = clock.GetTimestamp();
                var step = await store.RemoveAsync(positions[..(int)Math.Min(Math.Min(positions.Length, size), left)], cancellationToken);
                size = clock.GetElapsedTime(began) > s_slowStep ? Math.Max(SmallestStep, size / 2) : Math.Min(largest, size + SmallestStep);
                positions = positions[step.Done..];
                left -= step.Removed;
                count.Removed += step.Removed;
                RemovedInAll += step.Removed;
                count.Held += step.Held;
                Running = Running! with { Removed = count.Removed, Held = count.Held };
                if (goesOn is not null && !await goesOn())
                    return;
                await Pause(cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
            }
            query = query with { After = chosen[^1] };
        }
    }

    private async Task TidyAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        // Figures tell what happened, not what is still stored; they go by age alone.
        var limits = options.Value;
        DateTimeOffset? figuresBefore = limits.FailedMaxAgeDays > 0 ? now.AddDays(-limits.FailedMaxAgeDays) : null;
        while (await store.TidyAsync(now, figuresBefore, cancellationToken))
            await Pause(cancellationToken);
        while (await store.ReclaimAsync(cancellationToken))
            await Pause(cancellationToken);
    }

    private sealed class Count
    {
        public long Removed { get; set; }

        public long Held { get; set; }
    }
}
