using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Writes the log back into the database beside the writer, on a connection and a thread of its own: pages all over the file take their time to reach the disk,
/// and nobody's commit waits for them. Only the little that was added meanwhile is written back between two commits, so that the log can begin anew.
/// </summary>
internal sealed partial class SqliteCheckpoints : IDisposable
{
    /// <summary>So much is left to the writer.</summary>
    private const int Rest = 128;

    /// <summary>Who writes faster than the disk takes it is not caught up with by trying for ever.</summary>
    private const int MostPasses = 6;

    private readonly Connection _connection;
    private readonly SqliteWriter _writer;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private bool _disposed;

    /// <exception cref="SqliteException">The database cannot be opened once more.</exception>
    public SqliteCheckpoints(string path, SqliteWriter writer, ILogger log)
    {
        (_connection, _writer, _log) = (Connection.Open(path, create: false), writer, log);
        // A connection that has read nothing knows of no log.
        _connection.Execute("SELECT 1 FROM sqlite_schema");
    }

    /// <summary>Called on the writer's thread after each commit.</summary>
    public void Look(Connection writing)
    {
        try
        {
            if (writing.ReadLog().Waiting >= Pragmas.CheckpointPages)
                _ = RunAsync();
        }
        catch (SqliteException error)
        {
            // The commit stands; the next one looks again.
            LogFailed(error);
        }
    }

    /// <summary>Writes back what is there now, or sees that which is under way to its end.</summary>
    public Task RunAsync()
    {
        lock (_gate)
        {
            // A thread of its own: it waits for the disk, and those of the pool are few.
            return _disposed || !_running.IsCompleted ? _running
                : _running = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    public void Dispose()
    {
        lock (_gate)
            _disposed = true;
        _running.Wait();
        _connection.Dispose();
    }

    private void Run()
    {
        try
        {
            var pages = _connection.WriteBackLog();
            // What was added meanwhile is less each time.
            for (var passes = 1; passes < MostPasses && _connection.ReadLog().Waiting > Rest; passes++)
                pages = _connection.WriteBackLog();
            if (pages.All >= Pragmas.CheckpointPages)
                _writer.Enqueue(new LastPart());
        }
        catch (SqliteException error)
        {
            // What is not written back is in the log, and is tried again after the next commit.
            LogFailed(error);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The log could not be written back to the database")]
    private partial void LogFailed(Exception error);

    /// <summary>Between two commits nothing is added, and what is left can be written back to the last page.</summary>
    private sealed class LastPart : WriteOperation
    {
        public override bool IsTransactional => false;

        public override bool GivesWay => false;

        public override void Apply(WriteSession session)
        {
            if (session.Connection.ReadLog().Waiting <= Pragmas.CheckpointPages)
                session.Connection.WriteBackLog();
        }

        public override void Complete()
        {
        }

        public override void Fail(Exception error)
        {
        }
    }
}
