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
        var page = await OpenAsync("/app/workflows");

        await page.Keyboard.PressAsync("Control+k");
        var field = page.GetByLabel("Find a workflow, an execution or a page");
        await Expect(field).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("task ty");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Results" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Task types", Level = 1 })).ToBeVisibleAsync();
        await Expect(field).ToHaveCountAsync(0);
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
