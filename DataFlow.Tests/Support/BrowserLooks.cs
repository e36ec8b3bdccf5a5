using Microsoft.Playwright;

namespace DataFlow.Tests.Support;

/// <summary>One state of a page that people look at: where it is, and how to bring it about once it is open.</summary>
internal sealed record BrowserLook(string Name, string Path, Func<IPage, Task> Arrange, AppServer Server);

/// <summary>A server with every state worth looking at: finished, failed, running, waiting, cancelled, with and without data.</summary>
internal sealed class BrowserLooks : IAsyncDisposable
{
    private const string Report =
        """
        {"name":"Nightly report","description":"Fetches the figures of the day, checks them and writes a report.","labels":{"team":"finance","schedule":"nightly"},
         "input":[{"name":"pages","type":"integer","default":3,"description":"How many pages the report may have."},{"name":"text","type":"string","default":"Revenue rose. Costs fell. Nobody complained.","description":"What to report on."},{"name":"draft","type":"boolean","default":false}],
         "tasks":[
          {"ref":"collect_figures","name":"Collect the figures","type":"Echo","input":{"value":"{{input.text}}"}},
          {"ref":"summarize","type":"Text.Summarize","input":{"text":"{{refs.collect_figures.output.value}}"}},
          {"ref":"headline","type":"Text.Truncate","depends_on":["collect_figures"],"input":{"text":"{{input.text}}","length":20}},
          {"ref":"wait_for_approval","type":"Flow.Wait","depends_on":["summarize","headline"],"input":{"seconds":86400}},
          {"ref":"publish","type":"Http.Request","depends_on":["wait_for_approval"],"input":{"url":"https://example.com/reports","method":"POST"}}],
         "output":[{"name":"report","type":"string","value":"{{refs.summarize.output.summary}}"}]}
        """;

    private const string Import =
        """
        {"name":"Import of the price list","labels":{"team":"sales"},"input":[{"name":"url","type":"string"}],
         "tasks":[
          {"ref":"check_address","type":"Echo","input":{"value":"{{input.url}}"}},
          {"ref":"download_list","type":"Web.Download","input":{"url":"{{refs.check_address.output.value}}"},"retry":{"attempts":3,"delay":0.1}},
          {"ref":"read_rows","type":"Json.Parse","input":{"text":"{{refs.download_list.output.html_content}}"}},
          {"ref":"store_rows","type":"Echo","input":{"value":"{{refs.read_rows.output.value}}"}}],
         "output":[{"name":"rows","type":"any","value":"{{refs.read_rows.output.value}}"}]}
        """;

    /// <summary>Branches, a condition, what stands in for a failure, retries and a wait: all that a graph has to tell.</summary>
    private const string Orders =
        """
        {"name":"Order intake","description":"Checks an order, prices it, and tells everyone who must know.","input":[{"name":"order","type":"any"},{"name":"express","type":"boolean","default":false}],
         "tasks":[
          {"ref":"fetch_order","type":"Http.Request","input":{"url":"https://shop.example.com/orders/4711"},"retry":{"attempts":3,"delay":2}},
          {"ref":"parse_order","type":"Json.Parse","input":{"text":"{{refs.fetch_order.output.text}}"}},
          {"ref":"check_stock","type":"Http.Request","depends_on":["parse_order"],"input":{"url":"https://stock.example.com/check","method":"POST"},"retry":{"attempts":5},"on_error":"continue"},
          {"ref":"price","type":"Echo","depends_on":["parse_order"],"input":{"value":"{{refs.parse_order.output.value}}"}},
          {"ref":"risk_score","type":"Http.Request","depends_on":["parse_order"],"input":{"url":"https://risk.example.com/score","method":"POST"},"on_error":{"task":{"type":"Http.Request","input":{"url":"https://backup.example.com/score"}}}},
          {"ref":"express_surcharge","type":"Echo","depends_on":["price"],"when":"{{ input.express }}","input":{"value":"12.50"}},
          {"ref":"decide","name":"Accept or refuse the order","type":"Echo","depends_on":["check_stock","express_surcharge","risk_score"],"input":{"value":"{{refs.parse_order.output.value}}"}},
          {"ref":"wait_for_payment","type":"Flow.Wait","depends_on":["decide"],"input":{"seconds":86400}},
          {"ref":"ship","type":"Http.Request","depends_on":["wait_for_payment"],"input":{"url":"https://shipping.example.com/parcels","method":"POST"},"retry":{"attempts":4}},
          {"ref":"mail_customer","type":"Http.Request","depends_on":["decide"],"input":{"url":"https://mail.example.com/send","method":"POST"},"on_error":"continue"},
          {"ref":"tell_support","type":"Http.Request","depends_on":["risk_score"],"when":"{{ input.express }}","input":{"url":"https://chat.example.com/hooks/support","method":"POST"}},
          {"ref":"archive","type":"Echo","depends_on":["ship","mail_customer","tell_support"],"input":{"value":"{{refs.decide.output.value}}"}}],
         "output":[{"name":"result","type":"any","value":"{{refs.archive.output.value}}"}]}
        """;

