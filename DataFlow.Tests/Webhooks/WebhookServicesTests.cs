using DataFlow.Engine.Webhooks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookServicesTests
{
    [Fact]
    public void Options_are_read_from_their_section()
    {
        var options = Options(("Concurrency", "7"), ("PerHostConcurrency", "1"), ("TimeoutSeconds", "15"), ("MaxAttempts", "3"), ("DisableAfterDays", "2"));

        Assert.Equal((7, 1, 15, 3, 2), (options.Concurrency, options.PerHostConcurrency, options.TimeoutSeconds, options.MaxAttempts, options.DisableAfterDays));
    }

    [Theory]
    [InlineData("Concurrency", "0")]
    [InlineData("PerHostConcurrency", "0")]
    [InlineData("TimeoutSeconds", "0")]
    [InlineData("MaxAttempts", "11")]
    [InlineData("DisableAfterDays", "-1")]
    public void A_value_out_of_range_is_refused_by_its_name(string key, string value) =>
        Assert.Contains(key, Assert.Throws<OptionsValidationException>(() => Options((key, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_misspelt_key_is_refused_by_its_name() =>
        Assert.Contains("PerHostConcurency", Assert.Throws<InvalidOperationException>(() => Options(("PerHostConcurency", "3"))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_wrong_value_stops_the_start()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Configuration.AddInMemoryCollection([new("DataFlow:Webhooks:MaxAttempts", "0")]);
        builder.Services.AddWebhooks();
        // Only the check at the start is of interest here; what runs needs the other rooms.
        builder.Services.RemoveAll<IHostedService>();
        using var host = builder.Build();

        await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(TestContext.Current.CancellationToken));
    }

    private static WebhookOptions Options(params (string Key, string Value)[] values)
    {
        using var services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(values.Select(pair => KeyValuePair.Create($"{WebhookOptions.Section}:{pair.Key}", (string?)pair.Value))).Build())
            .AddWebhooks()
            .BuildServiceProvider();
        return services.GetRequiredService<IOptions<WebhookOptions>>().Value;
    }
}
