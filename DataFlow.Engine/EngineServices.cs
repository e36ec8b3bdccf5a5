using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Engine;

/// <summary>Registers the engine; each room adds itself.</summary>
public static class EngineServices
{
    /// <summary>Everything but <see cref="ISecretProtector"/>, which the host gives.</summary>
    public static IServiceCollection AddDataFlowEngine(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IIdGenerator, RandomIdGenerator>();
        return services;
    }
}
