using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;

namespace DataFlow.Engine.Storage.InMemory;

/// <summary>Executions in memory, for trials and tests: the same promises but durability.</summary>
internal sealed class InMemoryExecutionStore(InMemoryDatabase database) : IExecutionStore
{
    public ValueTask<CreateOutcome> CreateAsync(NewExecution execution, CancellationToken cancellationToken)
    {
        WriteChecks.Check(execution);
        cancellationToken.ThrowIfCancellationRequested();
        lock (database.Gate)
            return ValueTask.FromResult(Create(execution));
    }

    public ValueTask AppendAsync(JournalAppend append, CancellationToken cancellationToken)
    {
        WriteChecks.Check(append);
        cancellationToken.ThrowIfCancellationRequested();
        lock (database.Gate)
            Append(append);
        return ValueTask.CompletedTask;
    }

    public Task<Journal?> ReadAsync(string executionId, int afterSequence, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var after = Math.Max(afterSequence, 0);
            return Task.FromResult(database.Executions.TryGetValue(executionId, out var row)
                ? new Journal(executionId, after + 1, [.. row.Events.Skip(after)], row.Credentials)
                : null);
        }
    }

    public async Task<TraceOrigin> FindTraceAsync(string executionId, CancellationToken cancellationToken) =>
        await ReadAsync(executionId, 0, cancellationToken) is { Events: [ExecutionQueued queued, ..] } ? new TraceOrigin(queued.TraceParent, queued.TraceState) : default;

    public Task<ExecutionSummary?> FindAsync(string executionId, CancellationToken cancellationToken)
    {
        lock (database.Gate)
            return Task.FromResult(database.Executions.TryGetValue(executionId, out var row) ? Named(row) : null);
    }

    public Task<Page<ExecutionSummary>> ListAsync(ExecutionQuery query, CancellationToken cancellationToken)
    {
        var list = Lists.Describe(query);
        var cursor = Cursor.Decode(query.Cursor, list);
        var filter = new ExecutionFilter(query);
        lock (database.Gate)
        {
            var rows = database.Accepted
                .Where(row => (cursor is not { } place || row.Position < place.Major) && filter.Matches(Named(row), row.Labels))
                .Reverse().Take(Lists.Limit(query.Limit) + 1).ToList();
            var page = rows.Take(Lists.Limit(query.Limit)).ToList();
            return Task.FromResult(new Page<ExecutionSummary>([.. page.Select(Named)], rows.Count > page.Count ? new Cursor(page[^1].Position, 0).Encode(list) : null));
        }
    }

    public Task<ImmutableDictionary<string, ImmutableArray<ExecutionSummary>>> ListRecentAsync(IReadOnlyCollection<string> workflowIds, int count, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            return Task.FromResult(database.Accepted.Where(row => workflowIds.Contains(row.Summary.WorkflowId)).Reverse().GroupBy(row => row.Summary.WorkflowId)
                .ToImmutableDictionary(group => group.Key, group => group.Take(count).Select(row => row.Summary).ToImmutableArray()));
        }
    }

    public Task<DeleteOutcome> DeleteAsync(string executionId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (database.Gate)
            return Task.FromResult(database.Delete(executionId));
    }

    public Task<ImmutableArray<UnfinishedExecution>> ListUnfinishedAsync(ExecutionStatus status, long afterPosition, int limit, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            return Task.FromResult<ImmutableArray<UnfinishedExecution>>([.. database.Accepted
                .Where(row => row.Position > afterPosition && row.Summary.Status == status && status < ExecutionStatus.Completed)
                .Take(limit)
                .Select(row => new UnfinishedExecution(row.Position, row.Summary.Id, row.Summary.WorkflowId))]);
        }
    }

    public Task<int> CountUnfinishedAsync(string? workflowId, CancellationToken cancellationToken)
    {
        lock (database.Gate)
            return Task.FromResult(CountUnfinished(workflowId));
    }

    public Task<ExecutionStatistics> ReadStatisticsAsync(DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken)
    {
        var window = new StatisticsWindow(from, to, buckets);
        var builder = new StatisticsBuilder(window);
        lock (database.Gate)
        {
            foreach (var figure in database.Accepted.Select(row => row.Figure).OfType<EndedFigure>().Concat(database.Figures))
            {
                if (window.BucketOf(StoredTime.SlotOf(figure.EndedAt)) is not { } bucket)
                    continue;
                var (completed, failed) = (figure.Status == ExecutionStatus.Completed ? 1 : 0, figure.Status == ExecutionStatus.Failed ? 1 : 0);
                builder.Add(bucket, completed, failed, 1 - completed - failed);
                builder.AddWorkflow(figure.WorkflowId, failed, 1);
                if (figure.Duration is { } duration)
                    builder.Durations.Add(duration);
            }
            return Task.FromResult(builder.Build(
                database.Accepted.Count(row => row.Summary.Status == ExecutionStatus.Running),
                database.Accepted.Count(row => row.Summary.Status == ExecutionStatus.Pending),
                id => database.NameOf(id, null)));
        }
    }

    private CreateOutcome Create(NewExecution creation)
    {
        var execution = creation.Execution;
        if (creation.Key is { } key)
        {
            var place = (execution.WorkflowId, key.Key);
            if (database.Keys.TryGetValue(place, out var used) && used.ExpiresAt > execution.CreatedAt)
                return used.BodyHash == key.BodyHash ? new CreateOutcome.Repeated(used.ExecutionId, used.Version) : new CreateOutcome.KeyReused();
        }
        if (creation.RejectAbove is { } most && CountUnfinished(execution.WorkflowId) >= most)
            return new CreateOutcome.LimitReached();
        if (database.Executions.ContainsKey(execution.Id))
            throw new DuplicateIdException(execution.Id);
        InMemoryOutbox.Check(database, creation.Outbox);

        var row = new ExecutionRow
        {
            Position = ++database.LastPosition,
            Summary = ExecutionRow.Round(ExecutionSummary.Of(execution)),
            Labels = execution.Labels,
            Events = creation.Events,
            Credentials = execution.IsFinished ? null : creation.ProtectedCredentials,
        };
        database.Executions.Add(execution.Id, row);
        database.Accepted.Add(row);
        database.Commits.Add(new CommittedAppend(database.Commits.Count + 1, execution.Id, execution.WorkflowId, 1, creation.Events));
        if (creation.Key is { } fresh)
            database.Keys[(execution.WorkflowId, fresh.Key)] = (fresh.BodyHash, execution.Id, execution.WorkflowVersion, fresh.ExpiresAt);
        InMemoryOutbox.Add(database, creation.Outbox);
        return CreateOutcome.Created;
    }

    private void Append(JournalAppend append)
    {
        if (!database.Executions.TryGetValue(append.Execution.Id, out var row) || row.Summary.Sequence != append.ExpectedSequence)
            throw new FenceLostException(append.Execution.Id);
        InMemoryOutbox.Check(database, append.Outbox);

        row.Events = row.Events.AddRange(append.Events);
        database.Commits.Add(new CommittedAppend(database.Commits.Count + 1, append.Execution.Id, append.Execution.WorkflowId, append.ExpectedSequence + 1, append.Events));
        row.Summary = ExecutionRow.Round(ExecutionSummary.Of(append.Execution));
        if (append.Execution.IsFinished)
            row.Credentials = null;
        InMemoryOutbox.Add(database, append.Outbox);
    }

    private int CountUnfinished(string? workflowId) =>
        database.Accepted.Count(row => row.Summary.Status < ExecutionStatus.Completed && (workflowId is null || row.Summary.WorkflowId == workflowId));

    private ExecutionSummary Named(ExecutionRow row) =>
        row.Summary with { WorkflowName = database.NameOf(row.Summary.WorkflowId, row.Summary.WorkflowVersion) };

}
