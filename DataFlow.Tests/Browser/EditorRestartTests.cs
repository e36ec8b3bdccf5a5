using System.Net.Http.Json;
using System.Text.Json.Nodes;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>The server is killed under an editor and started again: nothing that was typed is lost.</summary>
public sealed class EditorRestartTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Two = """{"name":"Interrupted","tasks":[{"ref":"first","type":"Text.Reverse","input":{"text":"one"}},{"ref":"second","type":"Text.Reverse","input":{"text":"two"}}]}""";

    [Fact]
    public async Task What_was_typed_into_forms_before_and_while_the_server_was_away_comes_back()
    {
        ExpectsErrors = true;
        using var place = new AppPlace();
        var (id, desk, app) = await OpenEditorAsync(place);
        await desk.Card("first").ClickAsync();
        await EditorDesk.Field(desk.Form("first"), "text").FillAsync("typed before");
        await desk.Page.Keyboard.PressAsync("Tab");
        await Expect(desk.Page.GetByText("Unsaved changes")).ToBeVisibleAsync();
        await desk.Card("second").ClickAsync();
        await EditorDesk.Field(desk.Form("second"), "text").FocusAsync();

        await using (app) await app.KillAsync();
        await Expect(desk.Page.GetByText("You can go on typing")).ToBeVisibleAsync();
        // What says so does not take the keyboard out of the field.
        await Expect(EditorDesk.Field(desk.Form("second"), "text")).ToBeFocusedAsync();
        await desk.TypeAsync("typed while away");
        await desk.NameField.FillAsync("Named meanwhile");
        await KeptAsync(desk, "Named meanwhile");

        await using var again = await ComeBackAsync(place, desk);
        await Expect(desk.Page.GetByText("The server was away. What you had typed is here again.")).ToBeVisibleAsync();
        await Expect(desk.NameField).ToHaveValueAsync("Named meanwhile");
        await desk.Button("Save").ClickAsync();
        await Expect(desk.Page.GetByText("Version 2", new() { Exact = true })).ToBeVisibleAsync();
        var expected = JsonNode.Parse(Two)!;
        expected["name"] = "Named meanwhile";
        (expected["tasks"]![0]!["input"]!["text"], expected["tasks"]![1]!["input"]!["text"]) = ("typed before", "typed while away");
        EditorDesk.Equal(expected, await DefinitionAsync(again, id));
        // What was saved is no draft any more.
        await desk.Page.ReloadAsync();
        await ReadyAsync(desk.Page);
        await desk.ReadyAsync(2);
        await Expect(desk.Page.GetByRole(AriaRole.List, new() { Name = "Drafts" })).ToHaveCountAsync(0);
        await desk.Page.Context.CloseAsync();
    }

    [Fact]
    public async Task JSON_typed_while_the_server_was_away_comes_back_be_it_whole_or_not()
    {
        ExpectsErrors = true;
        using var place = new AppPlace();
        var (_, desk, app) = await OpenEditorAsync(place);
        await desk.Tab("JSON").ClickAsync();
        var json = desk.Page.GetByRole(AriaRole.Textbox, new() { Name = "Workflow definition as JSON" });
        await json.FocusAsync();

        await using (app) await app.KillAsync();
        await Expect(desk.Page.GetByText("You can go on typing")).ToBeVisibleAsync();
        await desk.Page.Keyboard.PressAsync("Control+a");
        await desk.PasteAsync("""{ "name": "Half of it, """);
        await KeptAsync(desk, "Half of it");

        await using var again = await ComeBackAsync(place, desk);
        await Expect(desk.Page.GetByText("The server was away. What you had typed is here again.")).ToBeVisibleAsync();
        await Expect(desk.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("problem") })).ToBeVisibleAsync();
        await desk.Tab("JSON").ClickAsync();
        await Expect(desk.Page.Locator(".view-lines")).ToContainTextAsync("Half of it");
        await desk.Page.Context.CloseAsync();
    }

    private async Task<(string Id, EditorDesk Desk, AppProcess App)> OpenEditorAsync(AppPlace place)
    {
        var app = await AppProcess.StartAsync(place);
        using var body = new StringContent(Two, System.Text.Encoding.UTF8, "application/json");
        using var created = await app.Client.PostAsync(new Uri("/workflows", UriKind.Relative), body, Token);
        var id = (string)(await created.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonNode>(Token))!["workflow_id"]!;
        var page = await OpenAsync(new Uri(place.Address, $"/app/workflows/{id}").AbsoluteUri);
        return (id, await new EditorDesk(page).ReadyAsync(2), app);
    }

    /// <summary>The browser writes a moment after the key.</summary>
    private static Task<IJSHandle> KeptAsync(EditorDesk desk, string text) =>
        desk.Page.WaitForFunctionAsync("text => Object.entries(localStorage).some(([key, value]) => key.startsWith('dataflow.draft.') && value.includes(text))", text);

    /// <summary>Starts the next server and waits until the page is that one's.</summary>
    private static async Task<AppProcess> ComeBackAsync(AppPlace place, EditorDesk desk)
    {
        await desk.Page.EvaluateAsync("window.before = true");
        var app = await AppProcess.StartAsync(place);
        var retry = desk.Button("Try now");
        if (await retry.IsVisibleAsync()) await retry.ClickAsync();
        await desk.Page.WaitForFunctionAsync("() => !window.before && document.documentElement.hasAttribute('data-interactive')");
        await desk.ReadyAsync();
        return app;
    }

    private static async Task<JsonNode> DefinitionAsync(AppProcess app, string id) =>
        (await app.Client.GetFromJsonAsync<JsonNode>(new Uri($"/workflows/{id}", UriKind.Relative), Token))!["definition"]!;
}
