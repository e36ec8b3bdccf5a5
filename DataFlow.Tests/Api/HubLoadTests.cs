using System.Text.Json;
using DataFlow.Tests.Support;
using DataFlow.Web.Live;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Api;

public sealed class HubLoadTests
{
    private const int Executions = 100;
    private const int Watchers = 1_000;
    private const int Connections = 50;
    private const int Tasks = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_thousand_watchers_of_a_hundred_running_executions_see_every_event_once()
    {
        var (script, go) = (new TestScript(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        script.Behaviour = async (input, context, token) =>
        {
            await go.Task.WaitAsync(token);
            return new ScriptedTask.Output(input.Value);
        };
        await using var server = await AppServer.StartAsync(services: services => services.AddSingleton(TestCatalog.With(script)));
        var tasks = string.Join(',', Enumerable.Range(0, Tasks).Select(i => $$"""{ "ref": "t{{i}}", "type": "Test.Unsafe", "input": { "value": {{i}} } }"""));
        var workflow = await server.CreateAsync($$"""{"name":"Watched","tasks":[{{tasks}}]}""");
        var executions = new string[Executions];
        for (var i = 0; i < Executions; i++) executions[i] = (await server.PostAsync($"/workflows/{workflow}/execute")).Json.GetProperty("execution_id").GetString()!;
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(_ => HubClient.ConnectAsync(server)));

        var (waiting, begun) = (Watchers, new TaskCompletionSource());
        var watching = Enumerable.Range(0, Watchers).Select(i => WatchAsync(clients[i % Connections], executions[i % Executions], Begun)).ToArray();
        await begun.Task;
        go.SetResult();
        var seen = await Task.WhenAll(watching);

        // Accepted, started, two for each task, ended.
        var all = Enumerable.Range(1, 3 + 2 * Tasks).ToArray();
        Assert.All(seen, sequences => Assert.Equal(all, sequences));
        foreach (var client in clients) await client.DisposeAsync();
        while (server.Get<Engine.Runtime.ExecutionFeed>().WatcherCount + server.Get<HubPlaces>().Connections > 0) await Task.Yield();

        void Begun()
        {
            if (Interlocked.Decrement(ref waiting) == 0) begun.SetResult();
        }
    }

    private static async Task<List<int>> WatchAsync(HubClient client, string execution, Action begun)
    {
        var sequences = new List<int>();
        await foreach (var message in client.ExecutionAsync(execution, 0))
        {
            if (message.GetProperty("kind").GetString() == "snapshot") begun();
            else sequences.Add(message.GetProperty("sequence").GetInt32());
        }
        return sequences;
    }
}
