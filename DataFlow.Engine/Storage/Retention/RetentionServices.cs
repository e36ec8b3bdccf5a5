using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Engine.Storage.Retention;

/// <summary>Registers this room.</summary>
internal static class RetentionServices
{
    /// <summary>Needs configuration, <see cref="TimeProvider"/> and a store.</summary>
    public static IServiceCollection AddRetention(this IServiceCollection services)
    {
        services.AddOptions<RetentionOptions>()
            .BindConfiguration(RetentionOptions.Section, static binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.AddSingleton<ExecutionRetention>();
        services.AddHostedService<RetentionService>();
        return services;
    }
}
