using DataFlow.Engine.Egress;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Support;

/// <summary>The product's task types and the scripted ones.</summary>
internal static class TestCatalog
{
    public static ITaskCatalog Instance { get; } = With(new TestScript());

    public static ITaskCatalog With(TestScript script)
    {
        var product = new ServiceCollection().AddLogging().AddOptions().AddSingleton<Microsoft.Extensions.Configuration.IConfiguration>(
            new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build()).AddSingleton<Microsoft.Extensions.Hosting.IHostEnvironment>(new EngineHarness.TestEnvironment()).AddSingleton(TimeProvider.System).AddEgress().AddTaskTypes().BuildServiceProvider().GetRequiredService<ITaskCatalog>();
        return new TaskCatalog([.. product.All, new TestPure(script), new TestIdempotent(script), new TestUnsafe(script)]);
    }
}
