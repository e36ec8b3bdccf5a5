using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Runtime;

/// <summary>Registers this room.</summary>
internal static class RuntimeServices
{
    public static IServiceCollection AddRuntime(this IServiceCollection services)
    {
        services.AddSingleton<WorkflowVersions>();
        services.AddSingleton<JournalReader>();
        services.AddSingleton<ExecutionFeed>();
        services.AddOptions<TaskLogOptions>()
            .BindConfiguration(TaskLogOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton(provider => new CommittedFeed(
            provider.GetRequiredService<ICommittedJournal>(), provider.GetRequiredService<ExecutionFeed>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<CommittedFeed>>()));
        services.AddSingleton<ActivityFeed>();
        services.AddSingleton<TaskLogWriter>();
        services.AddSingleton<ITaskLogWriter>(provider => provider.GetRequiredService<TaskLogWriter>());
        services.AddSingleton<TaskActivitySink>();
        services.AddSingleton<TaskInvoker>();
        services.AddSingleton(provider => new RunnerParts(
            provider.GetRequiredService<IExecutionStore>(), provider.GetRequiredService<ExecutionFeed>(), provider.GetRequiredService<TaskInvoker>(),
            provider.GetRequiredService<IOutbox>(), provider.GetRequiredService<TimeProvider>(),
            static () => RandomNumberGenerator.GetInt32(1 << 20) / (double)(1 << 20), provider.GetRequiredService<ILogger<ExecutionRunner>>()));
        // Before the dispatcher, so that it stops after it and writes the last lines.
        services.AddHostedService(provider => provider.GetRequiredService<TaskLogWriter>());
        services.AddSingleton<ExecutionDispatcher>();
        services.AddSingleton<ExecutionTrials>();
        services.AddHostedService(provider => provider.GetRequiredService<ExecutionDispatcher>());
        return services;
    }
}
