using System.Globalization;
using System.Text;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using static DataFlow.Tests.Support.MonitoringActions;

namespace DataFlow.Tests.Support;

/// <summary>A server whose executions stand in every state that the monitoring pages show: held under way, waiting for each other, tried again, given up, as long and as many as they come.</summary>
internal sealed class MonitoringLooks : IAsyncDisposable
{
    private readonly AppServer server;
    private readonly TestSite site;

    private MonitoringLooks(AppServer server, TestSite site) => (this.server, this.site) = (server, site);

    public IReadOnlyList<BrowserLook> All { get; private set; } = [];

    public static async Task<MonitoringLooks> StartAsync()
    {
        var looks = new MonitoringLooks(await AppServer.StartAsync(services: MonitoringTasks.Use, settings: ["DataFlow:Samples=false", "DataFlow:Webhooks:MaxAttempts=1"]), await TestSite.StartAsync());
        looks.Answer();
        await looks.FillAsync();
        return looks;
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await site.DisposeAsync();
    }

    private void Answer()
    {
        var asked = 0;
        var told = 0;
        var items = string.Concat(Enumerable.Range(1, 400).Select(i => string.Create(CultureInfo.InvariantCulture, $"<article><h2>Product {i}</h2><p>Weighs {i * 7 % 90} kg and is made of {(i % 2 == 0 ? "oak" : "steel")}.</p></article>\n")));
        site.Page("/busy", "busy", status: 503).Page("/hook", """{"noted":true}""", "application/json").Page("/broken-hook", "out of order", status: 500)
            .Page("/catalogue", $"<!doctype html><title>Catalogue</title><script>alert('never run')</script><main>{items}</main>")
            .Map("/flaky", context =>
            {
                // Every third request is answered: two attempts fail before one completes.
                context.Response.StatusCode = Interlocked.Increment(ref asked) % 3 == 0 ? 200 : 503;
                return context.Response.WriteAsync("order 4711");
            })
            .Map("/away-hook", context =>
            {
                context.Response.StatusCode = Interlocked.Increment(ref told) <= 2 ? 502 : 204;
                return Task.CompletedTask;
            });
    }

