using DataFlow.Engine.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Engine.Storage;

internal static class StorageServices
{
    /// <summary>Nothing is kept; for tests.</summary>
    public static IServiceCollection AddInMemoryStorage(this IServiceCollection services) => services
        .AddSingleton<InMemoryDatabase>()
        .AddSingleton<IExecutionStore, InMemoryExecutionStore>()
        .AddSingleton<IWorkflowStore, InMemoryWorkflowStore>()
        .AddSingleton<IWebhookStore, InMemoryWebhookStore>();
}
