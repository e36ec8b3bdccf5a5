using System.Text.Json.Nodes;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>One workflow in two tabs: what both did becomes one, and what neither saved is offered again.</summary>
public sealed class EditorTabsTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Two =
        """
        {"name":"Two hands",
         "tasks":[{"ref":"first","type":"Text.Reverse","input":{"text":"one"}},
                  {"ref":"second","type":"Text.Reverse","input":{"text":"two"}}]}
        """;

    [Fact]
    public async Task Both_edits_are_in_the_definition_that_is_saved_after_a_merge()
    {
        var (id, left, right) = await OpenBothAsync();
        await TextAsync(right, "second", "two of the right");
        await TextAsync(left, "first", "one of the left");
        await left.Button("Save").ClickAsync();

        // Known at once, before anything is saved here.
        await Expect(right.Page.GetByText("Version 2 of this workflow was saved elsewhere; this is version 1 with your changes.")).ToBeVisibleAsync();
        await right.Button("Save").ClickAsync();
        await Expect(Part(right, "Their changes")).ToContainTextAsync("first");
        await Expect(Part(right, "Your changes")).ToContainTextAsync("second");
        await Expect(Merging(right).GetByRole(AriaRole.Radio)).ToHaveCountAsync(0);
        await right.Button("Merge and save").ClickAsync();
        await Expect(right.Page.GetByText("Version 3", new() { Exact = true })).ToBeVisibleAsync();

        var saved = await EditorDesk.DefinitionAsync(Server, id);
        EditorDesk.Equal(Edited(("first", "one of the left"), ("second", "two of the right")), saved);
        await Expect(left.Page.GetByText("Version 3 of this workflow was saved elsewhere; this is version 2.")).ToBeVisibleAsync();
        await left.Button("Load it").ClickAsync();
        await Expect(left.Page.GetByText("Version 3", new() { Exact = true })).ToBeVisibleAsync();
        await left.Card("second").ClickAsync();
        await Expect(TextField(left, "second")).ToHaveValueAsync("two of the right");
    }

    [Fact]
    public async Task A_field_that_both_changed_needs_a_choice_and_undo_takes_the_merge_back()
    {
        var (id, left, right) = await OpenBothAsync();
        await TextAsync(right, "first", "mine");
        await TextAsync(left, "second", "theirs alone");
        await TextAsync(left, "first", "theirs");
        await left.Button("Save").ClickAsync();

        await right.Button("Compare and merge").ClickAsync();
        var choice = Merging(right).GetByRole(AriaRole.Group, new() { NameRegex = new("^Task first") });
        await Expect(choice).ToContainTextAsync("input.text");
        await Expect(choice.GetByRole(AriaRole.Radio)).ToHaveCountAsync(3);
        await Expect(right.Button("Merge and save")).ToBeDisabledAsync();
        await choice.GetByRole(AriaRole.Radio, new() { NameRegex = new("^Theirs") }).CheckAsync();
        await right.Button("Merge into the editor").ClickAsync();
        await Expect(TextField(right, "first")).ToHaveValueAsync("theirs");
        await Expect(right.Page.GetByText("Version 2", new() { Exact = true })).ToBeVisibleAsync();
        await right.Page.GetByRole(AriaRole.Button, new() { Name = "Undo Merge version 2" }).ClickAsync();
        await Expect(TextField(right, "first")).ToHaveValueAsync("mine");
        await Expect(right.Page.GetByText("Version 1", new() { Exact = true })).ToBeVisibleAsync();

        await right.Button("Save").ClickAsync();
        await choice.GetByRole(AriaRole.Radio, new() { NameRegex = new("^Both") }).CheckAsync();
        await right.Button("Merge and save").ClickAsync();
        await Expect(right.Page.GetByText("Version 3", new() { Exact = true })).ToBeVisibleAsync();
        var saved = await EditorDesk.DefinitionAsync(Server, id);
        Assert.Equal([("first", "theirs"), ("first_2", "mine"), ("second", "theirs alone")],
            saved["tasks"]!.AsArray().Select(task => ((string?)task!["ref"], (string?)task["input"]!["text"])));
    }

    [Fact]
    public async Task A_third_save_while_two_are_compared_is_compared_too()
    {
        var (id, left, right) = await OpenBothAsync();
        await TextAsync(right, "second", "two of the right");
        await TextAsync(left, "first", "one of the left");
        await left.Button("Save").ClickAsync();
        await right.Button("Compare and merge").ClickAsync();
        await Expect(right.Button("Merge and save")).ToBeEnabledAsync();
        await left.NameField.FillAsync("Three hands");
        await left.Page.Keyboard.PressAsync("Tab");
        await left.Button("Save").ClickAsync();
        await Expect(left.Page.GetByText("Version 3", new() { Exact = true })).ToBeVisibleAsync();

        await right.Button("Merge and save").ClickAsync();
        await Expect(Merging(right)).ToContainTextAsync("Somebody else saved version 3 while you edited version 2");
        await right.Button("Merge and save").ClickAsync();
        await Expect(right.Page.GetByText("Version 4", new() { Exact = true })).ToBeVisibleAsync();

        var expected = Edited(("first", "one of the left"), ("second", "two of the right"));
        expected["name"] = "Three hands";
        EditorDesk.Equal(expected, await EditorDesk.DefinitionAsync(Server, id));
    }

    [Fact]
    public async Task What_two_tabs_did_not_save_is_offered_by_both_after_a_reload()
    {
        var (_, left, right) = await OpenBothAsync();
        await TextAsync(left, "first", "one of the left");
        await TextAsync(right, "second", "two of the right");
        await Expect(left.Page.GetByText("Unsaved changes")).ToBeVisibleAsync();
        await Expect(right.Page.GetByText("Unsaved changes")).ToBeVisibleAsync();

        foreach (var desk in new[] { left, right })
        {
            await desk.Page.ReloadAsync();
            await ReadyAsync(desk.Page);
            await Expect(Drafts(desk)).ToHaveCountAsync(2);
            await Expect(Drafts(desk).Filter(new() { HasText = "made in another tab" })).ToHaveCountAsync(1);
        }

        await RestoreAsync(left, Drafts(left).Filter(new() { HasNotText = "made in another tab" }));
        await left.Card("first").ClickAsync();
        await Expect(TextField(left, "first")).ToHaveValueAsync("one of the left");
        await RestoreAsync(left, Drafts(left));
        await left.Card("second").ClickAsync();
        await Expect(TextField(left, "second")).ToHaveValueAsync("two of the right");
        await Expect(Drafts(left)).ToHaveCountAsync(0);
        // The one that was shown before is a step back away.
        await left.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^Undo ") }).ClickAsync();
        await left.Card("first").ClickAsync();
        await Expect(TextField(left, "first")).ToHaveValueAsync("one of the left");
    }

    [Fact]
    public async Task A_draft_of_an_earlier_version_is_compared_with_what_was_saved_since()
    {
        var (id, left, right) = await OpenBothAsync();
        await TextAsync(right, "second", "two of the right");
        await Expect(right.Page.GetByText("Unsaved changes")).ToBeVisibleAsync();
        await right.Page.CloseAsync();
        await TextAsync(left, "first", "one of the left");
        await left.Button("Save").ClickAsync();
        await Expect(left.Page.GetByText("Version 2", new() { Exact = true })).ToBeVisibleAsync();

        var again = await new EditorDesk(await OpenBesideAsync(left.Page, $"/app/workflows/{id}")).ReadyAsync(2);
        await Expect(Drafts(again)).ToContainTextAsync("made on version 1");
        await RestoreAsync(again, Drafts(again));
        await Expect(again.Page.GetByText("Version 2 of this workflow was saved elsewhere; this is version 1 with your changes.")).ToBeVisibleAsync();
        await again.Button("Compare and merge").ClickAsync();
        await again.Button("Merge and save").ClickAsync();
        await Expect(again.Page.GetByText("Version 3", new() { Exact = true })).ToBeVisibleAsync();
        EditorDesk.Equal(Edited(("first", "one of the left"), ("second", "two of the right")), await EditorDesk.DefinitionAsync(Server, id));
    }

    private async Task<(string Id, EditorDesk Left, EditorDesk Right)> OpenBothAsync()
    {
        var id = await Server.CreateAsync(Two);
        var left = await OpenAsync($"/app/workflows/{id}");
        var right = await OpenBesideAsync(left, $"/app/workflows/{id}");
        return (id, await new EditorDesk(left).ReadyAsync(2), await new EditorDesk(right).ReadyAsync(2));
    }

    private static ILocator TextField(EditorDesk desk, string task) => EditorDesk.Field(desk.Form(task), "text");

    private static async Task TextAsync(EditorDesk desk, string task, string text)
    {
        await desk.Page.BringToFrontAsync();
        await desk.Card(task).ClickAsync();
        await TextField(desk, task).FillAsync(text);
        await desk.Page.Keyboard.PressAsync("Tab");
        await Expect(desk.Button("Save")).ToBeEnabledAsync();
    }

    private static ILocator Merging(EditorDesk desk) => desk.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "Somebody else saved" });

    private static ILocator Part(EditorDesk desk, string name) => Merging(desk).GetByRole(AriaRole.Region, new() { Name = name });

    private static ILocator Drafts(EditorDesk desk) => desk.Page.GetByRole(AriaRole.List, new() { Name = "Drafts" }).GetByRole(AriaRole.Listitem);

    private static Task RestoreAsync(EditorDesk desk, ILocator draft) => draft.GetByRole(AriaRole.Button, new() { Name = "Restore them" }).ClickAsync();

    private static JsonNode Edited(params (string Task, string Text)[] edits)
    {
        var definition = JsonNode.Parse(Two)!;
        foreach (var (task, text) in edits) definition["tasks"]!.AsArray().Single(each => (string?)each!["ref"] == task)!["input"]!["text"] = text;
        return definition;
    }
}
