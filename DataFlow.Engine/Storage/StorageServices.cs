using DataFlow.Engine.Storage.InMemory;
using DataFlow.Engine.Storage.Retention;
using DataFlow.Engine.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Engine.Storage;

/// <summary>Registers a store.</summary>
public static class StorageServices
{
    /// <summary>
    /// SQLite in <see cref="EngineOptions.DataDirectory"/>. It opens before any hosted service starts; without a host, by
    /// <see cref="SqliteDatabase.InitializeAsync"/>. Both throw <see cref="StartupException"/> when it cannot be used.
    /// </summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services) => services
        .AddSingleton<SqliteDatabase>()
        .AddHostedService(provider => provider.GetRequiredService<SqliteDatabase>())
        .AddSingleton<IStoreHealth>(provider => provider.GetRequiredService<SqliteDatabase>())
        .AddSingleton<KnownValues>()
        .AddSingleton<IExecutionStore, SqliteExecutionStore>()
        .AddSingleton<IWorkflowStore, SqliteWorkflowStore>()
        .AddSingleton<IWebhookStore, SqliteWebhookStore>()
        .AddSingleton<IRetentionStore, SqliteRetentionStore>()
        .AddSingleton<ITaskLogStore, SqliteTaskLogStore>()
        .AddSingleton<ICommittedJournal, SqliteCommittedJournal>();

    /// <summary>Nothing is kept; for tests.</summary>
    internal static IServiceCollection AddInMemoryStorage(this IServiceCollection services) => services
        .AddSingleton<InMemoryDatabase>()
        .AddSingleton<IExecutionStore, InMemoryExecutionStore>()
        .AddSingleton<IWorkflowStore, InMemoryWorkflowStore>()
        .AddSingleton<IWebhookStore, InMemoryWebhookStore>()
        .AddSingleton<IRetentionStore, InMemoryRetentionStore>()
        .AddSingleton<ITaskLogStore, InMemoryTaskLogStore>()
        .AddSingleton<ICommittedJournal, InMemoryCommittedJournal>();
}
