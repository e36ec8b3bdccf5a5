using System.Diagnostics;
using DataFlow.Engine.Observability;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using static SQLitePCL.raw;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// The one writer. Whatever has gathered while the last commit was on its way to the disk goes into the next one, so that an fsync is shared by all that wait;
/// nothing is acknowledged before its commit.
/// </summary>
internal sealed partial class SqliteWriter : IDisposable
{
    /// <summary>Operations in one transaction at most: bounds how long the first of them waits for the last.</summary>
    private const int LargestBatch = 2_048;

    private readonly Connection _connection;
    private readonly WriteSession _session;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private List<WriteOperation> _waiting = [];
    private bool _closed;
    private string? _broken;
    private long _commits;
    private long _operations;
    private int _lastBatch;

    public SqliteWriter(Connection connection, WriteSession session, ILogger log)
    {
        (_connection, _session, _log) = (connection, session, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "storage writer" };
        _thread.Start();
    }

    /// <summary>False after an error after which nobody knows what is on the disk: no write is taken any more until the process starts again.</summary>
    public bool IsHealthy => Volatile.Read(ref _broken) is null;

    public StorageMetrics Metrics => new(Interlocked.Read(ref _commits), Interlocked.Read(ref _operations), Volatile.Read(ref _lastBatch));

    /// <summary>Called on the writer's thread after each commit, when nobody waits for that commit any more.</summary>
    public Action? Committed { get; set; }

    /// <summary>Operations that wait for the next transaction.</summary>
    public int Waiting
    {
        get { lock (_gate) return _waiting.Count; }
    }

    public Task<T> WriteAsync<T>(Func<WriteSession, T> apply)
    {
        var operation = new WriteOperation<T>(apply);
        Enqueue(operation);
        return operation.Task;
    }

