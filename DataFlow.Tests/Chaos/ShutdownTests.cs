using System.Diagnostics;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Chaos;

/// <summary>The server is asked to stop while it is at work.</summary>
[Collection(ChaosTests.Name)]
public sealed class ShutdownTests : IAsyncLifetime
{
    /// <summary>128 + SIGKILL.</summary>
    private const int Killed = 137;

    private const string StopSeconds = "DataFlow__StopSeconds=2";

    private readonly AppPlace place = new();
    private EffectSink sink = null!;
    private HttpClient http = null!;
    private ChaosClient client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        sink = await EffectSink.StartAsync();
        http = AppProcess.NewClient(place.Address);
        client = new ChaosClient(http);
    }

    public async ValueTask DisposeAsync()
    {
        await sink.DisposeAsync();
        http.Dispose();
        place.Dispose();
    }

    [Fact]
    public async Task A_task_that_outlasts_the_stop_is_interrupted_not_failed_and_resumed_at_the_next_start()
    {
        var held = new Held(sink);
        string id;
        await using (var server = await AppProcess.StartAsync(place, null, StopSeconds))
        {
            id = await ExecuteAsync("effects");
            await held.Arrived;
            var since = Stopwatch.StartNew();
            Assert.Equal(0, await server.StopAsync());
            Assert.InRange(since.Elapsed, TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(12));
        }
        var stopped = Stored(id);
        Assert.Equal(ExecutionStatus.Running, stopped.Status);
        Assert.True(Assert.IsType<TaskInterrupted>(stopped.Events[^1]).Graceful);

        held.Release(200);
        await using (var server = await AppProcess.StartAsync(place, null, StopSeconds))
        {
            Assert.Equal("COMPLETED", Status(await client.EndAsync(id, Cancelled)));
            Assert.Equal(0, await server.StopAsync());
        }
        Assert.Equal([1, 2], Stored(id).Of<TaskStarted>("effect").Select(started => started.Attempt));
        Assert.Equal(2, sink.CountOf($"{id}.effect"));
    }

    [Fact]
    public async Task A_task_that_ends_while_the_server_stops_has_its_end_recorded()
    {
        var held = new Held(sink);
        string id;
        await using (var server = await AppProcess.StartAsync(place, null, "DataFlow__StopSeconds=20"))
        {
            id = await ExecuteAsync("effects");
            await held.Arrived;
            await BeginToStopAsync(server);
            held.Release(404);
            Assert.Equal(0, await server.EndAsync());
        }
        var ended = Stored(id);
        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        Assert.Empty(ended.Of<TaskInterrupted>());
        Assert.Equal(1, sink.CountOf($"{id}.effect"));
    }

    [Fact]
    public async Task A_second_signal_ends_the_server_at_once_and_loses_nothing()
    {
        var held = new Held(sink);
        string id;
        await using (var server = await AppProcess.StartAsync(place, null, "DataFlow__StopSeconds=60"))
        {
            id = await ExecuteAsync("effects");
            await held.Arrived;
            await BeginToStopAsync(server);
            var since = Stopwatch.StartNew();
            Assert.Equal(Killed, await server.StopAsync());
            Assert.InRange(since.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        }
        held.Release(200);
        await using (var server = await AppProcess.StartAsync(place))
        {
            Assert.Equal("COMPLETED", Status(await client.EndAsync(id, Cancelled)));
            Assert.Equal(0, await server.StopAsync());
        }
        Assert.False(Assert.Single(Stored(id).Of<TaskInterrupted>()).Graceful);
    }

    [Fact]
    public async Task A_message_in_delivery_when_the_server_dies_is_sent_again_with_the_same_id_and_bytes()
    {
        var arrived = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var never = new TaskCompletionSource<int>();
        sink.OnMessage = _ =>
        {
            arrived.TrySetResult();
            return never.Task;
        };
        string id;
        await using (var server = await AppProcess.StartAsync(place))
        {
            var workflow = await client.CreateAsync(ChaosWorkflows.EffectAt("/effects", sink), Cancelled);
            id = await client.ExecuteAsync(workflow, "one", new Uri(sink.Address, "webhook").ToString(), Cancelled);
            await arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);
            await client.EndAsync(id, Cancelled);
            await server.KillAsync();
        }
        var before = sink.Messages.Count;
        sink.OnMessage = static _ => Task.FromResult(204);
        await using (var server = await AppProcess.StartAsync(place))
        {
            await ChaosClient.UntilAsync("both messages have arrived", () => Task.FromResult(sink.Messages.Skip(before).DistinctBy(message => message.Id).Count() == 2), Cancelled);
            await ChaosClient.UntilAsync("both are recorded", () => Task.FromResult(Pending() == 0), Cancelled);
            Assert.Equal(0, await server.StopAsync());
        }
        never.SetResult(204);
        Assert.True(sink.Messages.Count > 2, "Nothing was sent twice: the test proved nothing.");
        using var stored = new StoredRun(place.Database);
        Assert.Empty(Invariants.Check(stored.Evidence(new Dictionary<string, string> { ["one"] = id }, sink)));
    }

    private static Task BeginToStopAsync(AppProcess server)
    {
        server.Send(AppProcess.Signal.Terminate);
        return ChaosClient.UntilAsync("the server has begun to stop", () => Task.FromResult(server.Output.Contains("shutting down", StringComparison.Ordinal)), Cancelled);
    }

    private int Pending()
    {
        using var stored = new StoredRun(place.Database);
        return stored.PendingDeliveries();
    }

    private async Task<string> ExecuteAsync(string path) =>
        await client.ExecuteAsync(await client.CreateAsync(ChaosWorkflows.EffectAt("/" + path, sink), Cancelled), "one", null, Cancelled);

    private RecordedExecution Stored(string id)
    {
        using var stored = new StoredRun(place.Database);
        return stored.Executions().Single(execution => execution.Id == id);
    }

    private static string Status(JsonElement document) => document.GetProperty("status").GetString()!;

    /// <summary>Effects arrive and get no reply until they are released.</summary>
    private sealed class Held
    {
        private readonly TaskCompletionSource arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource<int> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Held(EffectSink sink) => sink.OnEffect = _ =>
        {
            arrived.TrySetResult();
            return reply.Task;
        };

        public Task Arrived => arrived.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        public void Release(int status) => reply.TrySetResult(status);
    }
}
