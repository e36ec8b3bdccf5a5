using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Egress;

/// <summary>Registers the one way out.</summary>
internal static class EgressServices
{
    /// <summary>Needs configuration, <see cref="TimeProvider"/> and <see cref="IHostEnvironment"/>; the host adds an <see cref="IOwnListeners"/>.</summary>
    public static IServiceCollection AddEgress(this IServiceCollection services)
    {
        services.AddOptions<EgressOptions>()
            .BindConfiguration(EgressOptions.Section)
            .ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EgressOptions>, EgressOptionsValidator>());
        services.TryAddSingleton<IHostResolver, SystemHostResolver>();
        services.TryAddSingleton<IOwnListeners, NoListeners>();
        services.TryAddSingleton(Policy);
        services.TryAddSingleton<IEgressClientFactory>(provider => new EgressClientFactory(
            provider.GetRequiredService<IOptions<EgressOptions>>().Value, provider.GetRequiredService<EgressPolicy>(),
            provider.GetRequiredService<IHostResolver>(), provider.GetRequiredService<TimeProvider>()));
        return services;
    }

    private static EgressPolicy Policy(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IOptions<EgressOptions>>().Value;
        var allowLoopback = options.AllowLoopback ?? provider.GetService<IHostEnvironment>()?.IsDevelopment() ?? false;
        var samples = provider.GetRequiredService<IOptions<EngineOptions>>().Value.Samples;
        return new(options, allowLoopback, allowOwnListeners: allowLoopback && samples, provider.GetRequiredService<IOwnListeners>(), provider.GetServices<TrustedOrigin>());
    }
}
