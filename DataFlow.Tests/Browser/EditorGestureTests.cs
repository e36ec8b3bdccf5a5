using System.Text.Json.Nodes;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>What hands do on the canvas, and what becomes of the definition.</summary>
public sealed class EditorGestureTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Chain =
        """
        {"name":"Chain","input":[{"name":"word","type":"string","default":"tea"}],
         "tasks":[{"ref":"first","type":"Text.Static","input":{"text":"{{input.word}}"}},
                  {"ref":"second","type":"Text.Reverse","input":{"text":"{{input.word}}"}},
                  {"ref":"third","type":"Text.Size","input":{"text":"{{refs.first.output.text}} and {{ refs.first.output.text | string.upcase }}"}}],
         "output":[{"name":"size","type":"any","value":"{{refs.third.output}}"}]}
        """;

    private const string Wide =
        """{"name":"Fork","tasks":[{"ref":"root","type":"Echo","input":{"value":1}},{"ref":"left","type":"Echo","depends_on":["root"],"input":{"value":2}},{"ref":"right","type":"Echo","depends_on":["root"],"input":{"value":3}}]}""";

    [Fact]
    public async Task A_drag_from_port_to_card_makes_one_task_wait_for_the_other_and_refuses_a_circle()
    {
        var desk = await OpenEditorAsync(Wide, 3);

        await desk.DragAsync(Port(desk, "left"), desk.Card("right"));
        await Expect(desk.Edge("left", "right")).ToBeAttachedAsync();
        await desk.DragAsync(Port(desk, "right"), desk.Card("root"));
        await Expect(desk.Page.GetByText("root cannot wait for right")).ToBeVisibleAsync();

        Assert.Equal(["root", "left"], (await SavedAsync(desk))["tasks"]![2]!["depends_on"]!.AsArray().Select(name => (string?)name));
    }

    [Fact]
    public async Task A_drag_onto_an_edge_moves_a_task_there()
    {
        var desk = await OpenEditorAsync(Chain, 3);

        await desk.DragAsync(desk.Card("second"), desk.Edge("the inputs", "first"));

        await Expect(desk.Edge("second", "first")).ToBeAttachedAsync();
        Assert.Equal(["second", "first", "third"], Refs(await SavedAsync(desk)));
    }

    [Fact]
    public async Task The_button_on_an_edge_and_a_drop_on_it_put_a_task_between()
    {
        var desk = await OpenEditorAsync(Chain, 3);

        await desk.Edge("first", "second").ClickAsync();
        await desk.Picker.FillAsync("truncate");
        await desk.Page.Keyboard.PressAsync("Enter");
        await Expect(desk.Cards).ToHaveCountAsync(4);
        await desk.TaskType("Echo").DragToAsync(desk.Edge("second", "third"));
        await Expect(desk.Cards).ToHaveCountAsync(5);

        var saved = await SavedAsync(desk);
        Assert.Equal(["first", "short", "second", "settings", "third"], Refs(saved));
        Assert.Equal("{{refs.first.output.text}}", (string?)saved["tasks"]![1]!["input"]!["text"]);
    }

    [Fact]
    public async Task A_rubber_band_chooses_tasks_Delete_takes_them_away_and_undo_brings_them_back()
    {
        var desk = await OpenEditorAsync(Wide, 3);
        var left = (await desk.Card("left").BoundingBoxAsync())!;
        var right = (await desk.Card("right").BoundingBoxAsync())!;

        await desk.Page.Mouse.MoveAsync(left.X - 20, left.Y - 8);
        await desk.Page.Keyboard.DownAsync("Shift");
        await desk.Page.Mouse.DownAsync();
        await desk.Page.Mouse.MoveAsync(right.X + 30, right.Y + 30, new() { Steps = 6 });
        await desk.Page.Mouse.UpAsync();
        await desk.Page.Keyboard.UpAsync("Shift");
        await Expect(desk.Canvas.GetByRole(AriaRole.Button, new() { Pressed = true })).ToHaveCountAsync(2);
        await desk.Page.Keyboard.PressAsync("Delete");
        await Expect(desk.Cards).ToHaveCountAsync(1);
        await desk.Page.Keyboard.PressAsync("Control+z");

        await Expect(desk.Cards).ToHaveCountAsync(3);
        await Expect(desk.Page.GetByText("Unsaved changes")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Tasks_are_copied_from_one_workflow_and_pasted_into_another_with_their_references()
    {
        var source = await OpenEditorAsync(Chain, 3);
        await source.Card("first").ClickAsync();
        await source.Card("third").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Expect(source.Canvas.GetByRole(AriaRole.Button, new() { Pressed = true })).ToHaveCountAsync(2);
        await source.Page.Keyboard.PressAsync("Control+c");
        await source.Page.WaitForFunctionAsync("async () => (await navigator.clipboard.readText()).includes('third')");
        var copied = await source.Page.EvaluateAsync<string>("navigator.clipboard.readText()");

        var target = await OpenEditorAsync(Chain, 3);
        await target.Card("third").ClickAsync();
        await target.PasteAsync(copied);
        await Expect(target.Cards).ToHaveCountAsync(5);

        var saved = await SavedAsync(target);
        Assert.Equal(["first", "second", "third", "first_2", "third_2"], Refs(saved));
        Assert.Equal("{{refs.first_2.output.text}} and {{ refs.first_2.output.text | string.upcase }}", (string?)saved["tasks"]![4]!["input"]!["text"]);
    }

    [Fact]
    public async Task A_rename_in_the_form_is_followed_by_every_reference()
    {
        var desk = await OpenEditorAsync(Chain, 3);
        await desk.Card("first").ClickAsync();

        await EditorDesk.Field(desk.Form("first"), "ref").FillAsync("opening");
        await desk.Page.Keyboard.PressAsync("Tab");
        await Expect(desk.Card("opening")).ToBeVisibleAsync();

        Assert.Equal("{{refs.opening.output.text}} and {{ refs.opening.output.text | string.upcase }}", (string?)(await SavedAsync(desk))["tasks"]![2]!["input"]!["text"]);
    }

    [Fact]
    public async Task A_very_wide_graph_is_fitted_whole_and_walked_by_its_map()
    {
        var wide = new JsonObject
        {
            ["name"] = "Wide",
            ["tasks"] = new JsonArray([.. Enumerable.Range(0, 60).Select(i => JsonNode.Parse($$"""{"ref":"t{{i}}","type":"Echo","depends_on":[],"input":{"value":{{i}} } }"""))]),
        };
        var desk = await OpenEditorAsync(wide.ToJsonString(), 60);
        await Expect(desk.Card("t0")).Not.ToBeInViewportAsync();

        var map = desk.Canvas.Locator("svg").Last;
        var box = (await map.BoundingBoxAsync())!;
        await desk.Page.Mouse.ClickAsync(box.X + 3, box.Y + (box.Height / 2));
        await Expect(desk.Card("t0")).ToBeInViewportAsync();
        await Expect(desk.Card("t59")).Not.ToBeInViewportAsync();
        await desk.Button("Fit all").ClickAsync();

        await Expect(desk.Card("t0")).ToBeInViewportAsync();
        await Expect(desk.Card("t59")).ToBeInViewportAsync();
        await Expect(desk.End("Outputs")).ToBeInViewportAsync();
    }

    [Fact]
    public async Task An_earlier_version_comes_back_as_an_edit_and_a_file_goes_out_and_in()
    {
        var id = await Server.CreateAsync(Chain);
        await Server.SendAsync(HttpMethod.Put, $"/workflows/{id}", Wide, ("If-Match", "\"1\""));
        var desk = await new EditorDesk(await OpenAsync($"/app/workflows/{id}")).ReadyAsync(3);
        await Expect(desk.Card("root")).ToBeVisibleAsync();

        await desk.Button("Versions").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = new("^Version 1") }).ClickAsync();
        await desk.Button("Put version 1 into the editor").ClickAsync();
        await Expect(desk.Card("second")).ToBeVisibleAsync();
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Page.GetByText("Version 3", new() { Exact = true })).ToBeVisibleAsync();
        EditorDesk.Equal(JsonNode.Parse(Chain)!, await EditorDesk.DefinitionAsync(Server, id));

        var file = await desk.Page.RunAndWaitForDownloadAsync(() => desk.Button("Export as a file").ClickAsync());
        var path = await file.PathAsync();
        EditorDesk.Equal(JsonNode.Parse(Chain)!, JsonNode.Parse(await File.ReadAllTextAsync(path, Token))!);
        var other = await new EditorDesk(await OpenAsync("/app/workflows/new")).ReadyAsync(2);
        await other.Page.GetByLabel("Import a definition from a file").SetInputFilesAsync(path);
        await Expect(other.Card("second")).ToBeVisibleAsync();
        EditorDesk.Equal(JsonNode.Parse(Chain)!, await EditorDesk.DefinitionAsync(Server, await other.SaveAsync()));
    }

    [Fact]
    public async Task Nothing_is_told_to_the_server_while_the_pointer_moves()
    {
        var id = await Server.CreateAsync(Chain);
        var page = await OpenAsync("/");
        var sent = 0;
        page.WebSocket += (_, socket) => socket.FrameSent += (_, frame) => sent += IsSignOfLife(frame) ? 0 : 1;
        await GoAsync(page, $"/app/workflows/{id}");
        var desk = await new EditorDesk(page).ReadyAsync(3);
        await desk.Card("second").ClickAsync();
        await Expect(desk.Form("second")).ToBeVisibleAsync();
        Assert.NotEqual(0, sent);
        var (x, y) = await EditorDesk.MiddleAsync(desk.Card("second"));
        var surface = (await desk.Canvas.BoundingBoxAsync())!;

        sent = 0;
        foreach (var (fromX, fromY) in new[] { (x, y), (surface.X + 30, surface.Y + 200) })
        {
            await page.Mouse.MoveAsync(fromX, fromY);
            await page.Mouse.DownAsync();
            for (var i = 0; i < 100; i++) await page.Mouse.MoveAsync(fromX + i, fromY + (i % 40));
            await page.Keyboard.PressAsync("Escape");
            await page.Mouse.UpAsync();
        }
        await page.Mouse.WheelAsync(0, 300);
        await page.Mouse.MoveAsync(x, y, new() { Steps = 30 });

        Assert.Equal(0, sent);
    }

    // The connection says every few seconds that it lives: a message of one number.
    private static bool IsSignOfLife(IWebSocketFrame frame) => (frame.Binary?.Length ?? frame.Text?.Length) <= 3;

    private async Task<EditorDesk> OpenEditorAsync(string definition, int cards) =>
        await new EditorDesk(await OpenAsync($"/app/workflows/{await Server.CreateAsync(definition)}")).ReadyAsync(cards);

    // A port has no name: it is a place on its card, and the same is done by the outline.
    private static ILocator Port(EditorDesk desk, string taskRef) => desk.Canvas.Locator($"[data-ref={taskRef}] > [aria-hidden]");

    private async Task<JsonNode> SavedAsync(EditorDesk desk)
    {
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Page.GetByText("Version 2", new() { Exact = true })).ToBeVisibleAsync();
        return await EditorDesk.DefinitionAsync(Server, desk.Page.Url[(desk.Page.Url.LastIndexOf('/') + 1)..]);
    }

    private static IEnumerable<string?> Refs(JsonNode definition) => definition["tasks"]!.AsArray().Select(task => (string?)task!["ref"]);
}
