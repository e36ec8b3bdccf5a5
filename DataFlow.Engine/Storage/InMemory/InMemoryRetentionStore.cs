using System.Collections.Immutable;
using DataFlow.Engine.Storage.Retention;

namespace DataFlow.Engine.Storage.InMemory;

/// <summary>Retention in memory, for tests. Space is what executions' events are counted for.</summary>
internal sealed class InMemoryRetentionStore(InMemoryDatabase database) : IRetentionStore
{
    /// <summary>A nominal size: limits by bytes are then limits by events.</summary>
    private const long BytesOfEvent = 1_000;

    public Task<ImmutableArray<EndedExecution>> ListEndedAsync(EndedQuery query, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var ended = database.Accepted
                .Where(row => row.Summary.CompletedAt is { } at && query.Admits(row.Summary.Status) && (query.Before is not { } before || at < StoredTime.Round(before)))
                .Select(row => (row.Summary.WorkflowId, Ended: new EndedExecution(row.Position, row.Summary.CompletedAt!.Value)));
            ended = query.WorkflowId is { } workflowId
                ? ended.Where(row => row.WorkflowId == workflowId && row.Ended.Position > (query.After?.Position ?? 0)).OrderBy(row => row.Ended.Position).Take(query.Limit)
                : ended.Where(row => query.After is not { } after || row.Ended.EndedAt > after.EndedAt).OrderBy(row => row.Ended.EndedAt);
            var found = ended.Select(row => row.Ended).ToList();
            return Task.FromResult<ImmutableArray<EndedExecution>>([.. found.TakeWhile((row, i) => i < query.Limit || row.EndedAt == found[i - 1].EndedAt)]);
        }
    }

    public Task<Removal> RemoveAsync(ReadOnlyMemory<long> positions, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var asked = positions.ToArray().Select(position => database.Accepted.Find(row => row.Position == position)).ToList();
            var outcomes = asked.ConvertAll(row => row is null ? DeleteOutcome.NotFound : database.Delete(row.Summary.Id));
            return Task.FromResult(new Removal(asked.Count, outcomes.Count(outcome => outcome == DeleteOutcome.Deleted), outcomes.Count(outcome => outcome == DeleteOutcome.DeliveriesPending)));
        }
    }

    public Task<long> CountExcessAsync(long limit, CancellationToken cancellationToken)
    {
        lock (database.Gate)
            return Task.FromResult(Math.Max(0, database.Accepted.Count - limit));
    }

    public Task<ImmutableArray<WorkflowExcess>> ListExcessAsync(long limit, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            return Task.FromResult<ImmutableArray<WorkflowExcess>>([.. database.Accepted.CountBy(row => row.Summary.WorkflowId).Where(pair => pair.Value > limit)
                .Select(pair => new WorkflowExcess(pair.Key, pair.Value - limit)).OrderBy(excess => excess.WorkflowId, StringComparer.Ordinal)]);
        }
    }

    public Task<long> ReadBytesAsync(CancellationToken cancellationToken)
    {
        lock (database.Gate)
            return Task.FromResult(database.Accepted.Sum(row => row.Events.Length * BytesOfEvent));
    }

    public async Task<StorageSizes> ReadSizesAsync(int workflows, CancellationToken cancellationToken)
    {
        var bytes = await ReadBytesAsync(cancellationToken);
        lock (database.Gate)
        {
            return new StorageSizes
            {
                DatabaseBytes = bytes, LogBytes = 0, FreeBytes = 0,
                Kinds = [new StoredKind("journal", database.Accepted.Sum(row => row.Events.Length), bytes), new StoredKind("executions", database.Accepted.Count, 0)],
                Workflows = [.. database.Accepted.GroupBy(row => row.Summary.WorkflowId).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(workflows)
                    .Select(group => new StoredWorkflow(group.Key, database.NameOf(group.Key, null), group.Count(), group.Sum(row => row.Events.Length * BytesOfEvent)))],
                OldestAt = database.Accepted.FirstOrDefault()?.Summary.CreatedAt,
            };
        }
    }

    public Task<bool> TidyAsync(DateTimeOffset now, DateTimeOffset? figuresBefore, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            foreach (var (place, key) in database.Keys.ToList())
            {
                if (key.ExpiresAt <= now)
                    database.Keys.Remove(place);
            }
            if (figuresBefore is { } before)
                database.Figures.RemoveAll(figure => StoredTime.SlotOf(figure.EndedAt) < StoredTime.SlotOf(StoredTime.ToMicroseconds(before)));
            return Task.FromResult(false);
        }
    }

    public Task<bool> ReclaimAsync(CancellationToken cancellationToken) => Task.FromResult(false);
}
