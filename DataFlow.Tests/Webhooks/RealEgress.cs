using DataFlow.Engine;
using DataFlow.Engine.Egress;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Webhooks;

/// <summary>The product's own way out, with loopback allowed as in Development.</summary>
internal static class RealEgress
{
    public static IServiceCollection AddLoopbackEgress(this IServiceCollection services) => services
        .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection([new($"{EgressOptions.Section}:AllowLoopback", "true")]).Build())
        .AddOptions<EngineOptions>().Services
        .AddEgress();
}
