using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.InMemory;
using DataFlow.Engine.Storage.Retention;
using DataFlow.Engine.Storage.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace DataFlow.Tests.Storage;

/// <summary>The three stores over one database.</summary>
internal abstract class Stores : IDisposable
{
    public abstract IExecutionStore Executions { get; }

    public abstract IWorkflowStore Workflows { get; }

    public abstract IWebhookStore Webhooks { get; }

    public abstract IRetentionStore Retention { get; }

    public abstract ITaskLogStore TaskLogs { get; }

    public abstract ICommittedJournal Committed { get; }

    public abstract void Dispose();
}

internal sealed class InMemoryStores : Stores
{
    private readonly InMemoryDatabase _database = new();

    public InMemoryStores() => (Executions, Workflows, Webhooks, TaskLogs, Retention, Committed) =
        (new InMemoryExecutionStore(_database), new InMemoryWorkflowStore(_database), new InMemoryWebhookStore(_database), new InMemoryTaskLogStore(_database), new InMemoryRetentionStore(_database),
            new InMemoryCommittedJournal(_database));

    public override IExecutionStore Executions { get; }

    public override IWorkflowStore Workflows { get; }

    public override IWebhookStore Webhooks { get; }

    public override IRetentionStore Retention { get; }

    public override ITaskLogStore TaskLogs { get; }

    public override ICommittedJournal Committed { get; }

    public override void Dispose()
    {
    }
}

/// <summary>SQLite in a directory of its own, or in one that is given and kept.</summary>
internal sealed class SqliteStores : Stores
{
    private readonly string? _owned;

    public SqliteStores(string? directory = null, Durability durability = Durability.Full, TimeProvider? clock = null)
    {
        Directory = directory ?? (_owned = System.IO.Directory.CreateTempSubdirectory("dataflow-").FullName);
        Database = new SqliteDatabase(
            Options.Create(new EngineOptions { DataDirectory = Directory, Durability = durability }), clock ?? TimeProvider.System, NullLogger<SqliteDatabase>.Instance);
        try
        {
            Database.InitializeAsync(CancellationToken.None).GetAwaiter().GetResult();
        }
        catch
        {
            Dispose();
            throw;
        }
        (Executions, Workflows, Webhooks, TaskLogs) =
            (new SqliteExecutionStore(Database, new KnownValues()), new SqliteWorkflowStore(Database), new SqliteWebhookStore(Database), new SqliteTaskLogStore(Database));
        Committed = new SqliteCommittedJournal(Database);
        Retention = new SqliteRetentionStore(Database, clock ?? TimeProvider.System);
    }

    public string Directory { get; }

    public SqliteDatabase Database { get; }

    public override IExecutionStore Executions { get; } = null!;

    public override IWorkflowStore Workflows { get; } = null!;

    public override IWebhookStore Webhooks { get; } = null!;

    public override IRetentionStore Retention { get; } = null!;

    public override ITaskLogStore TaskLogs { get; } = null!;

    public override ICommittedJournal Committed { get; } = null!;

    public override void Dispose()
    {
        Database.Dispose();
        if (_owned is not null)
            System.IO.Directory.Delete(_owned, recursive: true);
    }
}
