using System.Text.RegularExpressions;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class KeyboardTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Fact]
    public async Task Tab_and_Enter_are_enough_to_run_the_sample_and_to_open_a_task()
    {
        var server = Keep(await AppServer.StartAsync(settings: "DataFlow:Samples=true"));
        var page = await OpenAsync("/", server: server);

        await TabToAsync(page, Button(page, "Run the sample"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(Status(page, "Completed")).ToBeVisibleAsync();
        await TabToAsync(page, TaskLine(page, "extract_text").GetByRole(AriaRole.Link));
        await page.Keyboard.PressAsync("Enter");

        await Expect(Region(page, "extract_text")).ToContainTextAsync("Output");
        await Expect(page).ToHaveURLAsync(new Regex("task=extract_text"));
        await TabToAsync(page, page.GetByRole(AriaRole.Link, new() { Name = "Close this task" }));
    }

    [Fact]
    public async Task Ctrl_K_finds_a_page_and_Enter_goes_there()
    {
        // A server of its own: workflows of other tests may be called so too.
        var page = await OpenAsync("/app/workflows", server: Keep(await AppServer.StartAsync()));

        await page.Keyboard.PressAsync("Control+k");
        var field = page.GetByLabel("Find a workflow, an execution or a page");
        await Expect(field).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("task ty");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Results" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Task types", Level = 1 })).ToBeVisibleAsync();
        await Expect(field).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Arrows_go_through_what_was_found_and_back_to_the_field()
    {
        var page = await OpenAsync("/app/workflows");
        await page.Keyboard.PressAsync("Control+k");
        var field = page.GetByLabel("Find a workflow, an execution or a page");
        await Expect(field).ToBeFocusedAsync();
        var results = page.GetByRole(AriaRole.List, new() { Name = "Results" }).GetByRole(AriaRole.Link);

        await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(results.Nth(1)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await page.Keyboard.PressAsync("ArrowUp");
        await Expect(field).ToBeFocusedAsync();

        for (var i = 0; i < 4; i++) await page.Keyboard.PressAsync("ArrowDown");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Executions", Level = 1 })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_keys_of_an_execution_go_through_its_tasks_and_moments_and_are_listed_under_the_question_mark()
    {
        var done = await Server.RunAsync(await Server.CreateAsync(Definitions.Nothing));
        var name = done.GetProperty("tasks")[0].GetProperty("ref").GetString()!;
        var page = await OpenAsync($"/app/executions/{done.GetProperty("execution_id").GetString()}");

        await page.Keyboard.PressAsync("j");
        await Expect(Region(page, name)).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("l");
        await Expect(page).ToHaveURLAsync(new Regex($"task={name}&view=logs"));
        await page.Keyboard.PressAsync("Escape");
        await Expect(Region(page, name)).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("[");
        await Expect(page.GetByText("as it was after event")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("]");
        await Expect(page.GetByText("as it was after event")).ToHaveCountAsync(0);

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "On this page" })).ToContainTextAsync("Choose the next task");
        await page.Keyboard.PressAsync("j");
        await Expect(Region(page, name)).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("e");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Executions", Level = 1 })).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
        await Expect(page.GetByText("Choose the next task")).ToHaveCountAsync(0);
    }

    /// <summary>Presses Tab until the keyboard is there; every place on the way must be visible to have a use.</summary>
    private static async Task TabToAsync(IPage page, ILocator target)
    {
        await Expect(target).ToBeVisibleAsync();
        for (var pressed = 0; pressed < 60; pressed++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement")) return;
            await page.Keyboard.PressAsync("Tab");
        }
        Assert.Fail("60 times Tab did not lead there.");
    }
}
