using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Engine.Workflows;

/// <summary>Registers the room of workflow definitions. It needs an <see cref="TaskTypes.ITaskCatalog"/>.</summary>
internal static class WorkflowServices
{
    public static IServiceCollection AddWorkflowDefinitions(this IServiceCollection services) => services.AddSingleton<WorkflowCompiler>();
}
