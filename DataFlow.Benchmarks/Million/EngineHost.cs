using DataFlow.Engine;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DataFlow.Benchmarks.Million;

/// <summary>The engine on a data folder, as the host would start it, without a web server before it.</summary>
internal sealed class EngineHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly List<IHostedService> _hosted;

    private EngineHost(ServiceProvider services, List<IHostedService> hosted) => (_services, _hosted) = (services, hosted);

    public WorkflowEngine Engine => _services.GetRequiredService<WorkflowEngine>();

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    public static async Task<EngineHost> StartAsync(string folder, params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            settings.Append(("DataFlow:DataDirectory", folder)).Append(("DataFlow:Samples", "false")).Select(pair => KeyValuePair.Create(pair.Item1, (string?)pair.Item2))).Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton<ISecretProtector, Plain>()
            .AddSqliteStorage().AddDataFlowEngine().BuildServiceProvider();
        var hosted = services.GetServices<IHostedService>().ToList();
        foreach (var service in hosted.OfType<IHostedLifecycleService>()) await service.StartingAsync(CancellationToken.None);
        foreach (var service in hosted) await service.StartAsync(CancellationToken.None);
        return new EngineHost(services, hosted);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var service in Enumerable.Reverse(_hosted)) await service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
    }

    /// <summary>What is measured has no secrets.</summary>
    private sealed class Plain : ISecretProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> plain) => plain.ToArray();

        public byte[] Unprotect(byte[] secret) => secret;
    }
}