    private readonly TestSite site;
    private readonly AppServer full, empty;
    private MonitoringLooks? monitoring;

    private BrowserLooks(AppServer full, AppServer empty, TestSite site) => (this.full, this.empty, this.site) = (full, empty, site);

    public IReadOnlyList<BrowserLook> All { get; private set; } = [];

    public static async Task<BrowserLooks> StartAsync()
    {
        var site = await TestSite.StartAsync();
        site.Page("/list", "busy", status: 503).Page("/hook", "noted");
        var looks = new BrowserLooks(await AppServer.StartAsync(settings: "DataFlow:Samples=true"), await AppServer.StartAsync(settings: "DataFlow:Samples=true"), site);
        await looks.FillAsync();
        looks.monitoring = await MonitoringLooks.StartAsync();
        looks.All = [.. looks.All, .. looks.monitoring.All];
        return looks;
    }

    public async ValueTask DisposeAsync()
    {
        if (monitoring is not null) await monitoring.DisposeAsync();
        await full.DisposeAsync();
        await empty.DisposeAsync();
        await site.DisposeAsync();
    }

    private async Task FillAsync()
    {
        var workflows = (await full.GetAsync("/workflows?label=sample=start")).Json.GetProperty("workflows");
        var sample = workflows[0].GetProperty("workflow_id").GetString()!;
        var report = await full.CreateAsync(Report);
        var import = await full.CreateAsync(Import);
        var orders = await full.CreateAsync(Orders);
        var bulkId = "";
        string Id(System.Text.Json.JsonElement execution) => execution.GetProperty("execution_id").GetString()!;

        var bulk = await full.CreateAsync(Definitions.Slow);
        for (var i = 0; i < 3; i++) bulkId = Id((await full.PostAsync($"/workflows/{bulk}/execute", "{}")).Json);
        await full.PostAsync($"/executions/{bulkId}/cancel");

        for (var i = 0; i < 4; i++) await full.RunAsync(sample);
        var failed = Id(await full.RunAsync(import, $$"""{"input":{"url":"{{site.At("/list")}}"} }"""));
        var completed = Id(await full.RunAsync(sample, $$"""{"webhook_url":"{{site.At("/hook")}}"}"""));
        var cancelled = Id((await full.PostAsync($"/workflows/{report}/execute", "{}")).Json);
        await full.PostAsync($"/executions/{cancelled}/cancel");
        var running = Id((await full.PostAsync($"/workflows/{report}/execute", """{"input":{"pages":12}}""")).Json);

        var hook = (await full.PostAsync("/webhooks", $$"""{"url":"{{site.At("/hook")}}","description":"The team channel"}""")).Json.GetProperty("webhook_id").GetString()!;
        await full.PostAsync("/webhooks", """{"url":"https://example.com/a/rather/long/address/of/a/receiver/that/is/away/for/a/while","events":["task.failed"],"enabled":false}""");
        await full.PostAsync($"/webhooks/{hook}/test");

        All =
        [
            new("home-first-visit", "/", Nothing, empty),
            new("home", "/", Nothing, full),
            new("workflows", "/app/workflows", Nothing, full),
            new("workflows-nothing-found", "/app/workflows?q=nothing-is-called-so", Nothing, full),
            new("workflow-create", "/app/workflows/create", Nothing, full),
            new("workflow-paste", "/app/workflows/create", PasteForm, full),
            new("workflow-new", "/app/workflows/new", Written, full),
            new("workflow-blank", "/app/workflows/new", Blank, full),
            new("workflow", $"/app/workflows/{report}", Written, full),
            new("workflow-branching", $"/app/workflows/{orders}", Fitted, full),
            new("workflow-task", $"/app/workflows/{report}", TaskChosen, full),
            new("workflow-json", $"/app/workflows/{report}", Tab("JSON", "\"tasks\""), full),
            new("workflow-outline", $"/app/workflows/{report}", Tab("Outline", "Add a task at the end"), full),
            new("workflow-run-form", $"/app/workflows/{report}?run=1", page => Seen(page.GetByRole(AriaRole.Dialog)), full),
            new("workflow-run-waiting", $"/app/workflows/{report}?execution={running}", Seen("Running"), full),
            new("workflow-run-failed", $"/app/workflows/{import}?execution={failed}", Chosen("download_list", "Last run"), full),
            new("workflow-task-pinned", $"/app/workflows/{sample}?execution={completed}", Pinned, full),
            new("workflow-test-form", $"/app/workflows/{import}", TestForm, full),
            .. await EditorLooks.MakeAsync(full),
            new("execution-running", $"/app/executions/{running}", Nothing, full),
            new("execution-waiting-task", $"/app/executions/{running}?task=wait_for_approval", Nothing, full),
            new("execution-completed", $"/app/executions/{completed}", Nothing, full),
            new("execution-completed-task", $"/app/executions/{completed}?task=extract_text", Nothing, full),
            new("execution-events", $"/app/executions/{completed}?view=events", Nothing, full),
            new("execution-webhooks", $"/app/executions/{completed}?view=webhooks", page => Seen(page.GetByText("answered 200").First), full),
            new("execution-failed", $"/app/executions/{failed}", Nothing, full),
            new("execution-failed-task", $"/app/executions/{failed}?task=download_list", Nothing, full),
            new("execution-replay", $"/app/executions/{failed}", Pressed("Replay"), full),
            new("execution-cancelled", $"/app/executions/{cancelled}", Nothing, full),
            new("executions", "/app/executions", Nothing, full),
            new("executions-chosen", "/app/executions", SomeChosen, full),
            new("executions-bulk", "/app/executions", BulkAsked, full),
            new("executions-bulk-done", $"/app/executions?workflow={bulk}", BulkDone, full),
            new("executions-filtered", "/app/executions?status=failed&within=24h", Nothing, full),
            new("executions-none", "/app/executions", Nothing, empty),
            new("task-types", "/app/task-types", Nothing, full),
            new("task-type", "/app/task-types/Web.Download", Nothing, full),
            new("webhooks", "/app/settings/webhooks", Nothing, full),
            new("webhooks-none", "/app/settings/webhooks", Nothing, empty),
            new("webhook-new", "/app/settings/webhooks", Pressed("New webhook"), full),
            new("webhook-deliveries", $"/app/settings/webhooks?webhook={hook}", Delivered, full),
            new("storage", "/app/settings/storage", Nothing, full),
            new("storage-none", "/app/settings/storage", Taught, empty),
            new("storage-prune", "/app/settings/storage", Pressed("Prune now"), full),
            new("about", "/app/settings/about", Nothing, full),
            new("about-changed", "/app/settings/about?settings=changed", Nothing, full),
            new("find", "/app/task-types", Pressed("Find anything"), full),
            new("not-found", "/app/executions/ex-000000000000", Nothing, full),
        ];
    }

