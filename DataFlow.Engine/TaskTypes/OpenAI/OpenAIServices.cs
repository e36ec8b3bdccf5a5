using DataFlow.Engine.Egress;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.TaskTypes.OpenAI;

/// <summary>Registers what the OpenAI task types need.</summary>
internal static class OpenAIServices
{
    /// <summary>Needs <c>AddEgress</c> and configuration.</summary>
    public static IServiceCollection AddOpenAI(this IServiceCollection services)
    {
        services.AddOptions<OpenAIOptions>().BindConfiguration(OpenAIOptions.Section).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<OpenAIOptions>, OpenAIOptionsValidator>());
        services.AddSingleton(provider => provider.GetRequiredService<IOptions<OpenAIOptions>>().Value.BaseUrl is var url && url != OpenAIOptions.PublicUrl
            ? TrustedOrigin.Of(EgressPurpose.OpenAI, new(url))
            // An operator who configured nothing has not decided that an allowlist is not to hold.
            : TrustedOrigin.None);
        return services;
    }
}
