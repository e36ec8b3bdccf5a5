using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Chaos;

/// <summary>Much is left behind: a long queue, thousands of executions under way.</summary>
[Collection(ChaosTests.Name)]
public sealed class RecoveryTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_mostDelay = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_mostExtra = TimeSpan.FromSeconds(3);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_killed_with_a_thousand_waiting_runs_them_all_once()
    {
        const int Count = 1_000;
        string[] few = ["DataFlow__MaxConcurrentExecutions=8"];
        await using var sink = await EffectSink.StartAsync();
        var gate = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        sink.OnEffect = _ => gate.Task;
        using var place = new AppPlace();
        using var http = AppProcess.NewClient(place.Address);
        var client = new ChaosClient(http);
        var acknowledged = new Dictionary<string, string>();
        await using (var first = await AppProcess.StartAsync(place, null, few))
        {
            var workflow = await client.CreateAsync(ChaosWorkflows.EffectAt("/effects", sink), Cancelled);
            foreach (var keys in Enumerable.Range(1, Count).Select(n => $"waiting-{n}").Chunk(50))
            {
                var ids = await Task.WhenAll(keys.Select(key => client.ExecuteAsync(workflow, key, null, Cancelled)));
                foreach (var (key, id) in keys.Zip(ids)) acknowledged[key] = id;
            }
            await first.KillAsync();
        }
        gate.SetResult(200);
        await using (var second = await AppProcess.StartAsync(place, null, few))
        {
            await client.RestAsync(Cancelled);
            Assert.Equal(0, await second.StopAsync());
        }
        using var stored = new StoredRun(place.Database);
        var evidence = stored.Evidence(acknowledged, sink);
        Assert.Empty(Invariants.Check(evidence));
        Assert.All(evidence.Executions, execution => Assert.Equal(ExecutionStatus.Completed, execution.Status));
        // Only those that had a place can have been at it when the server died.
        Assert.InRange(sink.Effects.Count(effect => effect.Number > 1), 1, 8);
    }

    [Fact]
    public async Task A_server_that_finds_ten_thousand_running_listens_and_resumes_in_time()
    {
        const int Count = 10_000;
        await using var sink = await EffectSink.StartAsync();
        using var place = new AppPlace();
        using var http = AppProcess.NewClient(place.Address);
        var client = new ChaosClient(http);
        var acknowledged = new Dictionary<string, string>();
        TimeSpan withNothing;
        await using (var first = await AppProcess.StartAsync(place))
        {
            withNothing = first.ListeningAt - first.StartedAt;
            var workflow = await client.CreateAsync(ChaosWorkflows.Small, Cancelled);
            Assert.Equal(0, await first.StopAsync());
            await LeaveRunningAsync(place, workflow, Count, acknowledged);
        }
        await using var second = await AppProcess.StartAsync(place);
        // Against a start that finds nothing, so that a busy machine is not taken for a slow server.
        Assert.InRange(second.ListeningAt - second.StartedAt, TimeSpan.Zero, withNothing + s_mostExtra);
        while ((await client.GetAsync("/executions?status=PENDING,RUNNING&limit=1", Cancelled)).GetProperty("executions").GetArrayLength() > 0)
            Assert.Equal("ok", (await client.GetAsync("/health/live", Cancelled)).GetProperty("status").GetString());
        Assert.Equal(0, await second.StopAsync());

        using var stored = new StoredRun(place.Database);
        var evidence = stored.Evidence(acknowledged, sink);
        Assert.Empty(Invariants.Check(evidence));
        var resumed = evidence.Executions.Select(execution => Assert.Single(execution.Of<TaskInterrupted>()).At - second.ListeningAt).Order().ToList();
        output.WriteLine($"listening {(second.ListeningAt - second.StartedAt).TotalMilliseconds:0} ms after the start; resumed {resumed[0].TotalMilliseconds:0} to {resumed[^1].TotalMilliseconds:0} ms after that");
        // The first of them: how long all take is a matter of the machine.
        Assert.InRange(resumed[0], TimeSpan.MinValue, s_mostDelay);
    }

    /// <summary>As a server leaves them that dies with all of them under way.</summary>
    private static async Task LeaveRunningAsync(AppPlace place, string workflowId, int count, Dictionary<string, string> acknowledged)
    {
        var settings = new ConfigurationBuilder().AddInMemoryCollection([new("DataFlow:DataDirectory", place.DataFolder)]).Build();
        await using var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(settings).AddSingleton(TimeProvider.System)
            .AddOptions<EngineOptions>().BindConfiguration(EngineOptions.Section).Services.AddSqliteStorage().BuildServiceProvider();
        foreach (var starting in services.GetServices<Microsoft.Extensions.Hosting.IHostedService>().OfType<Microsoft.Extensions.Hosting.IHostedLifecycleService>())
            await starting.StartingAsync(Cancelled);
        var store = services.GetRequiredService<IExecutionStore>();
        var now = TimeProvider.System.GetUtcNow();
        var nothing = JsonElement.Parse("{}");
        ImmutableArray<ExecutionEvent> journal =
        [
            new ExecutionQueued(now, workflowId, 1, nothing), new ExecutionStarted(now), new TaskStarted(now, "say", 1, JsonElement.Parse("""{"value":1}""")),
        ];
        await Task.WhenAll(Enumerable.Range(0, count).Select(n =>
        {
            var id = "ex-" + n.ToString("x8", CultureInfo.InvariantCulture);
            acknowledged[id] = id;
            var running = new Execution { Id = id, WorkflowId = workflowId, WorkflowVersion = 1, Status = ExecutionStatus.Running, Sequence = journal.Length, Input = nothing, CreatedAt = now, StartedAt = now, Tasks = [] };
            return store.CreateAsync(new NewExecution { Execution = running, Events = journal }, Cancelled).AsTask();
        }));
    }
}