    private static Task Nothing(IPage page) => Task.CompletedTask;

    private static Task Seen(ILocator locator) => Assertions.Expect(locator).ToBeVisibleAsync();

    /// <summary>The editor has loaded and painted the definition.</summary>
    private static Task Written(IPage page) =>
        Assertions.Expect(page.GetByRole(AriaRole.Group, new() { Name = "Workflow graph" })).ToContainTextAsync("Outputs");

    private static async Task Delivered(IPage page)
    {
        await Seen(page.GetByText("answered 200").First);
        await page.GetByRole(AriaRole.Button, new() { Name = "Message and replies of" }).First.ClickAsync();
        await Seen(page.GetByText("noted").First);
    }

    private static Task ChooseAll(IPage page) => page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose all shown" }).CheckAsync();

    private static async Task SomeChosen(IPage page)
    {
        var boxes = page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose ex-" });
        await boxes.Nth(1).CheckAsync();
        await boxes.Nth(3).CheckAsync();
        await Seen(page.GetByText("2 chosen"));
    }

    private static async Task BulkAsked(IPage page)
    {
        await ChooseAll(page);
        await page.GetByRole(AriaRole.Group, new() { Name = "Chosen executions" }).GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
        await Seen(page.GetByRole(AriaRole.Dialog).GetByText("will be replayed"));
    }

