using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Api;

public sealed class LogsTests : IAsyncLifetime
{
    private readonly TestScript _script = new();
    private AppServer _server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _script.Behaviour = (input, context, _) =>
        {
            context.Log(TaskLogLevel.Information, $"{context.TaskRef} looks around");
            context.Log(TaskLogLevel.Warning, $"{context.TaskRef} wonders");
            return ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        };
        _server = await AppServer.StartAsync(services: services => services.AddSingleton(TestCatalog.With(_script)));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Events_and_lines_of_tasks_come_in_the_order_of_time()
    {
        var lines = await ListAsync(await EndedAsync());

        Assert.Equal(
            [
                "Accepted", "Started.", "Started.", "a looks around", "a wonders", "Completed.", "Started.", "b looks around", "b wonders", "Completed.", "Completed.",
            ],
            lines.Select(line => line.GetProperty("message").GetString()!.Split(':')[0]));
        Assert.Equal([1, 2, 3, 4], lines.Where(IsLine).Select(line => line.GetProperty("number").GetInt32()));
        Assert.Equal(Enumerable.Range(1, 7), lines.Where(line => !IsLine(line)).Select(line => line.GetProperty("sequence").GetInt32()));
        Assert.All(lines.Where(IsLine), line => Assert.Equal(1, line.GetProperty("attempt").GetInt32()));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task Pages_of_any_size_make_the_same_list(int limit)
    {
        var execution = await EndedAsync();
        var whole = await ListAsync(execution);

        var paged = new List<JsonElement>();
        var cursor = "";
        do
        {
            var page = (await _server.GetAsync($"/executions/{execution}/logs?limit={limit}{cursor}")).Json;
            paged.AddRange(page.GetProperty("logs").EnumerateArray());
            cursor = page.GetProperty("next_cursor") is { ValueKind: JsonValueKind.String } next ? $"&cursor={next.GetString()}" : null;
        }
        while (cursor is not null);
        Assert.Equal(whole.Select(line => line.GetRawText()), paged.Select(line => line.GetRawText()));
    }

    [Theory]
    [InlineData("task=b", "Started.|b looks around|b wonders|Completed.")]
    [InlineData("level=warning", "a wonders|b wonders")]
    [InlineData("level=WARNING&task=a", "a wonders")]
    [InlineData("text=WONDERS&limit=1", "a wonders")]
    [InlineData("text=accepted", "Accepted")]
    [InlineData("task=none", "")]
    public async Task The_list_is_narrowed_by_task_level_and_text(string query, string messages)
    {
        var lines = await ListAsync(await EndedAsync(), $"?{query}");
        Assert.Equal(messages, string.Join('|', lines.Select(line => line.GetProperty("message").GetString()!.Split(':')[0])));
    }

    [Fact]
    public async Task An_unknown_execution_is_not_found_as_a_list_and_as_a_stream()
    {
        Assert.Equal(404, (await _server.GetAsync("/executions/ex-1a2b3c4d/logs")).Status);
        Assert.Equal(404, (await _server.GetAsync("/executions/ex-1a2b3c4d/logs", ("Accept", "text/event-stream"))).Status);
    }

    [Fact]
    public async Task The_stream_tells_lines_and_progress_while_the_task_runs_and_resumes_without_a_gap()
    {
        var go = new TaskCompletionSource();
        _script.Behaviour = async (input, context, _) =>
        {
            context.Log(TaskLogLevel.Information, "one");
            context.Report(512, 2048, "bytes", "halfway there");
            await go.Task;
            context.Log(TaskLogLevel.Information, "two");
            return new ScriptedTask.Output(input.Value);
        };
        var execution = await StartAsync();
        using var response = await OpenAsync(execution);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Token));
        var early = new List<string>();
        // Progress is told at once, a line when it is written: either may be first.
        while (!early.Contains("id: 1") || !early.Contains("event: progress") || early[^1].Length > 0) early.Add(await reader.ReadLineAsync(Token) ?? throw new EndOfStreamException());
        var progress = JsonElement.Parse(early[early.IndexOf("event: progress") + 1]["data: ".Length..]);
        go.SetResult();
        var rest = await reader.ReadToEndAsync(Token);

        Assert.Equal((25.0, 512, 2048, "bytes", "halfway there"), (progress.GetProperty("percent").GetDouble(), progress.GetProperty("done").GetInt32(), progress.GetProperty("total").GetInt32(), progress.GetProperty("unit").GetString(), progress.GetProperty("note").GetString()));
        Assert.Contains("id: 4\n", rest, StringComparison.Ordinal);
        var again = await _server.GetAsync($"/executions/{execution}/logs", ("Accept", "text/event-stream"), ("Last-Event-ID", "2"));
        Assert.Equal(["id: 3", "id: 4"], again.Text.Split('\n').Where(line => line.StartsWith("id: ", StringComparison.Ordinal)));
        Assert.Equal(204, (await _server.GetAsync($"/executions/{execution}/logs", ("Accept", "text/event-stream"), ("Last-Event-ID", "4"))).Status);
    }

    private static bool IsLine(JsonElement line) => line.GetProperty("number").ValueKind == JsonValueKind.Number;

    private async Task<JsonElement[]> ListAsync(string execution, string query = "") =>
        [.. (await _server.GetAsync($"/executions/{execution}/logs{query}")).Json.GetProperty("logs").EnumerateArray()];

    private Task<HttpResponseMessage> OpenAsync(string execution)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, $"/executions/{execution}/logs") { Headers = { { "Accept", "text/event-stream" } } };
        return _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private const string TwoTasks = """{"name":"Two","tasks":[{"ref":"a","type":"Test.Unsafe","input":{"value":1}},{"ref":"b","type":"Test.Unsafe","input":{"value":2}}]}""";

    private async Task<string> EndedAsync() => (await _server.RunAsync(await _server.CreateAsync(TwoTasks))).GetProperty("execution_id").GetString()!;

    private async Task<string> StartAsync() => (await _server.PostAsync($"/workflows/{await _server.CreateAsync(TwoTasks)}/execute")).Json.GetProperty("execution_id").GetString()!;
}
