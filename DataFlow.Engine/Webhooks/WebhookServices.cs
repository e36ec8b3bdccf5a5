using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace DataFlow.Engine.Webhooks;

/// <summary>Registers this room.</summary>
internal static class WebhookServices
{
    /// <summary>The dispatcher as a hosted service, and what the door and the runtime use of this room. Needs configuration, <see cref="TimeProvider"/> and the stores.</summary>
    public static IServiceCollection AddWebhooks(this IServiceCollection services)
    {
        services.AddOptions<WebhookOptions>()
            .BindConfiguration(WebhookOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .ValidateOnStart();
        services.TryAddSingleton<WebhookChance>(static () => RandomNumberGenerator.GetInt32(int.MaxValue) / (double)int.MaxValue);
        services.AddSingleton<WebhookSignal>();
        services.AddSingleton<IWebhookSignal>(provider => provider.GetRequiredService<WebhookSignal>());
        services.AddSingleton<WebhookSchedule>();
        services.AddSingleton<WebhookSender>();
        services.AddSingleton<WebhookEndpoints>();
        services.AddSingleton<WebhookDeliveries>();
        services.AddSingleton<WebhookSubscriptions>();
        services.AddSingleton<WebhookRegister>();
        services.AddHostedService(static provider => provider.GetRequiredService<WebhookSubscriptions>());
        services.AddSingleton<WebhookTrace>();
        services.AddHostedService<WebhookDispatcher>();
        return services;
    }
}
