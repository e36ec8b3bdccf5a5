using System.Text.Json.Nodes;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>An afternoon's work: many tasks, branches, second thoughts, and things pasted that belong elsewhere.</summary>
public sealed class EditorLongWorkTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const int MoreThanAllSteps = 40;

    private static readonly string[] s_types = ["http.request", "json.parse", "echo", "text.static", "text.reverse", "text.size", "text.truncate", "echo", "text.static", "echo"];

    [Fact]
    public async Task Ten_tasks_with_a_branch_a_fallback_and_retries_survive_junk_and_every_undo_and_redo()
    {
        var desk = await new EditorDesk(await OpenAsync("/app/workflows/new")).ReadyAsync();
        await desk.Button("Start blank").ClickAsync();
        await Expect(desk.Cards).ToHaveCountAsync(0);
        await desk.Canvas.FocusAsync();
        foreach (var (number, type) in s_types.Index()) await InsertAsync(desk, type, number + 1);
        var refs = await desk.RefsAsync();
        // The picture went along with what was added last: the first is out of sight.
        await desk.Button("Fit all").ClickAsync();

        await RenameAsync(desk, refs[0], "load_orders");
        await FailuresAsync(desk, "load_orders");
        await WaitForAsync(desk, refs[5], refs[1]);
        foreach (var junk in new[] { "good morning", "[1, 2]", "{\"tasks\":{}}", "{" }) await PasteJunkAsync(desk, junk);
        await Expect(desk.Cards).ToHaveCountAsync(10);

        await desk.Canvas.FocusAsync();
        for (var i = 0; i < MoreThanAllSteps; i++) await desk.Page.Keyboard.PressAsync("Control+z");
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Undo") })).ToBeDisabledAsync();
        await Expect(desk.Page.GetByText("Unsaved changes")).ToHaveCountAsync(0);
        for (var i = 0; i < MoreThanAllSteps; i++) await desk.Page.Keyboard.PressAsync("Control+y");
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Redo") })).ToBeDisabledAsync();
        await Expect(desk.Cards).ToHaveCountAsync(10);

        var tasks = await ExportedTasksAsync(desk);
        Assert.Equal(["load_orders", .. refs[1..]], tasks.Select(task => (string?)task!["ref"]));
        Assert.Equal(5, (int)tasks[0]!["retry"]!["attempts"]!);
        Assert.Equal("Text.Static", (string?)tasks[0]!["on_error"]!["task"]!["type"]);
        Assert.Equal([refs[4], refs[1]], tasks[5]!["depends_on"]!.AsArray().Select(name => (string?)name));
    }

    private static async Task InsertAsync(EditorDesk desk, string type, int count)
    {
        await desk.Page.Keyboard.PressAsync("Insert");
        await Expect(desk.Picker).ToBeFocusedAsync();
        await desk.Page.Keyboard.TypeAsync(type);
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Cards).ToHaveCountAsync(count);
        await Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
        await Expect(desk.Canvas.Locator(":focus")).ToHaveCountAsync(1);
    }

    private static async Task RenameAsync(EditorDesk desk, string from, string to)
    {
        await desk.Card(from).ClickAsync();
        await EditorDesk.Field(desk.Form(from), "ref").FillAsync(to);
        await desk.Page.Keyboard.PressAsync("Tab");
        await Expect(desk.Card(to)).ToBeVisibleAsync();
    }

    private static async Task WaitForAsync(EditorDesk desk, string task, string other)
    {
        await desk.Card(task).ClickAsync();
        await desk.Form(task).GetByText("When it runs").ClickAsync();
        await EditorDesk.Field(desk.Form(task), "depends_on").SelectOptionAsync("chosen");
        await desk.Form(task).GetByLabel("Wait for another task").SelectOptionAsync(other);
        // No edge of its own: what it waits for anyway comes later.
        await Expect(desk.Form(task).GetByRole(AriaRole.Button, new() { Name = $"Do not wait for {other}" })).ToBeVisibleAsync();
    }

    private static async Task FailuresAsync(EditorDesk desk, string task)
    {
        await desk.Form(task).GetByText("When it fails").ClickAsync();
        await EditorDesk.Field(desk.Form(task), "attempts").FillAsync("5");
        await EditorDesk.Field(desk.Form(task), "on_error").SelectOptionAsync("task");
        var fallback = desk.Form(task).GetByRole(AriaRole.Group, new() { Name = "Task in its place" });
        await EditorDesk.Field(fallback, "type").SelectOptionAsync("Text.Static");
        await EditorDesk.Field(fallback, "text").FillAsync("[]");
        await desk.Page.Keyboard.PressAsync("Tab");
        await Expect(desk.Card(task)).ToContainTextAsync("else Text.Static");
    }

    private static async Task PasteJunkAsync(EditorDesk desk, string junk)
    {
        await desk.Canvas.FocusAsync();
        await desk.PasteAsync(junk);
        await Expect(desk.Page.GetByText("What was copied holds no tasks.").Last).ToBeVisibleAsync();
    }

    /// <summary>What stands in the editor: exported, for not all of it is valid yet.</summary>
    private static async Task<JsonArray> ExportedTasksAsync(EditorDesk desk)
    {
        var file = await desk.Page.RunAndWaitForDownloadAsync(() => desk.Button("Export as a file").ClickAsync());
        return JsonNode.Parse(await File.ReadAllTextAsync(await file.PathAsync(), Token))!["tasks"]!.AsArray();
    }
}
