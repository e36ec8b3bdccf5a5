using System.Text.RegularExpressions;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class WorkflowsPageTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Fact]
    public async Task A_workflow_shows_how_it_went_lately_and_that_changes_while_somebody_looks()
    {
        var name = "Looked at lately";
        var workflow = await Server.CreateAsync(Definitions.Nothing.Replace("Nothing", name, StringComparison.Ordinal));
        await Server.RunAsync(workflow);
        var page = await OpenAsync("/app/workflows?q=looked+at+lately");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = name });
        await Expect(row.GetByRole(AriaRole.Link, new() { Name = "Last execution: Completed" })).ToBeVisibleAsync();
        await Expect(row.GetByRole(AriaRole.Img, new() { Name = "Last 1: 1 completed" })).ToBeVisibleAsync();

        var second = (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString()!;
        await Expect(row.GetByRole(AriaRole.Img, new() { Name = "Last 2: 2 completed" })).ToBeVisibleAsync();
        await row.GetByRole(AriaRole.Link, new() { Name = "Last execution: Completed" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/app/executions/{second}"));
    }

    [Fact]
    public async Task A_sample_is_opened_as_a_draft_that_nobody_has_saved()
    {
        var page = await OpenAsync("/app/workflows");
        await page.GetByRole(AriaRole.Link, new() { Name = "New workflow" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Article)).ToHaveCountAsync(8);
        await page.GetByRole(AriaRole.Link, new() { Name = "Open in the editor: Three looks at a text, at once" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/app/workflows/new\\?sample=three-at-once"));
        await Expect(Name(page)).ToHaveValueAsync("Three looks at a text, at once");
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Workflow graph" })).ToContainTextAsync("measure");
        await page.ReloadAsync();
        await Expect(Name(page)).ToHaveValueAsync("Three looks at a text, at once");
        Assert.Empty((await Server.GetAsync("/workflows?label=sample=three-at-once")).Json.GetProperty("workflows").EnumerateArray());
    }

    [Fact]
    public async Task A_sample_is_saved_and_run_by_one_button()
    {
        var page = await OpenAsync("/app/workflows/create");
        await Button(page, "Save and run Shorten a note").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/app/executions/ex-"));
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Completed" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_definition_is_pasted_and_what_is_no_json_is_said_at_once()
    {
        var page = await OpenAsync("/app/workflows/create");
        await page.GetByRole(AriaRole.Button, new() { Name = "Paste JSON" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        var field = dialog.GetByLabel("JSON");
        await field.FillAsync("name: no");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open in the editor" }).ClickAsync();
        await Expect(field).ToHaveAttributeAsync("aria-invalid", "true");
        await field.FillAsync(Definitions.Reverse.Replace("\"Reverse\"", "\"Pasted\"", StringComparison.Ordinal));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Open in the editor" }).ClickAsync();
        await Expect(Name(page)).ToHaveValueAsync("Pasted");
        await Expect(page.GetByText("Unsaved changes")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_definition_comes_from_a_file_or_begins_with_nothing()
    {
        var page = await OpenAsync("/app/workflows/create");
        await page.GetByLabel("From a file").SetInputFilesAsync(new FilePayload
        {
            Name = "mine.json", MimeType = "application/json", Buffer = System.Text.Encoding.UTF8.GetBytes(Definitions.Reverse.Replace("\"Reverse\"", "\"From a file of mine\"", StringComparison.Ordinal)),
        });
        await Expect(Name(page)).ToHaveValueAsync("From a file of mine");

        page = await OpenAsync("/app/workflows/create");
        await page.GetByRole(AriaRole.Link, new() { Name = "Blank" }).ClickAsync();
        await Expect(page.GetByText("Begin with a task")).ToBeVisibleAsync();
    }

    private static ILocator Name(IPage page) => page.GetByLabel("Name of the workflow");
}
