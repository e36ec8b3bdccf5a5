using System.Diagnostics;
using System.Net.WebSockets;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Support;
using DataFlow.Web.Live;

namespace DataFlow.Tests.Hosting;

/// <summary>The server is asked to stop while others hold connections to it: its patience is for attempts, not for them.</summary>
public sealed class StopTests
{
    /// <summary>Well below what the host would wait for a connection that stays open (<c>StopSeconds</c> and 15 s), well above what a busy machine needs.</summary>
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(12);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/_blazor")]
    [InlineData(LiveServices.HubPath)]
    public async Task Whoever_connects_again_at_once_when_the_server_stops_is_refused_and_holds_nothing_up(string path)
    {
        var between = new GatedServer();
        var server = await AppServer.StartAsync(services: between.Use);
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        var reply = 0;
        between.BeforeStop = async () =>
        {
            await Assert.ThrowsAsync<WebSocketException>(() => socket.ConnectAsync(new Uri($"ws://{server.Address.Authority}{path}"), Token));
            reply = (int)socket.HttpStatusCode;
        };

        Assert.InRange(await StopAsync(server), TimeSpan.Zero, s_soon);
        Assert.Equal(503, reply);
    }

    [Fact]
    public async Task Open_connections_and_streams_end_when_the_server_stops()
    {
        var server = await AppServer.StartAsync();
        var id = (await server.PostAsync($"/workflows/{await server.CreateAsync(Definitions.Slow)}/execute", "{}")).Json.GetProperty("execution_id").GetString()!;
        await using var hub = await HubClient.ConnectAsync(server);
        await using var watching = hub.ExecutionAsync(id, null).GetAsyncEnumerator(Token);
        Assert.True(await watching.MoveNextAsync());
        using var client = server.NewClient();
        using var events = new StreamReader(await client.GetStreamAsync(new Uri($"/executions/{id}/events", UriKind.Relative), Token));
        Assert.NotNull(await events.ReadLineAsync(Token));

        Assert.InRange(await StopAsync(server), TimeSpan.Zero, s_soon);
        await events.ReadToEndAsync(Token);
    }

    [Fact]
    public async Task A_caller_that_waits_for_the_end_is_answered_as_it_stands_when_the_server_stops()
    {
        var server = await AppServer.StartAsync();
        var workflow = await server.CreateAsync(Definitions.Slow);
        var watch = (await server.Get<WorkflowEngine>().WatchEventsAsync(workflow, null, Token)).Value!;
        using var client = server.NewClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/workflows/{workflow}/execute") { Headers = { { "Prefer", "wait=60" } } };
        var waiting = client.SendAsync(request, Token);
        await foreach (var seen in watch.Changes.WithCancellation(Token))
            if (seen.Events.Any(happened => happened is TaskWaiting)) break;

        Assert.InRange(await StopAsync(server), TimeSpan.Zero, s_soon);
        var reply = await ApiReply.ReadAsync(await waiting);
        Assert.Equal((202, "RUNNING"), (reply.Status, reply.Json.GetProperty("status").GetString()));
    }

    private static async Task<TimeSpan> StopAsync(AppServer server)
    {
        var since = Stopwatch.StartNew();
        await server.DisposeAsync();
        return since.Elapsed;
    }
}