    private async Task FillAsync()
    {
        var body = MonitoringDefinitions.Site(site);
        foreach (var (name, times) in ((string, int)[])[("Invoice mails", 7), ("Stock levels to the shop", 4), ("Nightly report for the board of directors and everyone who asked to be kept informed", 2), ("Weather", 1)])
        {
            var failing = await server.CreateAsync(MonitoringDefinitions.Failing.Replace("NAME", name, StringComparison.Ordinal));
            for (var i = 0; i < times; i++) await server.RunAsync(failing, body);
        }
        var beat = await server.CreateAsync(MonitoringDefinitions.Nothing);
        for (var i = 0; i < 30; i++) await server.RunAsync(beat);
        var branching = await server.CreateAsync(MonitoringDefinitions.Branching);
        var branched = Id(await server.RunAsync(branching, body));
        var express = Id(await server.RunAsync(branching, MonitoringDefinitions.Site(site, ""","express":true""")));
        var replayed = Id((await server.PostAsync($"/executions/{branched}/replay", """{"from":"decide"}""", ("Prefer", "wait=30"))).Json);
        var large = Id(await server.RunAsync(await server.CreateAsync(MonitoringDefinitions.Large), body));
        var longest = Id(await server.RunAsync(await server.CreateAsync(MonitoringDefinitions.Long())));
        var wide = Id(await server.RunAsync(await server.CreateAsync(MonitoringDefinitions.Wide())));

        var import = await server.CreateAsync(MonitoringDefinitions.Import);
        var busy = await StartAsync(import, body, run => run.Tasks.Count(task => task.Status == TaskRunStatus.Running) == 3);
        for (var i = 0; i < 2; i++) await StartAsync(import, body, run => run.Status == ExecutionStatus.Running);
        var paused = await StartAsync(import, body, run => run.Tasks.Count(task => task.Status == TaskRunStatus.Running) == 3);
        await server.PostAsync($"/executions/{paused}/pause");
        var ledger = await server.CreateAsync(MonitoringDefinitions.OneAtATime);
        await StartAsync(ledger, "{}", run => run.Tasks[1].Status == TaskRunStatus.Running);
        var pending = await StartAsync(ledger, "{}", run => run.Status == ExecutionStatus.Pending);
        var retrying = await StartAsync(await server.CreateAsync(MonitoringDefinitions.Retrying), body, run => run.Tasks[0].RetryAt is not null);
        var nothing = await server.RunAsync(beat);

        var givenUp = Id(await server.RunAsync(beat, $$"""{"webhook_url":"{{site.At("/away-hook")}}"}"""));
        await DeliveredAsync(givenUp, "failed");
        var deliveries = (await server.GetAsync($"/executions/{givenUp}/webhooks")).Json.GetProperty("deliveries");
        await server.PostAsync($"/executions/{givenUp}/webhooks/{deliveries[0].GetProperty("delivery_id").GetString()}/redeliver");

        var failing1 = await HookAsync("/broken-hook", "Alerts of the night shift");
        var healthy = await HookAsync("/hook", "The team channel");
        await server.RunAsync(beat);

        var webhook = $"/app/settings/webhooks?webhook={healthy}";
        All =
        [
            new("home-busy", "/", Nothing, server),
            new("execution-pending", $"/app/executions/{pending}", Shows("Why is it waiting?"), server),
            new("execution-parallel", $"/app/executions/{busy}", Shows("412 of 1,280 rows"), server),
            new("execution-parallel-task", $"/app/executions/{busy}?task=download_images", Shows("batch 3 of 7"), server),
            new("execution-parallel-next", $"/app/executions/{busy}?task=merge", Shows("It has not started"), server),
            new("execution-logs", $"/app/executions/{busy}?view=logs", Shows("It is left out."), server),
            new("execution-logs-searched", $"/app/executions/{busy}?view=logs", Searched("Search the log", "product-3"), server),
            new("execution-logs-line", $"/app/executions/{busy}?task=download_images&view=logs&line=4", Shows("Batch 1 of 7"), server),
            new("execution-logs-none", $"/app/executions/{Id(nothing)}?view=logs", Shows("No task wrote a line."), server),
            new("execution-paused", $"/app/executions/{paused}", Shows("Paused since"), server),
            new("execution-retrying", $"/app/executions/{retrying}", Shows("is tried again at"), server),
            new("execution-retrying-task", $"/app/executions/{retrying}?task=fetch_rates&view=attempts", Shows("http_status"), server),
            new("execution-branching", $"/app/executions/{branched}", Shows("Skipped because its condition was false"), server),
            new("execution-branching-attempts", $"/app/executions/{branched}?task=fetch_order&view=attempts", Shows("Attempt 3"), server),
            new("execution-branching-handled", $"/app/executions/{branched}?task=check_stock", Nothing, server),
            new("execution-past", $"/app/executions/{branched}?at=9", Shows("as it was after event 9"), server),
            new("execution-past-task", $"/app/executions/{branched}?at=9&task=fetch_order", Shows("as it was after event 9"), server),
            new("execution-past-events", $"/app/executions/{branched}?at=9&view=events", Shows("as it was after event 9"), server),
            new("execution-replayed", $"/app/executions/{replayed}", Shows("replay of"), server),
            new("execution-nothing", $"/app/executions/{Id(nothing)}", Nothing, server),
            new("execution-webhooks-none", $"/app/executions/{Id(nothing)}?view=webhooks", Shows("No webhook messages"), server),
            new("execution-webhooks-failed", $"/app/executions/{givenUp}?view=webhooks", Opened("Message and replies of"), server),
            new("execution-large", $"/app/executions/{large}?task=download", Nothing, server),
            new("execution-large-searched", $"/app/executions/{large}?task=download", Searched("Search in Output", "oak"), server),
            new("execution-large-unfolded", $"/app/executions/{large}?task=extract", Opened("Show all"), server),
            new("execution-long", $"/app/executions/{longest}", Nothing, server),
            new("execution-long-task", $"/app/executions/{longest}?task=refuse", Nothing, server),
            new("execution-wide", $"/app/executions/{wide}?task=task_155", Nothing, server),
            new("execution-replay-task", $"/app/executions/{branched}?task=decide", ReplayEdited, server),
            new("execution-tip", $"/app/executions/{branched}", Hovered("fetch_order"), server),
            new("execution-failure-page", $"/app/executions/{large}?task=download", BrokenAsync, server),
            new("execution-away", $"/app/executions/{busy}", Away("components-reconnect-show"), server),
            new("execution-away-failed", $"/app/executions/{busy}", Away("components-reconnect-failed"), server),
            new("compare-choose", $"/app/executions/{branched}/compare", Nothing, server),
            new("compare", $"/app/executions/{express}/compare/{branched}", Shows("differ"), server),
            new("compare-same", $"/app/executions/{replayed}/compare/{branched}", Nothing, server),
            new("compare-missing", $"/app/executions/{branched}/compare/ex-000000000000", Nothing, server),
            new("webhook-made", "/app/settings/webhooks", WebhookMade(site.At("/hook?of=everything")), server),
            new("webhook-wrong", "/app/settings/webhooks", WebhookWrong, server),
            new("webhook-test", webhook, Tested, server),
            new("webhook-edit", webhook, Asked("Edit"), server),
            new("webhook-rotate", webhook, Asked("New secret"), server),
            new("webhook-rotated", webhook, Rotated, server),
            new("webhook-recover", webhook, Asked("Send again what failed"), server),
            new("webhook-delete", webhook, Asked("Delete"), server),
            new("webhook-failing", $"/app/settings/webhooks?webhook={failing1}", Shows("Alerts of the night shift"), server),
            new("webhook-missing", "/app/settings/webhooks?webhook=we-000000000000", Nothing, server),
            new("webhooks-failing", "/app/settings/webhooks", Shows("Alerts of the night shift"), server),
            new("find-hits", "/", Found("product"), server),
            new("find-none", "/", Found("nothing is called so"), server),
            new("shortcuts", $"/app/executions/{branched}", Shortcuts, server),
            new("task-types-none", "/app/task-types?q=teleport", Shows("No task type matches"), server),
            new("task-type-many", "/app/task-types/Http.Request", Nothing, server),
            new("task-type-missing", "/app/task-types/Web.Downlod", Shows("Did you mean"), server),
            new("not-found-page", "/app/nothing/is/here", Shows("There is nothing at this address"), server),
        ];
    }

