using DataFlow.Engine.Runtime;
using DataFlow.Tests.Support;
using DataFlow.Web.Live;

namespace DataFlow.Tests.Api;

/// <summary>Programs that ask for more than they may have.</summary>
public sealed class HubFloodTests : IAsyncLifetime
{
    private const int Asked = 1_000;
    private const int MostStreams = 20;

    private AppServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _server = await AppServer.StartAsync(settings: [$"DataFlow:Live:MaxStreams={MostStreams}"]);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_thousand_streams_asked_for_at_once_are_as_many_as_one_may_have_and_the_rest_are_refused()
    {
        using var greedy = await RawHubClient.ConnectAsync(_server);
        for (var i = 0; i < Asked; i++) await greedy.AskAsync("WatchAll", (object?)null);

        var replies = await greedy.ReadAsync(Token).Where(read => read.Type is RawHubClient.StreamItem or RawHubClient.Completion).Take(Asked).ToListAsync(Token);

        Assert.Equal(MostStreams, replies.Count(reply => reply.Type == RawHubClient.StreamItem));
        Assert.All(replies.Where(reply => reply.Type == RawHubClient.Completion), reply => Assert.Contains("too_many_streams", reply.Message.GetProperty("error").GetString(), StringComparison.Ordinal));
        Assert.Equal(MostStreams, _server.Get<CommittedFeed>().WatcherCount);
    }

    [Fact]
    public async Task Who_asks_and_asks_and_never_reads_holds_up_nobody_and_is_answered_once_it_reads()
    {
        using var flooding = await RawHubClient.ConnectAsync(_server);
        var asking = Task.Run(async () => { for (var i = 0; i < 20 * Asked; i++) await flooding.AskAsync("WatchExecution", "ex-1a2b3c4d", 0); }, Token);

        var execution = (await _server.RunAsync(await _server.CreateAsync("""{"name":"Calm","tasks":[{"ref":"a","type":"Text.Reverse","input":{"text":"abc"}}]}"""))).GetProperty("execution_id").GetString()!;
        await using var calm = await HubClient.ConnectAsync(_server);
        var told = await calm.ExecutionAsync(execution, 0).ToListAsync(Token);
        Assert.Equal("execution_completed", told[^1].GetProperty("event").GetProperty("type").GetString());

        var answers = await flooding.ReadAsync(Token).Where(read => read.Type == RawHubClient.Completion).Take(20 * Asked).ToListAsync(Token);
        await asking;
        Assert.Equal(20 * Asked, answers.Select(answer => answer.Message.GetProperty("invocationId").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task A_megabyte_that_does_not_end_ends_the_connection_and_its_place_is_free_again()
    {
        using var client = await RawHubClient.ConnectAsync(_server);
        while (_server.Get<HubPlaces>().Connections == 0) await Task.Yield();
        try
        {
            await client.SendAsync(new byte[1_000_000]);
            await foreach (var _ in client.ReadAsync(Token))
            {
            }
        }
        catch (System.Net.WebSockets.WebSocketException)
        {
            // Cut while it still sent.
        }
        while (_server.Get<HubPlaces>().Connections > 0) await Task.Yield();
    }
}
