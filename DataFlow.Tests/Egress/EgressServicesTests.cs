using System.Net;
using DataFlow.Engine.Egress;
using DataFlow.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace DataFlow.Tests.Egress;

public sealed class EgressServicesTests
{
    [Theory]
    [InlineData("AllowCidrs:0", "10.1.0.0/33")]
    [InlineData("AllowCidrs:0", "10.1.2.3/16")]
    [InlineData("AllowCidrs:0", "corp")]
    [InlineData("AllowCidrs:0", "10")]
    [InlineData("AllowHosts:0", "https://example.com")]
    [InlineData("AllowHosts:0", "*")]
    [InlineData("AllowHosts:0", "*.*.example")]
    [InlineData("AllowHosts:0", "example.com:0")]
    [InlineData("DenyHosts:0", "a b")]
    [InlineData("AllowPorts:0", "70000")]
    [InlineData("AllowPorts:0", "ssh")]
    [InlineData("Mode", "Open")]
    [InlineData("AllowLoopback", "maybe")]
    [InlineData("MaxResponseBytes", "-1")]
    [InlineData("TotalSeconds", "0")]
    [InlineData("AllowCidr:0", "10.1.0.0/16")]
    public async Task A_wrong_setting_stops_the_start_and_is_named(string key, string value)
    {
        using var host = Host("Production", (key, value));
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => host.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains(key.Split(':')[0], thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Egress", thrown.Message + thrown.InnerException?.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_are_read_from_configuration()
    {
        using var host = Host("Production", ("AllowCidrs:0", "10.1.0.0/16"), ("AllowHosts:0", "127.0.0.1:5005"), ("DenyHosts:0", "*.example"), ("Mode", "blocklist"));
        await host.StartAsync(TestContext.Current.CancellationToken);
        var egress = host.Services.GetRequiredService<IEgressClientFactory>();
        Assert.Null(egress.Check("http://10.1.2.3/"));
        Assert.Null(egress.Check("http://127.0.0.1:5005/"));
        Assert.NotNull(egress.Check("http://127.0.0.1:5006/"));
        Assert.NotNull(egress.Check("http://a.example/"));
    }

    [Theory]
    [InlineData("Development", null, true)]
    [InlineData("Production", null, false)]
    [InlineData("Development", "false", false)]
    [InlineData("Production", "true", true)]
    public void Loopback_is_allowed_in_development_unless_said_otherwise(string environment, string? setting, bool allowed)
    {
        using var host = Host(environment, ("AllowLoopback", setting));
        Assert.Equal(allowed, host.Services.GetRequiredService<IEgressClientFactory>().Check("http://localhost:8080/") is null);
    }

    [Theory]
    [InlineData("Development", true, true)]
    [InlineData("Development", false, false)]
    [InlineData("Production", true, false)]
    public void The_servers_own_port_is_open_in_development_while_there_are_samples(string environment, bool samples, bool open)
    {
        using var host = Host(environment, listeners: new FakeListeners(new IPEndPoint(IPAddress.Loopback, 5000)), samples: samples);
        Assert.Equal(open, host.Services.GetRequiredService<IEgressClientFactory>().Check("http://localhost:5000/") is null);
    }

    [Fact]
    public void Each_purpose_has_one_client()
    {
        using var host = Host("Production");
        var egress = host.Services.GetRequiredService<IEgressClientFactory>();
        Assert.Same(egress.For(EgressPurpose.Tasks), egress.For(EgressPurpose.Tasks));
        Assert.NotSame(egress.For(EgressPurpose.Tasks), egress.For(EgressPurpose.OpenAI));
    }

    private static IHost Host(string environment, params (string Key, string? Value)[] settings) => Host(environment, null, true, settings);

    private static IHost Host(string environment, IOwnListeners? listeners, bool samples, params (string Key, string? Value)[] settings)
    {
        var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(new() { EnvironmentName = environment });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"{EgressOptions.Section}:{setting.Key}", setting.Value)));
        builder.Services.Configure<Engine.EngineOptions>(options => options.Samples = samples);
        builder.Services.AddSingleton(TimeProvider.System);
        if (listeners is not null) builder.Services.AddSingleton(listeners);
        return builder.Services.AddEgress() is { } ? builder.Build() : throw new InvalidOperationException();
    }
}
