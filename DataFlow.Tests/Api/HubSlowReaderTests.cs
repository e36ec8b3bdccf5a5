using System.Text.Json;
using DataFlow.Engine.Runtime;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Api;

public sealed class HubSlowReaderTests
{
    private const int Tasks = 200;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_that_does_not_read_while_ten_megabytes_of_events_pass_by_misses_none_of_them_and_holds_up_no_other()
    {
        var (script, go) = (new TestScript(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        script.Behaviour = async (input, context, token) =>
        {
            await go.Task.WaitAsync(token);
            return new ScriptedTask.Output(JsonSerializer.SerializeToElement($"{context.TaskRef}{new string('x', 50_000)}"));
        };
        await using var server = await AppServer.StartAsync(services: services => services.AddSingleton(TestCatalog.With(script)));
        var tasks = string.Join(',', Enumerable.Range(0, Tasks).Select(i => $$"""{ "ref": "t{{i}}", "type": "Test.Unsafe" }"""));
        var execution = (await server.PostAsync($"/workflows/{await server.CreateAsync($$"""{"name":"Large","tasks":[{{tasks}}]}""")}/execute")).Json.GetProperty("execution_id").GetString()!;
        // Accepted, started, two for each task, ended.
        var all = Enumerable.Range(1, 3 + 2 * Tasks);
        using var slow = await RawHubClient.ConnectAsync(server);
        await slow.AskAsync("WatchExecution", execution, 0);
        await using var client = await HubClient.ConnectAsync(server);
        var other = client.ExecutionAsync(execution, 0).Where(message => message.GetProperty("kind").GetString() == "event").Select(message => message.GetProperty("sequence").GetInt32()).ToListAsync(Token);
        while (server.Get<ExecutionFeed>().WatcherCount < 2) await Task.Yield();

        go.SetResult();
        Assert.Equal(all, await other);

        var sequences = await slow.ReadAsync(Token).TakeWhile(read => read.Type != RawHubClient.Completion)
            .Where(read => read.Type == RawHubClient.StreamItem).Select(read => read.Message.GetProperty("item"))
            .Where(item => item.GetProperty("kind").GetString() == "event").Select(item => item.GetProperty("sequence").GetInt32()).ToListAsync(Token);
        Assert.Equal(all, sequences);
    }
}
