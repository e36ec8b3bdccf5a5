using System.Net;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;
using DataFlow.Web.Live;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Api;

public sealed class HubTests : IAsyncLifetime
{
    private const string TwoTasks = """{"name":"Two","tasks":[{"ref":"a","type":"Test.Unsafe","input":{"value":1}},{"ref":"b","type":"Test.Unsafe","input":{"value":2}}]}""";

    private readonly TestScript _script = new();
    private AppServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await AppServer.StartAsync(
        services: services => services.AddSingleton(TestCatalog.With(_script)), settings: ["DataFlow:Live:MaxConnections=5", "DataFlow:Live:MaxStreams=3"]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task An_execution_is_told_as_a_snapshot_and_the_events_after_it_to_the_end()
    {
        var go = Hold();
        var execution = await StartAsync(await _server.CreateAsync(TwoTasks));
        await using var client = await HubClient.ConnectAsync(_server);
        var messages = new List<JsonElement>();
        await foreach (var message in client.ExecutionAsync(execution, null))
        {
            messages.Add(message);
            go.TrySetResult();
        }

        var (snapshot, events) = (messages[0], messages[1..]);
        Assert.Equal(("snapshot", execution), (Kind(snapshot), snapshot.GetProperty("execution").GetProperty("execution_id").GetString()));
        var first = snapshot.GetProperty("sequence").GetInt32() + 1;
        Assert.Equal(Enumerable.Range(first, events.Count), events.Select(Sequence));
        Assert.Equal("execution_completed", events[^1].GetProperty("event").GetProperty("type").GetString());
    }

    [Fact]
    public async Task Events_are_those_of_the_stream_over_HTTP_and_resuming_anywhere_leaves_no_gap()
    {
        var execution = (await _server.RunAsync(await _server.CreateAsync(TwoTasks))).GetProperty("execution_id").GetString()!;
        var streamed = (await _server.GetAsync($"/executions/{execution}/events", ("Accept", "application/json"))).Json.GetProperty("events").EnumerateArray().Select(item => item.GetRawText()).ToList();
        await using var client = await HubClient.ConnectAsync(_server);

        for (var seen = 0; seen <= streamed.Count; seen++)
        {
            var messages = await client.ExecutionAsync(execution, seen).ToListAsync(Token);
            Assert.Equal("snapshot", Kind(messages[0]));
            Assert.Equal(streamed.Skip(seen), messages.Skip(1).Select(message => message.GetProperty("event").GetRawText()));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_workflow_or_all_are_told_from_any_cursor_without_a_gap_or_a_repetition(bool all)
    {
        var (workflow, other) = (await _server.CreateAsync(TwoTasks), await _server.CreateAsync(TwoTasks));
        await using var client = await HubClient.ConnectAsync(_server);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var told = Collect(all ? client.AllAsync(null, leaving.Token) : client.WorkflowAsync(workflow, null, leaving.Token), all ? 4 : 2);
        await told.Snapshot;
        var wanted = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            wanted.Add((await _server.RunAsync(workflow)).GetProperty("execution_id").GetString()!);
            var others = (await _server.RunAsync(other)).GetProperty("execution_id").GetString()!;
            if (all) wanted.Add(others);
        }
        var messages = await told.Ended;
        await leaving.CancelAsync();

        foreach (var execution in wanted) Assert.Equal(Enumerable.Range(1, 7), messages.Where(message => Execution(message) == execution).Select(Sequence));
        Assert.Equal(wanted.Count * 7, messages.Count);
        for (var i = 0; i < messages.Count - 1; i++)
        {
            await using var back = await HubClient.ConnectAsync(_server);
            var cursor = messages[i].GetProperty("cursor").GetString();
            var rest = await (all ? back.AllAsync(cursor) : back.WorkflowAsync(workflow, cursor)).Take(messages.Count - 1 - i).ToListAsync(Token);
            Assert.Equal(messages.Skip(i + 1).Select(message => message.GetRawText()), rest.Select(message => message.GetRawText()));
        }
    }

    [Fact]
    public async Task Logs_are_told_as_over_HTTP_and_go_on_after_a_number()
    {
        _script.Behaviour = (input, context, _) =>
        {
            context.Log(TaskLogLevel.Warning, $"{context.TaskRef} speaks");
            return ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        };
        var execution = (await _server.RunAsync(await _server.CreateAsync(TwoTasks))).GetProperty("execution_id").GetString()!;
        await using var client = await HubClient.ConnectAsync(_server);

        var lines = (await client.LogsAsync(execution, null).ToListAsync(Token)).Where(message => Kind(message) == "line").Select(message => message.GetProperty("line")).ToList();
        Assert.Equal(["a speaks", "b speaks"], lines.Select(line => line.GetProperty("message").GetString()));
        var listed = (await _server.GetAsync($"/executions/{execution}/logs?level=warning")).Json.GetProperty("logs").EnumerateArray().Select(line => line.GetRawText());
        Assert.Equal(listed, lines.Select(line => line.GetRawText()));
        Assert.Equal([2], (await client.LogsAsync(execution, 1).ToListAsync(Token)).Select(message => message.GetProperty("line").GetProperty("number").GetInt32()));
    }

    [Theory]
    [InlineData("WatchExecution", "ex-1a2b3c4d", "not_found")]
    [InlineData("WatchExecution", null, "not_found")]
    [InlineData("WatchWorkflow", "wf-1a2b3c4d", "not_found")]
    [InlineData("WatchLogs", "ex-1a2b3c4d", "not_found")]
    public async Task What_is_unknown_is_refused_with_the_problems_code(string method, string? id, string code)
    {
        await using var client = await HubClient.ConnectAsync(_server);
        var refused = await Assert.ThrowsAsync<HubException>(async () => await client.CallAsync(method, id, null).ToListAsync(Token));
        Assert.Contains($"HubException: {code}: ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("999999999")]
    [InlineData("1.x")]
    public async Task A_cursor_that_no_watch_gave_out_is_refused(string cursor)
    {
        await using var client = await HubClient.ConnectAsync(_server);
        var refused = await Assert.ThrowsAsync<HubException>(async () => await client.AllAsync(cursor).ToListAsync(Token));
        Assert.Contains("HubException: invalid_cursor: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_so_many_streams_are_open_on_a_connection_and_a_closed_one_makes_room()
    {
        await using var client = await HubClient.ConnectAsync(_server);
        using var closing = new CancellationTokenSource();
        var open = new List<IAsyncEnumerator<JsonElement>>();
        for (var i = 0; i < 3; i++)
        {
            open.Add(client.AllAsync(null, closing.Token).GetAsyncEnumerator(Token));
            Assert.True(await open[^1].MoveNextAsync());
        }

        var refused = await Assert.ThrowsAsync<HubException>(async () => await client.AllAsync(null).ToListAsync(Token));
        Assert.Contains("too_many_streams: 3 streams", refused.Message, StringComparison.Ordinal);
        await closing.CancelAsync();
        foreach (var stream in open) await stream.DisposeAsync();
        while (true)
        {
            // The server hears of the closing a moment later.
            try
            {
                Assert.Equal("snapshot", Kind(await client.AllAsync(null).FirstAsync(Token)));
                return;
            }
            catch (HubException)
            {
            }
        }
    }

    [Fact]
    public async Task Only_so_many_programs_are_connected()
    {
        var clients = new List<HubClient>();
        for (var i = 0; i < 5; i++) clients.Add(await HubClient.ConnectAsync(_server));
        Assert.Equal(5, _server.Get<HubPlaces>().Connections);

        var closed = new TaskCompletionSource<Exception?>();
        await using (var sixth = HubClient.Of(_server))
        {
            sixth.Connection.Closed += why =>
            {
                closed.TrySetResult(why);
                return Task.CompletedTask;
            };
            await sixth.Connection.StartAsync(Token);
            Assert.Contains("HubException: too_many_connections: 5 programs", (await closed.Task)!.Message, StringComparison.Ordinal);
        }

        foreach (var client in clients) await client.DisposeAsync();
        while (_server.Get<HubPlaces>().Connections > 0) await Task.Yield();
    }

    [Fact]
    public async Task A_message_of_more_than_the_limit_ends_the_connection()
    {
        await using var client = await HubClient.ConnectAsync(_server);
        var closed = new TaskCompletionSource();
        client.Connection.Closed += _ =>
        {
            closed.TrySetResult();
            return Task.CompletedTask;
        };
        await Assert.ThrowsAnyAsync<Exception>(async () => await client.ExecutionAsync(new string('x', LiveOptions.LongestMessage), null).ToListAsync(Token));
        await closed.Task;
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Host", "evil.example")]
    [InlineData("X-Forwarded-For", "1.2.3.4")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    public async Task Who_may_not_use_the_API_may_not_connect(string header, string value)
    {
        var negotiated = await _server.PostAsync($"{LiveServices.HubPath}/negotiate?negotiateVersion=1", null, (header, value));
        Assert.InRange(negotiated.Status, 400, 499);
        var read = await _server.GetAsync(LiveServices.HubPath, (header, value), ("Accept", "text/event-stream"));
        Assert.Equal(negotiated.Status, read.Status);
        Assert.Equal("application/problem+json", negotiated.MediaType);
    }

    [Fact]
    public async Task Readers_that_leave_leave_nothing_behind()
    {
        var go = Hold();
        var workflow = await _server.CreateAsync(TwoTasks);
        var execution = await StartAsync(workflow);
        await using (var client = await HubClient.ConnectAsync(_server))
        {
            Assert.Equal("snapshot", Kind(await client.AllAsync(null).FirstAsync(Token)));
            var open = client.ExecutionAsync(execution, null).GetAsyncEnumerator(Token);
            Assert.True(await open.MoveNextAsync());
        }

        // The execution still runs: the watchers have ended because their reader has gone.
        while (_server.Get<Engine.Runtime.CommittedFeed>().WatcherCount + _server.Get<Engine.Runtime.ExecutionFeed>().WatcherCount + _server.Get<HubPlaces>().Connections > 0) await Task.Yield();
        Assert.False(go.Task.IsCompleted);
        go.SetResult();
    }

    private TaskCompletionSource Hold()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _script.Behaviour = async (input, _, token) =>
        {
            await go.Task.WaitAsync(token);
            return new ScriptedTask.Output(input.Value);
        };
        return go;
    }

    private async Task<string> StartAsync(string workflow) => (await _server.PostAsync($"/workflows/{workflow}/execute")).Json.GetProperty("execution_id").GetString()!;

    /// <summary>Reads until so many executions have ended.</summary>
    private static (Task Snapshot, Task<List<JsonElement>> Ended) Collect(IAsyncEnumerable<JsonElement> stream, int ends)
    {
        var begun = new TaskCompletionSource();
        return (begun.Task, Task.Run(async () =>
        {
            var messages = new List<JsonElement>();
            await foreach (var message in stream)
            {
                if (Kind(message) == "snapshot")
                {
                    begun.SetResult();
                    continue;
                }
                messages.Add(message);
                if (messages.Count(item => item.GetProperty("event").GetProperty("type").GetString() == "execution_completed") == ends) break;
            }
            return messages;
        }));
    }

    private static string? Kind(JsonElement message) => message.GetProperty("kind").GetString();

    private static string? Execution(JsonElement message) => message.GetProperty("execution_id").GetString();

    private static int Sequence(JsonElement message) => message.GetProperty("sequence").GetInt32();
}
