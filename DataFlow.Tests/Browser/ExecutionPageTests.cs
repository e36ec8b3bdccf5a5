using DataFlow.Tests.Support;
using DataFlow.Web.Components.Values;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class ExecutionPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Fetch =
        """
        {"name":"Fetch a page","input":[{"name":"url","type":"string"}],
         "tasks":[{"ref":"say","type":"Echo","input":{"value":"{{input.url}}"}},
                  {"ref":"download","type":"Web.Download","input":{"url":"{{refs.say.output.value}}"}},
                  {"ref":"extract","type":"Web.ExtractText","input":{"html_content":"{{refs.download.output.html_content}}"}}],
         "output":[{"name":"text","type":"string","value":"{{refs.extract.output.text}}"}]}
        """;

    [Fact]
    public async Task A_failure_says_what_failed_where_and_what_to_do_and_a_replay_from_there_completes()
    {
        await using var site = await TestSite.StartAsync();
        var url = site.At("/page");
        var failed = await Server.RunAsync(await Server.CreateAsync(Fetch), $$"""{"input":{"url":"{{url}}"} }""");
        var page = await OpenAsync($"/app/executions/{failed.GetProperty("execution_id").GetString()}");

        await Expect(Status(page, "Failed")).ToBeVisibleAsync();
        await Expect(page.GetByText("download failed: http_status")).ToBeVisibleAsync();
        await Expect(page.GetByText("answered 404")).ToBeVisibleAsync();
        await Expect(page.GetByText("then replay from this task")).ToBeVisibleAsync();
        await Expect(TaskLine(page, "extract")).ToContainTextAsync("Skipped because");

        await page.GetByRole(AriaRole.Link, new() { Name = "Show the task" }).ClickAsync();
        site.Page("/page", "<html><body><main><p>Now it is here.</p></main></body></html>");
        await Region(page, "download").GetByRole(AriaRole.Button, new() { Name = "Replay from this task" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();

        await Expect(page.GetByText("replay of")).ToBeVisibleAsync();
        await Expect(Status(page, "Completed")).ToBeVisibleAsync();
        await Expect(TaskLine(page, "say")).ToContainTextAsync("it did not run again");
        await Expect(page.GetByText("Now it is here.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_running_execution_is_cancelled_from_its_page()
    {
        var page = await OpenAsync($"/app/executions/{await StartAsync(Definitions.Slow)}");
        await Expect(TaskLine(page, "wait")).ToContainTextAsync("Waits until");

        await Button(page, "Cancel").ClickAsync();

        await Expect(Status(page, "Cancelled")).ToBeVisibleAsync();
        await Expect(TaskLine(page, "wait")).ToContainTextAsync("Cancelled");
        await Expect(Button(page, "Replay")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_webhook_message_is_sent_again_on_request()
    {
        await using var sink = await TestSite.StartAsync();
        sink.Page("/hook", "noted");
        var done = await Server.RunAsync(await Server.CreateAsync(Definitions.Nothing), $$"""{"webhook_url":"{{sink.At("/hook")}}"}""");
        var page = await OpenAsync($"/app/executions/{done.GetProperty("execution_id").GetString()}?view=webhooks");
        var messages = Region(page, "Execution").GetByRole(AriaRole.Listitem).Filter(new() { HasText = "execution" });
        var first = messages.First;
        await Expect(first).ToContainTextAsync("Delivered");
        await Expect(first.GetByText("answered 200")).ToHaveCountAsync(1);

        await first.GetByRole(AriaRole.Button, new() { Name = "Redeliver" }).ClickAsync();

        await Expect(first.GetByText("answered 200")).ToHaveCountAsync(2);
        var ids = sink.Requests.Select(request => request.Headers["webhook-id"]).ToList();
        Assert.Equal(ids.Count - 1, ids.Distinct().Count());
    }

    [Fact]
    public async Task A_page_that_is_open_while_the_server_starts_again_comes_back_by_itself()
    {
        ExpectsErrors = true;
        var folder = Directory.CreateTempSubdirectory("dataflow-browser-");
        var before = await AppServer.StartAsync(folder.FullName);
        var workflow = await before.CreateAsync(Definitions.Slow);
        var started = await before.PostAsync($"/workflows/{workflow}/execute", "{}");
        var page = await OpenAsync($"/app/executions/{started.Json.GetProperty("execution_id").GetString()}", server: before);
        await Expect(TaskLine(page, "wait")).ToContainTextAsync("Running");
        await before.DisposeAsync();
        var away = page.GetByRole(AriaRole.Heading, new() { Name = "Connecting again" });
        await Expect(away).ToBeVisibleAsync();

        Keep(await AppServer.StartAsync(folder.FullName, settings: $"urls={before.Address.GetLeftPart(UriPartial.Authority)}"));

        await Expect(away).ToBeHiddenAsync();
        await ReadyAsync(page);
        await Button(page, "Cancel").ClickAsync();
        await Expect(Status(page, "Cancelled")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_duration_goes_on_in_the_browser_and_stands_still_in_the_past()
    {
        var page = await OpenAsync($"/app/executions/{await StartAsync(Definitions.Slow)}");
        await Expect(TaskLine(page, "wait")).ToContainTextAsync("Running");

        // Seven hours pass for the browser alone.
        await page.EvaluateAsync("() => { const now = Date.now; Date.now = () => now() + 7 * 3600000; }");
        await Expect(TaskLine(page, "wait")).ToContainTextAsync("7 h 00 min");

        await page.Keyboard.PressAsync("[");
        await Expect(page.GetByText("as it was after event")).ToBeVisibleAsync();
        await Expect(page.GetByText("7 h 00 min")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task The_browser_says_durations_and_ages_as_the_server_does()
    {
        var page = await OpenAsync("/app/task-types");
        var now = new DateTimeOffset(2026, 3, 4, 12, 0, 0, TimeSpan.Zero);
        foreach (var milliseconds in (long[])[-200_000_000, -7_000, -4_000, 0, 999, 5_000, 59_999, 60_000, 3_599_000, 3_600_000, 86_399_000, 172_799_000])
        {
            var span = TimeSpan.FromMilliseconds(milliseconds);
            var said = await page.EvaluateAsync<string[]>("async ms => { const { lasting, ago } = await import('/js/ticking.js'); return [lasting(ms), ago(ms)]; }", milliseconds);
            Assert.Equal([TimeText.Ticking(span), TimeText.Ago(now - span, now, TimeZoneInfo.Utc)], said);
        }
        Assert.Null(await page.EvaluateAsync<string?>("async () => (await import('/js/ticking.js')).ago(172800000)"));
    }

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task A_link_to_a_task_of_a_wide_graph_opens_with_its_card_in_sight(int width)
    {
        var done = await Server.RunAsync(await Server.CreateAsync(MonitoringDefinitions.Wide()));
        var page = await OpenAsync($"/app/executions/{done.GetProperty("execution_id").GetString()}?task=task_155", width: width);
        var graph = page.GetByRole(AriaRole.Group, new() { Name = "Workflow graph" });
        await graph.ScrollIntoViewIfNeededAsync();

        var card = graph.GetByRole(AriaRole.Button, new() { Name = "task_155" });
        await Expect(card).ToBeInViewportAsync(new() { Ratio = 0.99f });
        // Nothing lies over it either, such as the small map.
        await card.ClickAsync(new() { Trial = true });
        await Expect(graph.GetByRole(AriaRole.Button, new() { Name = "task_009" })).Not.ToBeInViewportAsync();
    }

    private async Task<string> StartAsync(string definition)
    {
        var started = await Server.PostAsync($"/workflows/{await Server.CreateAsync(definition)}/execute", "{}");
        return started.Json.GetProperty("execution_id").GetString()!;
    }
}
