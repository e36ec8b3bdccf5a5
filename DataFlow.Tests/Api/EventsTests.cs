using System.Text.Json;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Api;

public sealed class EventsTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private AppServer Server => fixture.Server;

    [Fact]
    public async Task The_stream_of_an_ended_execution_tells_every_event_once_and_ends()
    {
        var execution = await EndedAsync();

        var events = await ReadAsync($"/executions/{execution}/events");

        Assert.Equal(Enumerable.Range(1, events.Count), events.Select(item => item.Id));
        Assert.Equal("execution_queued", events[0].Type);
        Assert.Equal("execution_completed", events[^1].Type);
        Assert.All(events, item => Assert.Equal((item.Id, item.Type), (item.Data.GetProperty("sequence").GetInt32(), item.Data.GetProperty("type").GetString())));
        Assert.All(events, item => Assert.EndsWith("Z", item.Data.GetProperty("at").GetString(), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resuming_at_every_event_leaves_no_gap_and_repeats_nothing()
    {
        var execution = await EndedAsync();
        var all = await ReadAsync($"/executions/{execution}/events");

        for (var seen = 0; seen < all.Count; seen++)
        {
            Assert.Equal(all.Skip(seen).Select(item => item.Id), (await ReadAsync($"/executions/{execution}/events", seen)).Select(item => item.Id));
            Assert.Equal(all.Skip(seen).Select(item => item.Id), (await ReadAsync($"/executions/{execution}/events?cursor={seen}")).Select(item => item.Id));
        }
    }

    [Fact]
    public async Task A_reader_that_has_seen_the_end_is_told_not_to_come_back()
    {
        var execution = await EndedAsync();
        var last = (await ReadAsync($"/executions/{execution}/events"))[^1].Id;

        Assert.Equal(204, (await Server.GetAsync($"/executions/{execution}/events", ("Last-Event-ID", last.ToString()))).Status);
    }

    [Fact]
    public async Task Asked_for_JSON_it_answers_pages_of_the_same_events()
    {
        var execution = await EndedAsync();
        var streamed = await ReadAsync($"/executions/{execution}/events");

        var whole = (await Server.GetAsync($"/executions/{execution}/events", ("Accept", "application/json"))).Json;
        var page = (await Server.GetAsync($"/executions/{execution}/events?cursor=1&limit=2", ("Accept", "application/json"))).Json;

        Assert.Equal(streamed.Select(item => item.Data.GetRawText()), whole.GetProperty("events").EnumerateArray().Select(item => item.GetRawText()));
        Assert.Equal(JsonValueKind.Null, whole.GetProperty("next_cursor").ValueKind);
        Assert.Equal([2, 3], page.GetProperty("events").EnumerateArray().Select(item => item.GetProperty("sequence").GetInt32()));
        Assert.Equal("3", page.GetProperty("next_cursor").GetString());
    }

    [Fact]
    public async Task A_running_execution_is_told_live_to_its_end()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);
        var execution = (await Server.PostAsync($"/workflows/{workflow}/execute")).Json.GetProperty("execution_id").GetString();
        await using var stream = await OpenAsync(Server, $"/executions/{execution}/events");
        var waiting = await stream.ReadUntilAsync(line => line == "event: task_waiting");

        await Server.PostAsync($"/executions/{execution}/cancel");
        var rest = await stream.ReadToEndAsync();

        Assert.Contains("event: execution_queued", waiting);
        Assert.Contains("event: execution_cancelled", rest);
    }

    [Fact]
    public async Task A_silent_stream_is_kept_open_by_a_comment_every_fifteen_seconds()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(56));
        await using var server = await AppServer.StartAsync(services: services => services.AddSingleton<TimeProvider>(clock));
        var workflow = await server.CreateAsync(Definitions.Slow.Replace("3600", "30000000", StringComparison.Ordinal));
        var execution = (await server.PostAsync($"/workflows/{workflow}/execute")).Json.GetProperty("execution_id").GetString();
        await using var stream = await OpenAsync(server, $"/executions/{execution}/events");
        await stream.ReadUntilAsync(line => line == "event: task_waiting");

        var heartbeat = stream.ReadUntilAsync(line => line == ": heartbeat");
        // The timer is set some moment after the event was read.
        while (!heartbeat.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(15));
            await Task.Yield();
        }

        Assert.Contains(": heartbeat", await heartbeat);
    }

    [Fact]
    public async Task An_open_stream_does_not_hold_up_the_stop_of_the_server()
    {
        var server = await AppServer.StartAsync();
        var workflow = await server.CreateAsync(Definitions.Slow);
        var execution = (await server.PostAsync($"/workflows/{workflow}/execute")).Json.GetProperty("execution_id").GetString();
        await using var stream = await OpenAsync(server, $"/executions/{execution}/events");
        await stream.ReadUntilAsync(line => line == "event: task_waiting");

        var stopping = server.DisposeAsync();
        await stream.ReadToEndAsync();
        await stopping;

        Assert.DoesNotContain(server.Logs.Errors, entry => entry.Category.StartsWith("DataFlow", StringComparison.Ordinal));
    }

    private async Task<string> EndedAsync() => (await Server.RunAsync(await Server.CreateAsync(Definitions.Reverse), """{"input":{"text":"hello"}}""")).GetProperty("execution_id").GetString()!;

    private async Task<List<StreamedEvent>> ReadAsync(string path, int? lastEventId = null)
    {
        var reply = await Server.GetAsync(path, lastEventId is { } id ? [("Last-Event-ID", id.ToString()), ("Accept", "text/event-stream")] : []);
        Assert.True(reply.Status == 200 && reply.MediaType == "text/event-stream", reply.ToString());
        return [.. reply.Text.Split("\n\n").Where(block => block.StartsWith("id: ", StringComparison.Ordinal)).Select(StreamedEvent.Of)];
    }

    private static async Task<EventLines> OpenAsync(AppServer server, string path)
    {
        var response = await server.Client.GetAsync(new Uri(path, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        return new EventLines(response, new StreamReader(await response.Content.ReadAsStreamAsync()));
    }

    private sealed record StreamedEvent(int Id, string Type, JsonElement Data)
    {
        public static StreamedEvent Of(string block)
        {
            var lines = block.Split('\n');
            return new StreamedEvent(int.Parse(lines[0]["id: ".Length..]), lines[1]["event: ".Length..], JsonElement.Parse(lines[2]["data: ".Length..]));
        }
    }

    private sealed class EventLines(HttpResponseMessage response, StreamReader reader) : IAsyncDisposable
    {
        public async Task<List<string>> ReadUntilAsync(Func<string, bool> found)
        {
            var lines = new List<string>();
            while (await reader.ReadLineAsync() is { } line)
            {
                lines.Add(line);
                if (found(line)) return lines;
            }
            Assert.Fail($"The stream ended: {string.Join('\n', lines)}");
            return lines;
        }

        public async Task<List<string>> ReadToEndAsync() => [.. (await reader.ReadToEndAsync()).Split('\n')];

        public ValueTask DisposeAsync()
        {
            reader.Dispose();
            response.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
