using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage.Retention;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Retention in SQLite. What is to go is chosen by readers; the writer gets it in small pieces, between what others have to write.</summary>
internal sealed class SqliteRetentionStore(SqliteDatabase database, TimeProvider clock) : IRetentionStore
{
    /// <summary>The writer is kept no longer by one piece.</summary>
    private static readonly TimeSpan s_piece = TimeSpan.FromMilliseconds(3);

    /// <summary>Pages moved in one piece at most: what is moved must also be written, and that is not in the clock yet.</summary>
    private const int MostPages = 256;

    private static readonly Sql s_ended = new(
        "SELECT completed_at, status, key FROM execution INDEXED BY execution_ended WHERE completed_at > ? AND completed_at < ? ORDER BY completed_at");

    private static readonly Sql s_endedOfWorkflow = new("""
        SELECT key, completed_at FROM execution INDEXED BY execution_workflow WHERE workflow_id = ? AND status = ? AND key > ? ORDER BY key LIMIT ?
        """);

    private static readonly Sql s_span = new("SELECT coalesce((SELECT max(key) FROM execution) - (SELECT min(key) FROM execution) + 1, 0)");

    private static readonly Sql s_count = new("SELECT count(*) FROM execution");

    private static readonly Sql s_counts = new("SELECT workflow_id, count(*) FROM execution INDEXED BY execution_workflow GROUP BY workflow_id HAVING count(*) > ?");

    private static readonly Sql s_expire = new(
        "DELETE FROM idempotency_key WHERE rowid IN (SELECT rowid FROM idempotency_key WHERE expires_at <= ? ORDER BY expires_at LIMIT 200)");

    // The last key never falls from one minute to the next, so the first minute that still has executions ends it.
    private static readonly Sql s_oldestMinute = new("SELECT minute, last_key FROM created_minute ORDER BY minute LIMIT 1");

    private static readonly Sql s_dropMinute = new("DELETE FROM created_minute WHERE minute = ?");

    private static readonly Sql s_oldest = new("SELECT min(key) FROM execution");

    /// <summary>One run of retention at a time: it goes on where the last step was.</summary>
    private FailureTextRenewal? _renewal;

    public Task<ImmutableArray<EndedExecution>> ListEndedAsync(EndedQuery query, CancellationToken cancellationToken) =>
        Task.Run(() => database.Read(connection => query.WorkflowId is { } workflowId ? OfWorkflow(connection, query, workflowId) : Ended(connection, query)), cancellationToken);

    public Task<Removal> RemoveAsync(ReadOnlyMemory<long> positions, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return WriteAsync(session =>
        {
            var began = clock.GetTimestamp();
            var (done, removed, held) = (0, 0, 0);
            do
            {
                var outcome = ExecutionRemoval.Remove(session, positions.Span[done++]);
                removed += outcome == DeleteOutcome.Deleted ? 1 : 0;
                held += outcome == DeleteOutcome.DeliveriesPending ? 1 : 0;
            }
            while (done < positions.Length && clock.GetElapsedTime(began) < s_piece);
            return new Removal(done, removed, held);
        });
    }

    public Task<long> CountExcessAsync(long limit, CancellationToken cancellationToken) => Task.Run(() => database.Read(connection =>
        // Counting walks through all of them; where no more can be, it need not.
        connection[s_span].ReadLong() <= limit ? 0 : Math.Max(0, connection[s_count].ReadLong() - limit)), cancellationToken);

    public Task<ImmutableArray<WorkflowExcess>> ListExcessAsync(long limit, CancellationToken cancellationToken) => Task.Run(() => database.Read(connection =>
    {
        var excess = ImmutableArray.CreateBuilder<WorkflowExcess>();
        if (connection[s_span].ReadLong() > limit)
        {
            var rows = connection[s_counts].Add(limit);
            while (rows.Step())
                excess.Add(new WorkflowExcess(rows.Text(0), rows.Long(1) - limit));
        }
        return excess.DrainToImmutable();
    }), cancellationToken);

