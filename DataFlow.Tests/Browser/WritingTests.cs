using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class WritingTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Wrong =
        """
        {
          "name": "Say it backwards",
          "input": [{ "name": "words", "type": "string" }, { "name": "times", "type": "integer" }],
          "tasks": [{ "ref": "reverse", "type": "Text.Reverse", "input": { "text": "{{input.wrods}}" } }],
          "output": [{ "name": "reversed", "type": "string", "value": "{{refs.reverse.output.text}}" }]
        }
        """;

    [Fact]
    public async Task A_workflow_is_written_with_a_mistake_corrected_saved_and_run_by_its_typed_form()
    {
        var page = await OpenAsync("/app/workflows/new");
        await WriteAsync(page, Wrong);
        await page.GetByRole(AriaRole.Tab, new() { Name = "Problems" }).ClickAsync();

        var problem = page.GetByRole(AriaRole.List, new() { Name = "Problems" }).GetByRole(AriaRole.Listitem);
        await Expect(problem).ToHaveCountAsync(1);
        await Expect(problem).ToContainTextAsync("#/tasks/0/input/text");
        await Expect(problem).ToContainTextAsync("words");
        await Button(page, "Save").ClickAsync();
        await Expect(page.GetByText("Not saved")).ToBeVisibleAsync();

        await WriteAsync(page, Wrong.Replace("wrods", "words", StringComparison.Ordinal));
        await Expect(page.GetByText("No problems")).ToBeVisibleAsync();
        await Button(page, "Save").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Say it backwards" })).ToBeVisibleAsync();
        await Button(page, "Run").ClickAsync();

        var form = page.GetByRole(AriaRole.Dialog);
        await form.GetByLabel("words").FillAsync("desserts");
        await form.GetByLabel("times").FillAsync("two");
        await form.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Expect(form.GetByRole(AriaRole.Alert)).ToContainTextAsync("whole number");
        await form.GetByLabel("times").FillAsync("2");
        await form.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();

        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Run", Exact = true })).ToContainTextAsync("Completed");
        await page.GetByRole(AriaRole.Link, new() { Name = "Open ex-" }).ClickAsync();
        await Expect(page.GetByText("stressed")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_save_over_the_save_of_somebody_else_asks_which_of_the_two_is_meant()
    {
        var id = await Server.CreateAsync(Definitions.Nothing);
        var page = await OpenAsync($"/app/workflows/{id}");
        await WriteAsync(page, Definitions.Nothing.Replace("Nothing", "Mine", StringComparison.Ordinal));
        await Expect(page.GetByText("Unsaved changes")).ToBeVisibleAsync();
        await Server.SendAsync(HttpMethod.Put, $"/workflows/{id}", Definitions.Nothing.Replace("Nothing", "Theirs", StringComparison.Ordinal), ("If-Match", "\"1\""));

        await Button(page, "Save").ClickAsync();
        var asked = page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Somebody else saved version 2" });
        await Expect(asked).ToBeVisibleAsync();
        await Expect(Button(page, "Merge and save")).ToBeDisabledAsync();
        await asked.GetByRole(AriaRole.Group, new() { Name = "name" }).GetByRole(AriaRole.Radio, new() { NameRegex = new("^Mine") }).CheckAsync();
        await Button(page, "Merge and save").ClickAsync();

        await Expect(page.GetByText("Version 3", new() { Exact = true })).ToBeVisibleAsync();
        await Expect(asked).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Mine" })).ToBeVisibleAsync();
        var saved = await Server.GetAsync($"/workflows/{id}");
        Assert.Equal(3, saved.Json.GetProperty("workflow_version").GetInt32());
    }

    /// <summary>Pastes a text over all that is in the JSON editor.</summary>
    private static async Task WriteAsync(IPage page, string text)
    {
        await page.GetByRole(AriaRole.Tab, new() { Name = "JSON" }).ClickAsync();
        var editor = page.GetByRole(AriaRole.Textbox, new() { Name = "Workflow definition as JSON" });
        await editor.FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.EvaluateAsync("text => navigator.clipboard.writeText(text)", text);
        await page.Keyboard.PressAsync("Control+V");
    }
}
