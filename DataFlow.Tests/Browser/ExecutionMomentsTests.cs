using System.Globalization;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;
using DataFlow.Web.Components;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>An execution with everything in it: seen live, and afterwards at each of its moments.</summary>
public sealed class ExecutionMomentsTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Eventful =
        """
        {"name":"Eventful","input":[{"name":"url","type":"string"}],
         "tasks":[
          {"ref":"say","type":"Echo","depends_on":[],"input":{"value":"{{input.url}}"}},
          {"ref":"left","type":"Text.Reverse","depends_on":["say"],"input":{"text":"left"}},
          {"ref":"right","type":"Text.Size","depends_on":["say"],"input":{"text":"right"}},
          {"ref":"rest","type":"Flow.Wait","depends_on":["say"],"input":{"seconds":1}},
          {"ref":"fetch","type":"Web.Download","depends_on":["left","right","rest"],"input":{"url":"{{refs.say.output.value}}"},"retry":{"attempts":2,"delay":0.3,"jitter":0}},
          {"ref":"never","type":"Web.ExtractText","depends_on":["fetch"],"input":{"html_content":"{{refs.fetch.output.html_content}}"}}],
         "output":[]}
        """;

    /// <summary>Notes every status that a task shows on its card and in its line, in order, for as long as the document lives.</summary>
    private const string NoteStatuses =
        """
        () => {
          window.seen = {};
          const note = () => {
            for (const item of document.querySelectorAll("[data-ref][data-status]")) {
              const place = item.classList.contains("task-card") ? "card" : "line";
              const words = window.seen[`${place} ${item.dataset.ref}`] ??= [];
              if (words.at(-1) !== item.dataset.status) words.push(item.dataset.status);
            }
          };
          note();
          new MutationObserver(note).observe(document.body, { subtree: true, childList: true, attributes: true });
        }
        """;

    [Fact]
    public async Task Parallel_tasks_a_wait_retries_and_a_failure_are_watched_live_and_each_moment_is_the_fold_of_the_journal_up_to_it()
    {
        var held = new BrowserHeldTasks();
        var server = Keep(await AppServer.StartAsync(services: held.Use));
        await using var site = await TestSite.StartAsync();
        site.Page("/busy", "Come back later.", status: 503);
        var workflow = await server.CreateAsync(Eventful);
        var started = await server.PostAsync($"/workflows/{workflow}/execute", $$"""{"input":{"url":"{{site.At("/busy")}}"} }""");
        var id = started.Json.GetProperty("execution_id").GetString()!;
        var page = await OpenAsync($"/app/executions/{id}", server: server);
        await page.EvaluateAsync(NoteStatuses);

        held.LetGo("Echo");
        await Expect(TaskLine(page, "left")).ToContainTextAsync("Running");
        await Expect(TaskLine(page, "right")).ToContainTextAsync("Running");
        held.LetGo("Text.Reverse");
        await Expect(TaskLine(page, "left")).ToContainTextAsync("Completed");
        await Expect(TaskLine(page, "right")).ToContainTextAsync("Running");
        held.LetGo("Text.Size");
        await Expect(TaskLine(page, "fetch")).ToContainTextAsync("Running");
        held.LetGo("Web.Download");
        await Expect(Status(page, "Failed")).ToBeVisibleAsync();

        var seen = await page.EvaluateAsync<Dictionary<string, string[]>>("() => window.seen");
        foreach (var place in (string[])["card", "line"])
        {
            Assert.Equal(["Pending", "Running", "Completed"], seen[$"{place} left"]);
            Assert.Equal(["Pending", "Running", "Completed"], seen[$"{place} right"]);
            Assert.Equal(["Pending", "Running", "Completed"], seen[$"{place} rest"]);
            Assert.Equal(["Pending", "Running", "Failed"], seen[$"{place} fetch"]);
            Assert.Equal(["Pending", "Skipped"], seen[$"{place} never"]);
        }

        var history = (await server.Get<WorkflowEngine>().GetHistoryAsync(id, Token)).Value!;
        await IsTheFoldAtEachMomentAsync(page, history);
        await ShowsTheFoldsValuesAtEachMomentAsync(page, history);
    }

    private static async Task IsTheFoldAtEachMomentAsync(IPage page, ExecutionHistory history)
    {
        Assert.Contains(history.Events, happened => happened is TaskRetryScheduled);
        Assert.Contains(history.Events, happened => happened is TaskWaiting);
        Assert.Contains(history.Events, happened => happened is TaskFailed);
        Assert.Contains(history.Events, happened => happened is TaskSkipped);
        var outline = ExecutionOutline.Of(history.Execution);
        var events = history.Events.ToArray();
        var slider = page.GetByRole(AriaRole.Slider, new() { Name = "Event" });
        await slider.FocusAsync();
        await page.Keyboard.PressAsync("Home");
        for (var at = 1; at <= events.Length; at++)
        {
            var then = outline.Fold(history.Execution.Id, events.AsSpan(0, at));
            await Expect(slider).ToHaveAttributeAsync("aria-valuetext", new System.Text.RegularExpressions.Regex($"^event {at} of {events.Length}, "));
            await ShowsAsync(page, then);
            if (at < events.Length) await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex($@"[?&]at={at}\b"));
            await page.Keyboard.PressAsync("ArrowRight");
        }

        // A link to a moment opens it.
        var middle = events.ToList().FindIndex(happened => happened is TaskRetryScheduled) + 1;
        await GoAsync(page, $"/app/executions/{history.Execution.Id}?at={middle.ToString(CultureInfo.InvariantCulture)}&task=fetch");
        await ShowsAsync(page, outline.Fold(history.Execution.Id, events.AsSpan(0, middle)));
        await Expect(Region(page, "fetch")).ToContainTextAsync("Running");
    }

    /// <summary>What the panel of a chosen task shows, in one look: the texts of its values as JSON, the words of its failure.</summary>
    private const string ReadValues =
        """
        panel => {
          const value = name => panel.querySelector(`[role=group][aria-label=${name}] pre`)?.textContent ?? null;
          return { input: value("Input"), output: value("Output"), failure: panel.querySelector("[role=note][aria-label='What failed']")?.textContent ?? null };
        }
        """;

    private static async Task ShowsTheFoldsValuesAtEachMomentAsync(IPage page, ExecutionHistory history)
    {
        var outline = ExecutionOutline.Of(history.Execution);
        var events = history.Events.ToArray();
        var slider = page.GetByRole(AriaRole.Slider, new() { Name = "Event" });
        var (inputs, outputs, failures) = (0, 0, 0);
        foreach (var name in history.Execution.Tasks.Select(run => run.Ref))
        {
            await GoAsync(page, $"/app/executions/{history.Execution.Id}?task={name}&at=1");
            await slider.FocusAsync();
            for (var at = 1; at <= events.Length; at++)
            {
                await Expect(slider).ToHaveAttributeAsync("aria-valuetext", new System.Text.RegularExpressions.Regex($"^event {at} of {events.Length}, "));
                var then = outline.Fold(history.Execution.Id, events.AsSpan(0, at)).FindTask(name)!;
                var shown = await Region(page, name).EvaluateAsync<Dictionary<string, string?>>(ReadValues);
                var where = $"{name} after event {at}";
                Assert.True(IsShown(then.Input, shown["input"]), $"input of {where}: {shown["input"]}");
                Assert.True(IsShown(then.Output, shown["output"]), $"output of {where}: {shown["output"]}");
                Assert.True(IsSaid(then.Failure, shown["failure"]), $"failure of {where}: {shown["failure"]}");
                inputs += then.Input is null ? 0 : 1;
                outputs += then.Output is null ? 0 : 1;
                failures += then.Failure is null ? 0 : 1;
                await page.Keyboard.PressAsync("ArrowRight");
            }
        }
        // Neither always there nor never.
        var looks = events.Length * history.Execution.Tasks.Length;
        Assert.All((int[])[inputs, outputs, failures], count => Assert.InRange(count, 1, looks - 1));
    }

    private static bool IsShown(JsonElement? value, string? text) => value is null || text is null ? value is null && text is null : JsonElement.DeepEquals(value.Value, JsonElement.Parse(text));

    private static bool IsSaid(TaskFailure? failure, string? text) =>
        failure is null || text is null ? failure is null && text is null : text.Contains(failure.Code, StringComparison.Ordinal) && text.Contains(failure.Message, StringComparison.Ordinal);

    private static async Task ShowsAsync(IPage page, Execution then)
    {
        var wanted = JsonSerializer.Serialize(then.Tasks.ToDictionary(run => run.Ref, run => StatusView.Of(run.Status).Word));
        await page.WaitForFunctionAsync(
            """
            wanted => {
              const statuses = JSON.parse(wanted);
              return ["a", ".task-card"].every(kind => Object.entries(statuses).every(([ref, word]) =>
                document.querySelector(`${kind}[data-ref="${ref}"]`)?.dataset.status === word));
            }
            """, wanted);
        await Expect(Status(page, StatusView.Of(then.Status).Word)).ToBeVisibleAsync();
    }
}
