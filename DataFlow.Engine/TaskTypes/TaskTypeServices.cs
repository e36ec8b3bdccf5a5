using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace DataFlow.Engine.TaskTypes;

/// <summary>Registers the catalogue.</summary>
public static class TaskTypeServices
{
    /// <summary>Adds <see cref="ITaskCatalog"/> over the engine's own task types and those in <paramref name="assemblies"/>; may be called again for more.</summary>
    /// <remarks>The host reads the catalogue while it starts, so that a malformed task type stops it with its reason instead of failing a later request.</remarks>
    public static IServiceCollection AddTaskTypes(this IServiceCollection services, params Assembly[] assemblies)
    {
        foreach (var assembly in assemblies) services.AddSingleton(new Source(assembly));
        services.TryAddSingleton<ITaskCatalog>(provider =>
            TaskCatalog.Scan([typeof(TaskType).Assembly, .. provider.GetServices<Source>().Select(source => source.Assembly)], provider));
        services.AddHostedService<ReadAtStart>();
        return services;
    }

    private sealed record Source(Assembly Assembly);

    private sealed class ReadAtStart(ITaskCatalog catalog) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => catalog.All is [] ? throw new InvalidOperationException("There are no task types.") : Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