    private static async Task BulkDone(IPage page)
    {
        await ChooseAll(page);
        await page.GetByRole(AriaRole.Group, new() { Name = "Chosen executions" }).GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Replay 1 execution" }).ClickAsync();
        await Seen(page.GetByText("Why they stayed as they were"));
    }

    private static async Task PasteForm(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Paste JSON" }).ClickAsync();
        await Seen(page.GetByRole(AriaRole.Dialog));
    }

    private static Task Taught(IPage page) => page.GetByText("How to change them").ClickAsync();

    private static async Task Blank(IPage page)
    {
        await Written(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Start blank", Exact = true }).ClickAsync();
        await Seen(page.GetByText("Begin with a task"));
    }

    private static async Task Fitted(IPage page)
    {
        await Written(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Fit all", Exact = true }).ClickAsync();
    }

    private static Func<IPage, Task> Tab(string tab, string text) => async page =>
    {
        await Written(page);
        await page.GetByRole(AriaRole.Tab, new() { Name = tab }).ClickAsync();
        await Seen(page.GetByText(text).First);
    };

    private static async Task TaskChosen(IPage page)
    {
        await Written(page);
        await page.GetByRole(AriaRole.Group, new() { Name = "Workflow graph" }).GetByText("summarize").First.ClickAsync();
        await Seen(page.GetByText("max_characters").First);
    }

    private static Func<IPage, Task> Seen(string word) => page => Seen(page.Locator(".task-card").GetByText(word).First);

    private static Func<IPage, Task> Chosen(string task, string text) => async page =>
    {
        await Written(page);
        await page.Locator($".task-card[data-ref={task}] button").ClickAsync();
        await Seen(page.GetByText(text).First);
    };

    private static async Task Pinned(IPage page)
    {
        await Chosen("summarize_text", "Last run")(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Pin output" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Run up to here", Exact = true }).ClickAsync();
        await Seen(page.GetByText("This test").First);
    }

    private static async Task TestForm(IPage page)
    {
        await Chosen("read_rows", "Test task")(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Test with other data" }).ClickAsync();
        await Seen(page.GetByRole(AriaRole.Dialog));
    }

    private static Func<IPage, Task> Pressed(string button) => async page =>
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Seen(page.GetByRole(AriaRole.Dialog));
    };
}
