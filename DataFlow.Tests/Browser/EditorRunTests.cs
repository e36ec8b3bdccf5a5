using System.Text.RegularExpressions;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>Running and testing without leaving the editor.</summary>
public sealed class EditorRunTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private static readonly (string Ref, string Type)[] Order = [("download_webpage", "Web.Download"), ("extract_text", "Web.ExtractText"), ("summarize_text", "Text.Summarize")];

    [Fact]
    public async Task A_run_is_painted_on_the_cards_while_it_happens_and_a_reload_shows_it_again()
    {
        var held = new BrowserHeldTasks();
        var server = Keep(await AppServer.StartAsync(services: held.Use, settings: "DataFlow:Samples=true"));
        var page = await OpenSampleAsync(server);
        await Button(page, "Run").ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/app/workflows/wf-.*execution=ex-"));
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(Card(page, "summarize_text")).ToContainTextAsync("Pending");
        foreach (var (name, type) in Order)
        {
            await Expect(Card(page, name)).ToContainTextAsync("Running");
            await Expect(Region(page, "Run")).ToContainTextAsync("Running");
            held.LetGo(type);
            await Expect(Card(page, name)).ToContainTextAsync("Completed");
        }
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Run completed" })).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new(@"^extract_text .*\bCompleted\b") })).ToBeVisibleAsync();

        await page.ReloadAsync();
        await ReadyAsync(page);
        await Expect(Card(page, "summarize_text")).ToContainTextAsync("Completed");
        await Button(page, "Clear the run").ClickAsync();
        await Expect(page).Not.ToHaveURLAsync(new Regex("execution="));
        await Expect(Card(page, "summarize_text")).Not.ToContainTextAsync("Completed");
    }

    [Fact]
    public async Task A_task_is_tested_its_output_pinned_and_everything_up_to_another_run_on_the_pin_by_keyboard_alone()
    {
        var page = await OpenSampleAsync(Keep(await AppServer.StartAsync(settings: "DataFlow:Samples=true")));
        await Card(page, "download_webpage").GetByRole(AriaRole.Button).ClickAsync();
        await PressAsync(page, Button(page, "Test task"));

        // Nothing has run yet, but its input has a default: there is nothing to ask for.
        var bar = Region(page, "Test");
        await Expect(bar).ToContainTextAsync("Completed");
        await Expect(bar).ToContainTextAsync("Test of download_webpage");
        await Expect(Card(page, "extract_text")).Not.ToContainTextAsync("Completed");
        var part = Region(page, "Test and last run");
        await PressAsync(page, part.GetByRole(AriaRole.Button, new() { Name = "Pin output" }));
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^download_webpage .*output pinned") })).ToBeVisibleAsync();

        await Card(page, "extract_text").GetByRole(AriaRole.Button).ClickAsync();
        await Expect(page.Locator("output")).ToContainTextAsync("<!");
        await PressAsync(page, Button(page, "Run up to here"));
        await Expect(Card(page, "extract_text")).ToContainTextAsync("Completed");
        await Expect(Card(page, "download_webpage")).ToContainTextAsync("given");
        await Expect(part).ToContainTextAsync("The Lens That Reached the Horizon");
        var kept = await page.EvaluateAsync<string[]>("() => Object.keys(localStorage).filter(key => key.startsWith('dataflow.pins.'))");
        Assert.Single(kept);

        await page.ReloadAsync();
        await ReadyAsync(page);
        await Expect(page.GetByRole(AriaRole.Button, new() { NameRegex = new("^download_webpage .*output pinned") })).ToBeVisibleAsync();
    }

    private async Task<IPage> OpenSampleAsync(AppServer server)
    {
        var sample = (await server.GetAsync("/workflows?label=sample=start")).Json.GetProperty("workflows")[0].GetProperty("workflow_id").GetString();
        return await OpenAsync($"/app/workflows/{sample}", server: server);
    }

    private static ILocator Card(IPage page, string name) => page.Locator($".task-card[data-ref={name}]");

    private static async Task PressAsync(IPage page, ILocator button)
    {
        await Expect(button).ToBeEnabledAsync();
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
    }
}
