using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.InMemory;
using DataFlow.Engine.Webhooks;
using DataFlow.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DataFlow.Tests.Webhooks;

/// <summary>The room as it is registered, on a store that outlives a restart and a clock the test moves.</summary>
internal sealed class WebhookHarness : IAsyncDisposable
{
    public const string Url = "https://example.com/webhook";
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(1);

    private readonly InMemoryDatabase database = new();
    private readonly Action<WebhookOptions> configure;
    private readonly double chance;
    private readonly bool realSockets;
    private ServiceProvider services;

    public WebhookHarness(double chance = 0.5, Action<WebhookOptions>? configure = null, bool realSockets = false)
    {
        (this.chance, this.configure, this.realSockets) = (chance, configure ?? (_ => { }), realSockets);
        Store = new ObservedWebhookStore(new InMemoryWebhookStore(database));
        Receiver = new ScriptedReceiver(Clock);
        services = Build();
    }

    public DrivenClock Clock { get; } = new();

    public KeyRing Keys { get; } = new();

    public ObservedWebhookStore Store { get; }

    public ScriptedReceiver Receiver { get; }

    public CapturedLogs Logs { get; } = new();

    public WebhookDeliveries Deliveries => services.GetRequiredService<WebhookDeliveries>();

    public WebhookRegister Register => services.GetRequiredService<WebhookRegister>();

    private WebhookDispatcher Dispatcher => services.GetServices<IHostedService>().OfType<WebhookDispatcher>().Single();

    /// <summary>Starts one.</summary>
    /// <param name="chance">What is drawn for every wait.</param>
    /// <param name="configure">Settings.</param>
    /// <param name="realSockets">Messages go out as in the product instead of to <see cref="Receiver"/>.</param>
    public static async Task<WebhookHarness> StartAsync(double chance = 0.5, Action<WebhookOptions>? configure = null, bool realSockets = false)
    {
        var harness = new WebhookHarness(chance, configure, realSockets);
        await harness.StartAsync();
        return harness;
    }

    public Task StartAsync() => Dispatcher.StartAsync(TestContext.Current.CancellationToken);

    /// <summary>Commits messages of one execution in one append and raises the signal, as the runtime does.</summary>
    public async Task<ImmutableArray<string>> CommitAsync(string url = Url, int count = 1, string? webhookId = null)
    {
        var ids = await Outbox.CommitAsync(database, url, count, Clock.GetUtcNow(), webhookId);
        services.GetRequiredService<IWebhookSignal>().Raise();
        return ids;
    }

    /// <summary>Lets a moment come as soon as the dispatcher waits for it; raising after it lets a loop look again that has read the time before.</summary>
    public async Task ReachAsync(DateTimeOffset? next)
    {
        await Clock.ReachAsync(next!.Value + TimerResolution);
        services.GetRequiredService<IWebhookSignal>().Raise();
    }

    /// <summary>Moves the clock; raising after it lets a loop look again that has read the time before.</summary>
    public void Advance(TimeSpan time)
    {
        Clock.Advance(time);
        services.GetRequiredService<IWebhookSignal>().Raise();
    }

    /// <summary>Lets time pass until something has happened, however long it takes.</summary>
    public async Task<T> DriveAsync<T>(Task<T> happened)
    {
        while (!happened.IsCompleted)
        {
            Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        return await happened;
    }

    public async Task<WebhookEndpoint> EndpointAsync(string url = Url) =>
        (await Store.ListEndpointsAsync(new WebhookQuery(100), TestContext.Current.CancellationToken)).Items.Single(endpoint => endpoint.Url == url);

    public async Task<WebhookDelivery> DeliveryAsync(string id)
    {
        foreach (var execution in database.Executions.Keys.ToArray())
        {
            if ((await Deliveries.ListAsync(execution, TestContext.Current.CancellationToken)).FirstOrDefault(delivery => delivery.Id == id) is { } found)
                return found;
        }

        throw new InvalidOperationException($"There is no delivery {id}.");
    }

    /// <summary>Ends the process and starts another on the same store.</summary>
    public async Task RestartAsync()
    {
        await StopWithoutWaiting();
        await StartAnotherAsync();
    }

    /// <summary>Starts another process on the same store.</summary>
    public Task StartAnotherAsync()
    {
        services = Build();
        return StartAsync();
    }

    /// <summary>Stops as a host does, while the clock stands still.</summary>
    public Task StopWithoutWaiting() => Dispatcher.StopAsync(CancellationToken.None);

    /// <summary>Stops as a host does, letting the time pass that this takes.</summary>
    public async Task StopAsync()
    {
        var stop = Dispatcher.StopAsync(CancellationToken.None);
        while (!stop.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.Yield();
        }

        await stop;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await services.DisposeAsync();
        Receiver.Dispose();
    }

    private ServiceProvider Build() => Egress(new ServiceCollection())
        .AddLogging(logging => logging.AddProvider(Logs))
        .AddSingleton<TimeProvider>(Clock)
        .AddSingleton<IIdGenerator, RandomIdGenerator>()
        .AddSingleton<ISecretProtector>(Keys)
        .AddSingleton<IWebhookStore>(Store)
        .AddSingleton<IExecutionStore>(new InMemoryExecutionStore(database))
        .AddSingleton<WebhookChance>(() => chance)
        .AddWebhooks()
        .Configure(configure)
        .BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });

    private IServiceCollection Egress(IServiceCollection outside) => realSockets
        ? outside.AddLoopbackEgress()
        : outside.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build()).AddSingleton<IEgressClientFactory>(Receiver);
}
