namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>What is done on the writer's thread when nothing else is to do: the log is written back whole and cut to nothing.</summary>
internal sealed class SqliteMaintenance : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMinutes(1);

    private readonly SqliteWriter _writer;
    private readonly ITimer _timer;

    public SqliteMaintenance(SqliteWriter writer, TimeProvider clock)
    {
        _writer = writer;
        _timer = clock.CreateTimer(_ => writer.Enqueue(new Maintenance()), null, s_period, s_period);
    }

    /// <exception cref="StorageUnavailableException">There was work to do.</exception>
    public Task RunAsync()
    {
        var operation = new Maintenance();
        _writer.Enqueue(operation);
        return operation.Done;
    }

    public void Dispose() => _timer.Dispose();

    private sealed class Maintenance : WriteOperation
    {
        private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Done => _source.Task;

        public override bool IsTransactional => false;

        public override void Apply(WriteSession session)
        {
            var connection = session.Connection;
            // A reader at work must not make the writer wait: the rest of the checkpoint then comes next time.
            connection.SetBusyTimeout(TimeSpan.Zero);
            try
            {
                connection.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
            }
            finally
            {
                connection.SetBusyTimeout(TimeSpan.FromSeconds(5));
            }
        }

        public override void Complete() => _source.SetResult();

        // Nobody may be waiting, and then nobody observes the task: an error here has been logged.
        public override void Fail(Exception error)
        {
            _source.SetException(error);
            _ = _source.Task.Exception;
        }
    }
}