    public void Enqueue(WriteOperation operation)
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _waiting.Add(operation);
                if (_waiting.Count == 1)
                    Monitor.Pulse(_gate);
                return;
            }
        }
        operation.Fail(new StorageUnavailableException("The database is closed."));
    }

    /// <summary>Writes what waits, then ends.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
    }

    /// <summary>An answer, not a fault: thrown before anything was written, so the others in the batch are not concerned.</summary>
    public static bool IsRefusal(Exception error) => error is FenceLostException or DuplicateIdException or ValueMissingException;

    private void Run()
    {
        var batch = new List<WriteOperation>();
        while (true)
        {
            lock (_gate)
            {
                while (_waiting.Count == 0)
                {
                    if (_closed)
                        return;
                    Monitor.Wait(_gate);
                }
                (batch, _waiting) = (_waiting, batch);
            }
            for (var start = 0; start < batch.Count; start += LargestBatch)
                Write(batch.GetRange(start, Math.Min(LargestBatch, batch.Count - start)));
            batch.Clear();
        }
    }

    private void Write(List<WriteOperation> batch)
    {
        var transactional = batch.FindAll(operation => operation.IsTransactional);
        if (transactional.Count > 0 && !TryCommit(transactional))
        {
            // Somebody's operation does not work, and nobody knows whose: each stands for itself.
            foreach (var operation in transactional)
                TryCommit([operation]);
        }
        // Maintenance gives way to work.
        foreach (var operation in batch.Where(operation => !operation.IsTransactional))
            Maintain(operation, mayRun: transactional.Count == 0 || !operation.GivesWay);
    }

    /// <summary>False when the batch must be taken apart; a batch of one has then been told.</summary>
    private bool TryCommit(List<WriteOperation> batch)
    {
        if (_broken is { } broken)
        {
            foreach (var operation in batch)
                operation.Fail(new StorageUnavailableException(broken));
            return true;
        }
        List<(WriteOperation Operation, Exception Error)>? refused = null;
        var begun = Stopwatch.GetTimestamp();
        try
        {
            _connection[s_begin].Run();
            foreach (var operation in batch)
            {
                var changes = _connection.TotalChanges;
                try
                {
                    operation.Apply(_session);
                }
                catch (Exception error) when (IsRefusal(error) && _connection.TotalChanges == changes)
                {
                    (refused ??= []).Add((operation, error));
                }
            }
            _session.Finish();
            _connection[s_commit].Run();
        }
        catch (Exception error)
        {
            Rollback();
            EngineMetrics.StorageFailures.Add(1, new KeyValuePair<string, object?>("code", (error as SqliteException)?.SqliteErrorCode));
            var storageError = Translate(error);
            if (batch.Count > 1 && _broken is null)
                return false;
            foreach (var operation in batch)
                operation.Fail(storageError);
            return true;
        }
        _session.Committed();
        EngineMetrics.Committed(batch.Count, Stopwatch.GetElapsedTime(begun));
        Interlocked.Increment(ref _commits);
        Interlocked.Add(ref _operations, batch.Count);
        Volatile.Write(ref _lastBatch, batch.Count);
        foreach (var (operation, error) in refused ?? [])
            operation.Fail(error);
        foreach (var operation in batch)
        {
            if (refused is null || !refused.Exists(pair => pair.Operation == operation))
                operation.Complete();
        }
        Committed?.Invoke();
        return true;
    }

    private void Rollback()
    {
        _session.RolledBack();
        try
        {
            _connection[s_rollback].Run();
        }
        catch (SqliteException)
        {
            // A full disk or an I/O error has rolled back already.
        }
    }

    private void Maintain(WriteOperation operation, bool mayRun)
    {
        if (!mayRun || !IsHealthy)
        {
            operation.Fail(new StorageUnavailableException("There was work to do."));
            return;
        }
        try
        {
            operation.Apply(_session);
            operation.Complete();
        }
        catch (Exception error)
        {
            operation.Fail(Translate(error));
        }
    }

    /// <summary>What a waiter is told.</summary>
    private Exception Translate(Exception error)
    {
        if (error is not SqliteException sqlite)
            return error;
        switch (sqlite.SqliteErrorCode)
        {
            case SQLITE_CORRUPT or SQLITE_NOTADB:
            case SQLITE_IOERR when sqlite.SqliteExtendedErrorCode is SQLITE_IOERR_FSYNC or SQLITE_IOERR_DIR_FSYNC:
                // After a failed fsync the kernel has forgotten what it could not write: trying again would report success for lost data.
                Volatile.Write(ref _broken, $"The database takes no writes until the program starts again: {sqlite.Message}");
                LogBroken(sqlite);
                return new StorageUnavailableException(_broken, sqlite);
            case SQLITE_FULL:
                LogUnavailable(sqlite);
                return new StorageUnavailableException("The disk is full.", sqlite);
            case SQLITE_IOERR or SQLITE_READONLY or SQLITE_CANTOPEN or SQLITE_BUSY or SQLITE_LOCKED or SQLITE_PERM or SQLITE_NOMEM:
                LogUnavailable(sqlite);
                return new StorageUnavailableException($"The database cannot be written: {sqlite.Message}", sqlite);
            default:
                return error;
        }
    }

    private static readonly Sql s_begin = new("BEGIN IMMEDIATE");
    private static readonly Sql s_commit = new("COMMIT");
    private static readonly Sql s_rollback = new("ROLLBACK");

    [LoggerMessage(Level = LogLevel.Critical, Message = "The database takes no writes until the program starts again")]
    private partial void LogBroken(Exception error);

    [LoggerMessage(Level = LogLevel.Error, Message = "The database cannot be written")]
    private partial void LogUnavailable(Exception error);
}

/// <summary>What the writer has done.</summary>
/// <param name="Commits">Transactions.</param>
/// <param name="Operations">Operations in them.</param>
/// <param name="LastBatch">Operations in the last one.</param>
internal sealed record StorageMetrics(long Commits, long Operations, int LastBatch);

/// <summary>A value thought to be stored is not; the caller sends it again with its bytes.</summary>
internal sealed class ValueMissingException() : Exception("A value thought to be stored is not.");
