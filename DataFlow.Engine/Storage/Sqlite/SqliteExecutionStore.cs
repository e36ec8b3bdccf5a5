using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Executions in SQLite. What can be done on the caller's thread is done there: the writer's is the one all share.</summary>
internal sealed class SqliteExecutionStore(SqliteDatabase database, KnownValues known) : IExecutionStore
{
    public async ValueTask<CreateOutcome> CreateAsync(NewExecution execution, CancellationToken cancellationToken)
    {
        WriteChecks.Check(execution);
        cancellationToken.ThrowIfCancellationRequested();
        var journal = JournalWriter.Encode(execution.Events, known);
        try
        {
            return await Remembering(database.WriteAsync(session => ExecutionWrites.Create(session, execution, journal)), journal);
        }
        catch (ValueMissingException)
        {
            journal = JournalWriter.Encode(execution.Events, known: null);
            return await database.WriteAsync(session => ExecutionWrites.Create(session, execution, journal));
        }
    }

    public async ValueTask AppendAsync(JournalAppend append, CancellationToken cancellationToken)
    {
        WriteChecks.Check(append);
        cancellationToken.ThrowIfCancellationRequested();
        var journal = JournalWriter.Encode(append.Events, known);
        try
        {
            await Remembering(database.WriteAsync(session => ExecutionWrites.Append(session, append, journal)), journal);
        }
        catch (ValueMissingException)
        {
            journal = JournalWriter.Encode(append.Events, known: null);
            await database.WriteAsync(session => ExecutionWrites.Append(session, append, journal));
        }
    }

    public Task<Journal?> ReadAsync(string executionId, int afterSequence, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => JournalReader.Read(connection, executionId, Math.Max(afterSequence, 0))));

    public Task<TraceOrigin> FindTraceAsync(string executionId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => JournalReader.FindTrace(connection, executionId)));

    public Task<ExecutionSummary?> FindAsync(string executionId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => ExecutionReads.Find(connection, executionId)));

    public Task<Page<ExecutionSummary>> ListAsync(ExecutionQuery query, CancellationToken cancellationToken) =>
        Task.Run(() => database.Read(connection => new ExecutionList(connection, query).Read()), cancellationToken);

    public Task<ImmutableDictionary<string, ImmutableArray<ExecutionSummary>>> ListRecentAsync(IReadOnlyCollection<string> workflowIds, int count, CancellationToken cancellationToken) =>
        Task.Run(() => database.Read(connection => ExecutionReads.ListRecent(connection, workflowIds, count)), cancellationToken);

    public Task<DeleteOutcome> DeleteAsync(string executionId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.WriteAsync(session => ExecutionRemoval.Remove(session, executionId));
    }

    public Task<ImmutableArray<UnfinishedExecution>> ListUnfinishedAsync(ExecutionStatus status, long afterPosition, int limit, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => ExecutionReads.ListUnfinished(connection, status, afterPosition, limit)));

    public Task<int> CountUnfinishedAsync(string? workflowId, CancellationToken cancellationToken) =>
        Task.FromResult(workflowId is null ? database.Counts.All : database.Counts.Of(workflowId));

    public Task<ExecutionStatistics> ReadStatisticsAsync(DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken)
    {
        var window = new StatisticsWindow(from, to, buckets);
        return Task.Run(() => database.Read(connection => new StatisticsReader(connection, window).Read(database.Counts)), cancellationToken);
    }

    private async Task<T> Remembering<T>(Task<T> write, EncodedJournal journal)
    {
        var result = await write;
        foreach (var value in journal.Values)
            known.Add(value.Hash);
        return result;
    }
}
