using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Writes the log back into the database beside the writer, which goes on meanwhile. What it has added by then is little, and is written back by the writer
/// itself between two commits: only a log written back whole begins again at its start instead of growing.
/// </summary>
internal sealed partial class Checkpointer : IDisposable
{
    /// <summary>8 MB: rare enough that a page that changed often is written back once, small enough to be read from memory.</summary>
    public const int PagesBetween = 2_000;

    /// <summary>The writer takes over a remainder of so many pages: a few milliseconds.</summary>
    private const int SmallRemainder = 256;

    /// <summary>Against a writer that adds as fast as this writes back; then the writer has to stop and do it all.</summary>
    private const int MostRounds = 4;

    private readonly Connection _connection;
    private readonly SqliteWriter _writer;
    private readonly ILogger _log;
    private readonly Thread _thread;
    private readonly object _gate = new();
    private int _writtenBefore;
    private bool _isDue;
    private bool _isClosed;
    private long _count;

    public Checkpointer(Connection connection, SqliteWriter writer, ILogger log)
    {
        (_connection, _writer, _log) = (connection, writer, log);
        _thread = new Thread(Run) { IsBackground = true, Name = "storage checkpoints" };
        _thread.Start();
        writer.Committed = Notice;
    }

    /// <summary>Logs written back whole since the start.</summary>
    public long Count => Interlocked.Read(ref _count);

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            Monitor.Pulse(_gate);
        }
        _thread.Join();
        _connection.Dispose();
    }

    private void Notice(int written)
    {
        if (written - Volatile.Read(ref _writtenBefore) < PagesBetween)
            return;
        lock (_gate)
        {
            Volatile.Write(ref _writtenBefore, written);
            _isDue = true;
            Monitor.Pulse(_gate);
        }
    }

    private void Run()
    {
        while (true)
        {
            lock (_gate)
            {
                while (!_isDue && !_isClosed)
                    Monitor.Wait(_gate);
                if (_isClosed)
                    return;
                _isDue = false;
            }
            try
            {
                WriteBack();
            }
            catch (SqliteException error)
            {
                // The log is as safe as it was; the writer finds out itself when the disk is gone.
                LogFailed(error);
            }
        }
    }

    private void WriteBack()
    {
        for (var round = 0; round < MostRounds && Checkpoint(_connection) > SmallRemainder; round++)
        {
        }
        var last = new Last(this);
        _writer.Enqueue(last);
        last.Done.Wait();
    }

    /// <summary>Pages left to be written back. A reader of an old state keeps them; the next time has them.</summary>
    private static long Checkpoint(Connection connection)
    {
        var row = connection[s_checkpoint];
        row.Step();
        var left = row.Long(1) - row.Long(2);
        row.Reset();
        return left;
    }

    private static readonly Sql s_checkpoint = new("PRAGMA wal_checkpoint(PASSIVE)");

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log of the database could not be written back")]
    private partial void LogFailed(Exception error);

    /// <summary>The rest of it, on the writer's thread, where nothing is added meanwhile.</summary>
    private sealed class Last(Checkpointer owner) : WriteOperation
    {
        private readonly TaskCompletionSource _done = new();

        public Task Done => _done.Task;

        public override bool IsTransactional => false;

        public override bool GivesWay => false;

        public override void Apply(WriteSession session)
        {
            if (Checkpoint(session.Connection) == 0)
                Interlocked.Increment(ref owner._count);
        }

        public override void Complete() => _done.SetResult();

        public override void Fail(Exception error) => _done.SetResult();
    }
}
