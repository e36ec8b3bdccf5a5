using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.InMemory;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Support;

/// <summary>The whole engine over a store in memory, its clock in the test's hand. A "restart" is a second harness over the same memory.</summary>
internal sealed class EngineHarness : IAsyncDisposable
{
    private readonly ServiceProvider _services;
    private readonly IHostedService[] _hosted;
    private bool _stopped;

    private EngineHarness(ServiceProvider services, FakeTimeProvider clock, TestScript script)
    {
        (_services, Clock, Script) = (services, clock, script);
        Engine = services.GetRequiredService<WorkflowEngine>();
        _hosted = [.. services.GetServices<IHostedService>()];
    }

    public WorkflowEngine Engine { get; }

    public FakeTimeProvider Clock { get; }

    public TestScript Script { get; }

    public T Get<T>() where T : notnull => _services.GetRequiredService<T>();

    /// <param name="before">A stopped or crashed harness whose memory this one takes over.</param>
    /// <param name="settings">Configuration keys.</param>
    public static Task<EngineHarness> StartAsync(EngineHarness? before = null, params (string Key, string Value)[] settings) => StartAsync(before, null, settings, null);

    /// <summary>With a store that a test can hold up or make fail.</summary>
    public static Task<EngineHarness> StartProbedAsync(Action<StoreProbe>? probe = null, EngineHarness? before = null, params (string Key, string Value)[] settings) =>
        StartAsync(before, probe ?? (static _ => { }), settings, null);

    /// <summary>With other parts than it would have.</summary>
    public static Task<EngineHarness> StartWithAsync(Action<IServiceCollection> parts) => StartAsync(null, null, [], parts);

    private static async Task<EngineHarness> StartAsync(EngineHarness? before, Action<StoreProbe>? probe, (string Key, string Value)[] settings, Action<IServiceCollection>? parts)
    {
        var clock = before?.Clock ?? new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        var script = new TestScript();
        var services = new ServiceCollection()
            .AddLogging().AddMetrics()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(pair => pair.Key, pair => (string?)pair.Value)).Build())
            .AddSingleton<IHostEnvironment>(new TestEnvironment())
            .AddSingleton<TimeProvider>(clock)
            .AddSingleton(script)
            .AddSingleton<ISecretProtector, TestProtector>()
            .AddDataFlowEngine();
        services.AddInMemoryStorage();
        // Its memory, and a store that a test has put before it.
        if (before is not null) services.AddSingleton(before.Get<InMemoryDatabase>()).AddSingleton(before.Get<IExecutionStore>());
        if (probe is not null)
        {
            services.AddSingleton(provider => new StoreProbe(before?.Get<IExecutionStore>() ?? ActivatorUtilities.CreateInstance<InMemoryExecutionStore>(provider)));
            services.AddSingleton<IExecutionStore>(static provider => provider.GetRequiredService<StoreProbe>());
        }
        services.AddSingleton(TestCatalog.With(script));
        parts?.Invoke(services);
        var harness = new EngineHarness(services.BuildServiceProvider(), clock, script);
        if (probe is not null) probe(harness.Get<StoreProbe>());
        foreach (var hosted in harness._hosted) await hosted.StartAsync(TestContext.Current.CancellationToken);
        return harness;
    }

    /// <summary>Saves a workflow; tasks are the inside of the tasks array.</summary>
    public async Task<string> SaveAsync(string tasks, string top = "", string output = "")
    {
        var json = $$"""{ "name": "test", {{top}} "input": [{ "name": "x", "type": "any", "required": false }], "tasks": [{{tasks}}], "output": [{{output}}] }""";
        var answer = await Engine.CreateWorkflowAsync(Encoding.UTF8.GetBytes(json), TestContext.Current.CancellationToken);
        Assert.True(answer.IsOk, string.Join("; ", answer.Refusal?.Problems.Select(problem => problem.ToString()) ?? []));
        return answer.Value.WorkflowId;
    }

    public async Task<string> ExecuteAsync(string workflowId, string input = "{}", Func<ExecuteRequest, ExecuteRequest>? with = null)
    {
        var request = new ExecuteRequest { WorkflowId = workflowId, Input = JsonElement.Parse(input) };
        var answer = await Engine.ExecuteAsync(with?.Invoke(request) ?? request, TestContext.Current.CancellationToken);
        Assert.True(answer.IsOk, answer.Refusal?.ToString());
        return answer.Value.ExecutionId;
    }

    /// <summary>The execution once it has ended.</summary>
    public async Task<Execution> EndAsync(string executionId) =>
        (await WhileTimePassesAsync(Engine.WaitAsync(executionId, TimeSpan.FromDays(30), TestContext.Current.CancellationToken))).Value!;

    /// <summary>Reads events until one is of the kind wanted.</summary>
    public Task<T> SeeAsync<T>(string executionId, Func<T, bool>? such = null) where T : ExecutionEvent =>
        WhileTimePassesAsync(FindAsync(executionId, such));

    private async Task<T> FindAsync<T>(string executionId, Func<T, bool>? such) where T : ExecutionEvent
    {
        var watch = (await Engine.WatchAsync(executionId, 0, TestContext.Current.CancellationToken)).Value!;
        await foreach (var change in watch.Changes.WithCancellation(TestContext.Current.CancellationToken))
            foreach (var e in change.Events)
                if (e is T wanted && such?.Invoke(wanted) != false) return wanted;
        throw new InvalidOperationException($"The execution ended without {typeof(T).Name}.");
    }

    /// <summary>The moment comes.</summary>
    public void AdvanceTo(DateTimeOffset moment)
    {
        if (moment > Clock.GetUtcNow()) Clock.SetUtcNow(moment);
    }

    /// <summary>Time trickles on while a test waits: a timer set after the moment it is for has come must still ring.</summary>
    private async Task<T> WhileTimePassesAsync<T>(Task<T> wanted)
    {
        while (!wanted.IsCompleted)
        {
            Clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.WhenAny(wanted, Task.Run(static () => { }, TestContext.Current.CancellationToken));
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
        return await wanted;
    }

    public async Task<ImmutableArray<ExecutionEvent>> JournalAsync(string executionId) =>
        (await Engine.GetHistoryAsync(executionId, TestContext.Current.CancellationToken)).Value!.Events;

    /// <summary>A graceful stop.</summary>
    public async Task StopAsync()
    {
        _stopped = true;
        foreach (var hosted in _hosted.Reverse()) await hosted.StopAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        Script.Behaviour = static (input, _, _) => ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        if (!_stopped) await StopAsync();
        await _services.DisposeAsync();
    }

    private sealed class TestProtector : ISecretProtector
    {
        public byte[] Protect(ReadOnlySpan<byte> plain) => [0x5A, .. plain.ToArray().Select(b => (byte)(b ^ 0x5A))];

        public byte[]? Unprotect(byte[] secret) => [.. secret.Skip(1).Select(b => (byte)(b ^ 0x5A))];
    }

    internal sealed class TestEnvironment : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = "Development";

        public string ApplicationName { get; set; } = "tests";

        public string ContentRootPath { get; set; } = AppContext.BaseDirectory;

        public Microsoft.Extensions.FileProviders.IFileProvider ContentRootFileProvider { get; set; } = new Microsoft.Extensions.FileProviders.NullFileProvider();
    }
}
