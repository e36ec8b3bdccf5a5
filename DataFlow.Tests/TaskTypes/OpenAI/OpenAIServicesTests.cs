using DataFlow.Engine.Egress;
using DataFlow.Engine.TaskTypes.OpenAI;
using DataFlow.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DataFlow.Tests.TaskTypes.OpenAI;

public sealed class OpenAIServicesTests
{
    [Theory]
    [InlineData("BaseUrl", "localhost:11434")]
    [InlineData("BaseUrl", "https://user:pw@example.com/v1")]
    [InlineData("BaseUrl", "https://example.com/v1?x=1")]
    [InlineData("BaseUrl", " ")]
    [InlineData("DefaultModel", "")]
    [InlineData("MaxInputTokens", "0")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string key, string value)
    {
        using var host = Host((key, value));
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("OpenAI", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(key, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configured_model_server_on_this_machine_is_reachable_for_models_alone()
    {
        await using var server = await FakeOpenAIServer.StartAsync();
        using var host = Host(("BaseUrl", server.BaseUrl));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var egress = host.Services.GetRequiredService<IEgressClientFactory>();

        var type = ActivatorUtilities.CreateInstance<OpenAITextSummarize>(host.Services);
        Assert.Equal("A short summary.", (await new NetworkAttempt(egress).OfAsync(type, new { text = "Tea." })).GetProperty("summary").GetString());
        await Assert.ThrowsAsync<EgressDeniedException>(() => egress.For(EgressPurpose.Tasks).GetAsync(server.BaseUrl, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void An_allowlist_holds_for_a_service_that_nobody_configured()
    {
        using var host = Host();
        Assert.Equal(TrustedOrigin.None, host.Services.GetRequiredService<TrustedOrigin>());
    }

    private static IHost Host(params (string Key, string Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = "Production" });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>($"OpenAI:{setting.Key}", setting.Value)));
        builder.Services.AddSingleton(TimeProvider.System).AddEgress().AddOpenAI();
        return builder.Build();
    }
}