    public Task<long> ReadBytesAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(static connection => DatabasePages.Read(connection).UsedBytes));

    public Task<StorageSizes> ReadSizesAsync(int workflows, CancellationToken cancellationToken) => Task.Run(() => database.Read(connection =>
        new SizeReader(connection).Read(LengthOf(database.Path), LengthOf(database.Path + "-wal"), workflows)), cancellationToken);

    public async Task<bool> TidyAsync(DateTimeOffset now, DateTimeOffset? figuresBefore, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var renewal = _renewal ?? database.Read(FailureTextRenewal.Choose);
        EndedFiguresExcess? figures = figuresBefore is { } time ? database.Read(connection => EndedFiguresTrim.Choose(connection, time)) : null;
        var (more, next) = await WriteAsync(session =>
        {
            var connection = session.Connection;
            var before = connection.TotalChanges;
            connection[s_expire].Add(StoredTime.ToMicroseconds(now)).Run();
            if (figures is { } excess)
                EndedFiguresTrim.Drop(connection, excess);
            DropMinutes(session);
            var clears = FailureTexts.Clear(connection);
            return (clears || renewal is not null || connection.TotalChanges != before, renewal?.Step(session));
        });
        _renewal = next;
        return more;
    }

    public Task<bool> ReclaimAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (database.Read(static connection => DatabasePages.Read(connection).Free) == 0)
            return Task.FromResult(false);
        return WriteAsync(session =>
        {
            var began = clock.GetTimestamp();
            for (var moved = 0; moved < MostPages && clock.GetElapsedTime(began) < s_piece; moved++)
            {
                if (DatabasePages.Read(session.Connection).Free == 0)
                    return false;
                // One at a time: among very many free pages SQLite searches long for each.
                session.Connection.Execute("PRAGMA incremental_vacuum(1)");
            }
            return true;
        });
    }

    private async Task<T> WriteAsync<T>(Func<WriteSession, T> apply)
    {
        var answer = await database.WriteAsync(apply);
        await database.WriteBackAsync(Pragmas.CheckpointPagesOfTidying);
        return answer;
    }

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;

    private static void DropMinutes(WriteSession session)
    {
        var connection = session.Connection;
        var oldest = connection[s_oldest].ReadOptionalLong() ?? session.NextExecutionKey;
        for (var dropped = 0; dropped < 200; dropped++)
        {
            var row = connection[s_oldestMinute];
            var minute = row.Step() && row.Long(1) < oldest ? row.Long(0) : (long?)null;
            row.Reset();
            if (minute is not { } empty)
                return;
            connection[s_dropMinute].Add(empty).Run();
        }
    }

    private static ImmutableArray<EndedExecution> Ended(Connection connection, EndedQuery query)
    {
        var found = ImmutableArray.CreateBuilder<EndedExecution>();
        var after = query.After is { } last ? StoredTime.ToMicroseconds(last.EndedAt) : long.MinValue;
        var rows = connection[s_ended].Add(after).Add(StoredTime.ToMicroseconds(query.Before) ?? long.MaxValue);
        while (rows.Step())
        {
            var endedAt = StoredTime.FromMicroseconds(rows.Long(0));
            // The next answer begins after this moment, so this one has all of it.
            if (found.Count >= query.Limit && found[^1].EndedAt != endedAt)
            {
                rows.Reset();
                break;
            }
            if (query.Admits((ExecutionStatus)rows.Int(1)))
                found.Add(new EndedExecution(rows.Long(2), endedAt));
        }
        return found.DrainToImmutable();
    }

    private static ImmutableArray<EndedExecution> OfWorkflow(Connection connection, EndedQuery query, string workflowId)
    {
        var found = new List<EndedExecution>();
        foreach (var status in Enum.GetValues<ExecutionStatus>().Where(query.Admits))
        {
            var rows = connection[s_endedOfWorkflow].Add(workflowId).Add((int)status).Add(query.After?.Position ?? 0).Add(query.Limit);
            while (rows.Step())
            {
                if (rows.OptionalLong(1) is { } at && (query.Before is not { } before || at < StoredTime.ToMicroseconds(before)))
                    found.Add(new EndedExecution(rows.Long(0), StoredTime.FromMicroseconds(at)));
            }
        }
        return [.. found.OrderBy(ended => ended.Position).Take(query.Limit)];
    }
}
