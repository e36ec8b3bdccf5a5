using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.TaskTypes;

/// <summary>Every task type the product ships.</summary>
internal static class EngineCatalog
{
    public static ITaskCatalog Catalog { get; } = new ServiceCollection()
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().Build())
        .AddLogging()
        .AddDataFlowEngine()
        .AddTaskTypes()
        .BuildServiceProvider()
        .GetRequiredService<ITaskCatalog>();

    public static TheoryData<string> Names => [.. Catalog.All.Select(type => type.Specification.Type)];

    public static TaskType Get(string name) => Catalog.TryGet(name, out var type) ? type : throw new InvalidOperationException(name);
}
