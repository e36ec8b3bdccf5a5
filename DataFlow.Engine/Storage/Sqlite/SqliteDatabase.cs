using DataFlow.Engine.Executions;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// The database of a data directory: locked, checked, migrated and opened by <see cref="InitializeAsync"/>, which the host's start calls before any hosted
/// service starts; closed when it is disposed.
/// </summary>
internal sealed partial class SqliteDatabase(IOptions<EngineOptions> options, TimeProvider clock, ILogger<SqliteDatabase> log) : IHostedLifecycleService, IDisposable
{
    public const string FileName = "dataflow.db";

    private readonly Lock _gate = new();
    private DataDirectoryLock? _lock;
    private SqliteWriter? _writer;
    private Connection? _writing;
    private ReaderPool? _readers;
    private UnfinishedCounts? _counts;
    private SqliteMaintenance? _maintenance;
    private SqliteCheckpoints? _checkpoints;
    private bool _disposed;

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetFullPath(options.Value.DataDirectory), FileName);

    /// <summary>Whether writes can be taken at all.</summary>
    public bool IsHealthy => _writer?.IsHealthy ?? false;

    public StorageMetrics Metrics => Writer.Metrics;

    public UnfinishedCounts Counts => _counts ?? throw NotOpen();

    private SqliteWriter Writer => _writer ?? throw NotOpen();

    /// <summary>Opens it; a second call does nothing.</summary>
    /// <exception cref="StartupException">It cannot be used.</exception>
    public Task InitializeAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_writer is null)
                Open();
        }
        return Task.CompletedTask;
    }

    public Task<T> WriteAsync<T>(Func<WriteSession, T> apply) => Writer.WriteAsync(apply);

    public T Read<T>(Func<Connection, T> read) => (_readers ?? throw NotOpen()).Read(read);

    /// <summary>Waits until no more pages than that are in the log only, if somebody has not just begun to write them back and more have come meanwhile.</summary>
    public Task WriteBackAsync(int most) => Read(static connection => connection.ReadLog()).Waiting > most ? (_checkpoints ?? throw NotOpen()).RunAsync() : Task.CompletedTask;

    /// <summary>Does what is otherwise done when nothing else is to do.</summary>
    public Task MaintainAsync() => (_maintenance ?? throw NotOpen()).RunAsync();

    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
                return;
            _disposed = true;
            _maintenance?.Dispose();
            _checkpoints?.Dispose();
            _writer?.Dispose();
            _readers?.Dispose();
            _writing?.Dispose();
            _lock?.Dispose();
        }
    }

    Task IHostedLifecycleService.StartingAsync(CancellationToken cancellationToken) => InitializeAsync(cancellationToken);

    Task IHostedService.StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedService.StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    Task IHostedLifecycleService.StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Open()
    {
        var directory = System.IO.Path.GetDirectoryName(Path)!;
        _lock = DataDirectoryLock.Take(directory);
        try
        {
            DatabaseSchema.Prepare(Path);
            _writing = Connection.Open(Path, create: false);
            var pragmas = Pragmas.ApplyToWriter(_writing, options.Value.Durability);
            LogOpened(Path, pragmas);
            _counts = LoadCounts(_writing);
            var last = long.Parse(_writing.Scalar("SELECT coalesce(max(key), 0) FROM execution")!, System.Globalization.CultureInfo.InvariantCulture);
            _readers = new ReaderPool(() =>
            {
                var connection = Connection.Open(Path, create: false);
                Pragmas.ApplyToReader(connection);
                return connection;
            });
            _writer = new SqliteWriter(_writing, new WriteSession(_writing, _counts, last), log);
            _maintenance = new SqliteMaintenance(_writer, clock);
            _checkpoints = new SqliteCheckpoints(Path, _writer, log);
            _writer.Committed = () => _checkpoints.Look(_writing);
        }
        catch (Exception error)
        {
            _writing?.Dispose();
            _lock.Dispose();
            if (error is SqliteException or IOException or UnauthorizedAccessException)
                throw new StartupException($"database {Path} cannot be opened: {error.Message}", error);
            throw;
        }
    }

    private static UnfinishedCounts LoadCounts(Connection connection)
    {
        var counts = new UnfinishedCounts();
        using var rows = connection.Prepare("SELECT workflow_id, status, count(*) FROM execution WHERE status IN (0, 1) GROUP BY workflow_id, status");
        while (rows.Step())
            counts.Move(rows.Text(0), null, (ExecutionStatus)rows.Int(1), rows.Int(2));
        counts.Commit();
        return counts;
    }

    private static InvalidOperationException NotOpen() => new("The database has not been opened.");

    [LoggerMessage(Level = LogLevel.Information, Message = "Database {Path}: {Pragmas}")]
    private partial void LogOpened(string path, string pragmas);
}