    private async Task<string> HookAsync(string path, string description) =>
        (await server.PostAsync("/webhooks", $$"""{"url":"{{site.At(path)}}","description":"{{description}}"}""")).Json.GetProperty("webhook_id").GetString()!;

    private static string Id(System.Text.Json.JsonElement execution) => execution.GetProperty("execution_id").GetString()!;

    private async Task<string> StartAsync(string workflow, string body, Func<Execution, bool> stands)
    {
        var id = Id((await server.PostAsync($"/workflows/{workflow}/execute", body)).Json);
        var watch = (await server.Get<WorkflowEngine>().WatchAsync(id, null, TestContext.Current.CancellationToken)).Value!;
        if (stands(watch.Snapshot)) return id;
        await foreach (var change in watch.Changes)
            if (stands(change.Execution)) break;
        return id;
    }

    /// <summary>Deliveries have no watch: they are asked for until they stand so.</summary>
    private async Task DeliveredAsync(string execution, string status)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        using var pause = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (await pause.WaitForNextTickAsync(patience.Token))
        {
            var all = (await server.GetAsync($"/executions/{execution}/webhooks")).Json.GetProperty("deliveries").EnumerateArray().ToList();
            if (all.Count > 0 && all.All(delivery => delivery.GetProperty("status").GetString()!.Equals(status, StringComparison.OrdinalIgnoreCase))) return;
        }
    }
}
