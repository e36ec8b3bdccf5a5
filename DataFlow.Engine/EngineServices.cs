using DataFlow.Engine.Egress;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Retention;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.TaskTypes.OpenAI;
using DataFlow.Engine.Webhooks;
using DataFlow.Engine.Workflows;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine;

/// <summary>Registers the engine; each room adds itself.</summary>
public static class EngineServices
{
    /// <summary>Everything but a store (<c>AddSqliteStorage</c>, <c>AddInMemoryStorage</c>) and <see cref="ISecretProtector"/>, which the host gives.</summary>
    public static IServiceCollection AddDataFlowEngine(this IServiceCollection services)
    {
        services.AddOptions<EngineOptions>().BindConfiguration(EngineOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IIdGenerator, RandomIdGenerator>();
        services.AddTaskTypes(typeof(EngineServices).Assembly);
        services.AddSingleton<WorkflowCompiler>();
        services.AddEgress();
        services.AddOpenAI();
        services.AddSingleton<IOutbox, WebhookOutbox>();
        // Before the runtime: it must know who is subscribed when the first execution goes on, and sends what the last one says.
        services.AddWebhooks();
        services.AddRuntime();
        services.AddRetention();
        services.AddSingleton(static provider => new EngineHealth(
            provider.GetRequiredService<IWorkflowStore>(), provider.GetService<IStoreHealth>(), provider.GetRequiredService<ExecutionDispatcher>(), provider.GetRequiredService<TimeProvider>()));
        services.AddHostedService<EngineGauges>();
        services.AddSingleton(static provider => new WorkflowEngine(
            provider.GetRequiredService<IWorkflowStore>(), provider.GetRequiredService<IExecutionStore>(), provider.GetRequiredService<WorkflowCompiler>(),
            provider.GetRequiredService<WorkflowVersions>(), provider.GetRequiredService<ExecutionDispatcher>(), provider.GetRequiredService<ExecutionTrials>(), provider.GetRequiredService<JournalReader>(),
            provider.GetRequiredService<ExecutionFeed>(), provider.GetRequiredService<CommittedFeed>(), provider.GetRequiredService<ActivityFeed>(), provider.GetRequiredService<TaskLogWriter>(),
            provider.GetRequiredService<ITaskLogStore>(), provider.GetRequiredService<WebhookDeliveries>(), provider.GetRequiredService<WebhookRegister>(), provider.GetRequiredService<ExecutionRetention>(), provider.GetRequiredService<IEgressClientFactory>(),
            provider.GetRequiredService<ISecretProtector>(), provider.GetRequiredService<IIdGenerator>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<IOptions<EngineOptions>>()));
        return services;
    }
}
