using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class BulkExecutionsTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private readonly List<string> ids = [];
    private string workflow = "";

    [Theory]
    [InlineData(1440)]
    [InlineData(390)]
    public async Task Some_are_chosen_and_cancelled_while_rows_keep_arriving(int width)
    {
        var page = await OpenSlowAsync(3, width);
        await Choose(page, ids[0]).CheckAsync();
        await Choose(page, ids[2]).CheckAsync();
        await StartAsync();
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(5);
        await Expect(Bar(page)).ToContainTextAsync("2 chosen");

        await Bar(page).GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Heading, new() { Name = "Cancel 2 executions?" })).ToBeVisibleAsync();
        await Expect(dialog.GetByRole(AriaRole.List, new() { Name = "Chosen" })).ToContainTextAsync(ids[0]);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel 2 executions" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("2 executions cancelled.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();

        await Expect(Row(page, ids[0])).ToContainTextAsync("Cancelled");
        await Expect(Row(page, ids[2])).ToContainTextAsync("Cancelled");
        await Expect(Row(page, ids[1])).ToContainTextAsync("Running");
        await Expect(Bar(page)).Not.ToContainTextAsync("chosen");
    }

    [Fact]
    public async Task The_keyboard_chooses_one_and_a_range_and_none()
    {
        var page = await OpenSlowAsync(5, 1440);
        var bar = Bar(page);
        await Choose(page, ids[4]).FocusAsync();
        await page.Keyboard.PressAsync("Space");
        await Expect(bar).ToContainTextAsync("1 chosen");
        await Choose(page, ids[1]).FocusAsync();
        await page.Keyboard.PressAsync("Shift+Space");
        await Expect(bar).ToContainTextAsync("4 chosen");
        await Expect(Choose(page, ids[2])).ToBeCheckedAsync();
        await Expect(Choose(page, ids[0])).Not.ToBeCheckedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(bar).Not.ToContainTextAsync("chosen");
        await Expect(Choose(page, ids[2])).Not.ToBeCheckedAsync();

        await Choose(page, ids[0]).ClickAsync();
        await Choose(page, ids[2]).ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(bar).ToContainTextAsync("3 chosen");
    }

    [Fact]
    public async Task Refusals_are_told_and_what_is_deleted_leaves_the_list()
    {
        var page = await OpenSlowAsync(2, 1440);
        await Server.PostAsync($"/executions/{ids[0]}/cancel");
        await Expect(Row(page, ids[0])).ToContainTextAsync("Cancelled");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose all shown" }).CheckAsync();
        await Bar(page).GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("1 of 2 will be deleted.");
        await Expect(dialog).ToContainTextAsync("The execution has not ended.");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete 1 execution" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("1 deleted, 1 refused.");
        await Expect(dialog.GetByRole(AriaRole.Link, new() { Name = ids[1] })).ToBeVisibleAsync();
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(Row(page, ids[0])).ToHaveCountAsync(0);
        await Expect(Row(page, ids[1])).ToBeVisibleAsync();
    }

    [Fact]
    public async Task All_that_match_a_filter_are_replayed_though_only_the_first_are_shown()
    {
        workflow = await Server.CreateAsync(Definitions.Nothing.Replace("Nothing", "Replayed in bulk", StringComparison.Ordinal));
        for (var i = 0; i < 55; i++) await Server.RunAsync(workflow);
        var page = await OpenAsync($"/app/executions?workflow={workflow}&status=completed");
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Choose all shown" }).CheckAsync();
        await Expect(Bar(page)).ToContainTextAsync("50 chosen");
        await Button(page, "Choose all that match").ClickAsync();
        await Expect(Bar(page)).ToContainTextAsync("All 55 that match are chosen");
        await Bar(page).GetByRole(AriaRole.Button, new() { Name = "Replay" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToContainTextAsync("All executions of Replayed in bulk, completed, accepted before");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Replay 55 executions" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("55 executions replayed.");
        var listed = 0;
        for (string? cursor = ""; cursor is not null;)
        {
            var reply = (await Server.GetAsync($"/executions?workflow_id={workflow}&limit=100{(cursor.Length > 0 ? $"&cursor={cursor}" : "")}")).Json;
            listed += reply.GetProperty("executions").GetArrayLength();
            cursor = reply.GetProperty("next_cursor").GetString();
        }
        Assert.Equal(110, listed);
    }

    [Fact]
    public async Task The_search_says_what_it_covers_and_finds_a_label_and_a_row_that_comes_later()
    {
        workflow = await Server.CreateAsync(Definitions.Nothing.Replace("{\"name\":\"Nothing\"", "{\"name\":\"Sought\",\"labels\":{\"team\":\"lighthouses\"}", StringComparison.Ordinal));
        await Server.RunAsync(workflow);
        var page = await OpenAsync("/app/executions");
        var search = page.GetByRole(AriaRole.Searchbox, new() { Name = "Search executions" });
        await Expect(search).ToHaveAttributeAsync("placeholder", "Id, workflow, label or failure");
        await search.FillAsync("lighthouses");
        await search.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await Server.RunAsync(workflow);
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
    }

    private async Task<IPage> OpenSlowAsync(int count, int width)
    {
        workflow = await Server.CreateAsync(Definitions.Slow);
        for (var i = 0; i < count; i++) await StartAsync();
        var page = await OpenAsync($"/app/executions?workflow={workflow}", width: width);
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(count + 1);
        return page;
    }

    private async Task StartAsync() => ids.Add((await Server.PostAsync($"/workflows/{workflow}/execute", "{}")).Json.GetProperty("execution_id").GetString()!);

    private static ILocator Bar(IPage page) => page.GetByRole(AriaRole.Group, new() { Name = "Chosen executions" });

    private static ILocator Choose(IPage page, string id) => page.GetByRole(AriaRole.Checkbox, new() { Name = $"Choose {id}" });

    private static ILocator Row(IPage page, string id) => page.GetByRole(AriaRole.Row).Filter(new() { HasText = id });
}
