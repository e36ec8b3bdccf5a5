using System.Text.Json.Nodes;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>The workflow of the contract, built from nothing in three ways, and run.</summary>
public sealed class EditorJourneyTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Name = "Webpage Content Summarization Workflow using GPT AI model";
    private const string About = "Downloads a webpage, extracts main content, summarizes it using OpenAI's GPT model, and returns the summary text.";
    private const string InputAbout = "The URL of the webpage to summarize.";
    private const string OutputAbout = "The summarized text of the webpage content.";
    private const string OutputValue = "{{refs.summarize_text.output.summary}}";

    /// <summary>Notes every status a card shows, for as long as the document lives.</summary>
    private const string NoteCards =
        """
        () => {
          window.cardsSeen = {};
          new MutationObserver(() => {
            for (const card of document.querySelectorAll("[data-ref][data-status]")) {
              const words = window.cardsSeen[card.dataset.ref] ??= [];
              if (words.at(-1) !== card.dataset.status) words.push(card.dataset.status);
            }
          }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }
        """;

    private readonly BrowserHeldTasks held = new();

    private static readonly JsonNode s_contract = JsonNode.Parse($$$"""
        {
          "name": "{{{Name}}}",
          "description": "{{{About}}}",
          "input": [{ "name": "webpage_url", "type": "string", "description": "{{{InputAbout}}}" }],
          "tasks": [
            { "ref": "download_webpage", "type": "Web.Download", "input": { "url": "{{input.webpage_url}}" } },
            { "ref": "extract_text", "type": "Web.ExtractText", "input": { "html_content": "{{refs.download_webpage.output.html_content}}" } },
            { "ref": "summarize_text", "type": "OpenAI.Text.Summarize",
              "input": { "text": "{{refs.extract_text.output.text}}", "model": "gpt-3.5-turbo", "parameters": { "max_tokens": 150, "temperature": 0.7 } } }
          ],
          "output": [{ "name": "summary_text", "type": "string", "value": "{{{OutputValue}}}", "description": "{{{OutputAbout}}}" }]
        }
        """)!;

    [Fact]
    public async Task The_mouse_alone_builds_the_workflow_of_the_contract()
    {
        var (server, site) = await StartAsync();
        var desk = await OpenEditorAsync(server);
        await desk.Button("Start blank").ClickAsync();
        await Expect(desk.Cards).ToHaveCountAsync(0);
        await desk.NameField.FillAsync(Name);
        await EditorDesk.Field(desk.Settings, "description").FillAsync(About);

        await desk.TaskType("Web.Download").DragToAsync(desk.Canvas);
        await Expect(desk.Cards).ToHaveCountAsync(1);
        await desk.TaskType("Web.ExtractText").DragToAsync(desk.Edge("download_webpage", "the outputs"));
        await Expect(desk.Cards).ToHaveCountAsync(2);
        await desk.TaskType("OpenAI.Text.Summarize").DragToAsync(desk.Edge("extract_text", "the outputs"));
        await Expect(desk.Cards).ToHaveCountAsync(3);

        await desk.End("Inputs").ClickAsync();
        await desk.Button("Add input").ClickAsync();
        await EditorDesk.Field(desk.Entry("Input 1"), "name").FillAsync("webpage_url");
        await EditorDesk.Field(desk.Entry("Input 1"), "description").FillAsync(InputAbout);
        await desk.End("Outputs").ClickAsync();
        await desk.Button("Add output").ClickAsync();
        await EditorDesk.Field(desk.Entry("Output 1"), "name").FillAsync("summary_text");
        await EditorDesk.Field(desk.Entry("Output 1"), "type").SelectOptionAsync("string");
        await EditorDesk.Field(desk.Entry("Output 1"), "value").FillAsync(OutputValue);
        await EditorDesk.Field(desk.Entry("Output 1"), "description").FillAsync(OutputAbout);
        await Expect(desk.Button("Valid")).ToBeVisibleAsync();

        await IsTheContractAsync(server, site, await desk.SaveAsync(), desk);
    }

    [Fact]
    public async Task The_keyboard_alone_builds_the_workflow_of_the_contract()
    {
        var (server, site) = await StartAsync();
        var desk = await OpenEditorAsync(server);
        var keys = desk.Page.Keyboard;
        await desk.Page.EvaluateAsync("() => { window.pointed = 0; for (const name of ['pointerdown', 'mousedown', 'pointermove']) addEventListener(name, () => window.pointed++, true); }");

        await desk.TabToAsync(desk.Button("Start blank"));
        await keys.PressAsync("Enter");
        await Expect(desk.Cards).ToHaveCountAsync(0);
        await desk.TabToAsync(desk.NameField, back: true);
        await desk.TypeAsync(Name);
        await desk.TabToAsync(EditorDesk.Field(desk.Settings, "description"));
        await desk.TypeAsync(About);

        await desk.TabToAsync(desk.Canvas, back: true);
        foreach (var (type, taskRef) in new[] { ("web.down", "download_webpage"), ("extract", "extract_text"), ("openai", "summarize_text") })
        {
            await keys.PressAsync("Insert");
            await Expect(desk.Picker).ToBeFocusedAsync();
            await keys.TypeAsync(type);
            await keys.PressAsync("Enter");
            await Expect(desk.Card(taskRef)).ToBeFocusedAsync();
        }

        foreach (var taskRef in new[] { "extract_text", "download_webpage" })
        {
            await keys.PressAsync("ArrowUp");
            await Expect(desk.Card(taskRef)).ToBeFocusedAsync();
        }
        await keys.PressAsync("ArrowUp");
        await Expect(desk.End("Inputs")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await Expect(desk.Button("Add input")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await desk.TabToAsync(EditorDesk.Field(desk.Entry("Input 1"), "name"), back: true);
        await desk.TypeAsync("webpage_url");
        await desk.TabToAsync(EditorDesk.Field(desk.Entry("Input 1"), "description"));
        await desk.TypeAsync(InputAbout);

        await desk.TabToAsync(desk.Tab("Outline"));
        await keys.PressAsync("Enter");
        await desk.TabToAsync(desk.Outline.GetByRole(AriaRole.Button, new() { Name = "Outputs" }));
        await keys.PressAsync("Enter");
        await Expect(desk.Button("Add output")).ToBeFocusedAsync();
        await keys.PressAsync("Enter");
        await desk.TabToAsync(EditorDesk.Field(desk.Entry("Output 1"), "name"), back: true);
        await desk.TypeAsync("summary_text");
        await desk.TabToAsync(EditorDesk.Field(desk.Entry("Output 1"), "type"));
        await keys.TypeAsync("str");
        await desk.TabToAsync(EditorDesk.Field(desk.Entry("Output 1"), "value"));
        await desk.TypeAsync(OutputValue);
        await desk.TabToAsync(EditorDesk.Field(desk.Entry("Output 1"), "description"));
        // Saved from within the field: what was typed last is in it.
        await keys.TypeAsync(OutputAbout);
        await keys.PressAsync("Control+s");

        await IsTheContractAsync(server, site, await desk.SavedAsync(), desk, byKeyboard: true);
        Assert.Equal(0, await desk.Page.EvaluateAsync<int>("window.pointed"));
    }

    [Fact]
    public async Task Pasting_JSON_builds_the_workflow_of_the_contract()
    {
        var (server, site) = await StartAsync();
        var desk = await OpenEditorAsync(server);
        await desk.Button("Start blank").ClickAsync();
        await Expect(desk.Cards).ToHaveCountAsync(0);
        await desk.Canvas.FocusAsync();

        await desk.PasteAsync(s_contract.ToJsonString());
        await Expect(desk.Cards).ToHaveCountAsync(3);

        await IsTheContractAsync(server, site, await desk.SaveAsync(), desk);
    }

    [Fact]
    public async Task Pasting_into_the_text_builds_the_workflow_of_the_contract()
    {
        var (server, site) = await StartAsync();
        var desk = await OpenEditorAsync(server);
        await desk.Tab("JSON").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Textbox, new() { Name = "Workflow definition as JSON" }).FocusAsync();
        await desk.Page.Keyboard.PressAsync("Control+a");

        await desk.PasteAsync(s_contract.ToJsonString());
        await Expect(desk.Cards).ToHaveCountAsync(3);

        await IsTheContractAsync(server, site, await desk.SaveAsync(), desk);
    }

    private async Task<(AppServer Server, TestSite Site)> StartAsync()
    {
        var site = Keep(await TestSite.StartAsync());
        site.Page("/article", "<html><body><article><h1>Tea</h1><p>Pour hot water over the leaves. Wait for three minutes. Drink it while it is warm.</p></article></body></html>");
        var model = Keep(await FakeOpenAIServer.StartAsync());
        return (Keep(await AppServer.StartAsync(null, held.Use, $"OpenAI:BaseUrl={model.BaseUrl}", "OpenAI:ApiKey=sk-journey")), site);
    }

    private async Task<EditorDesk> OpenEditorAsync(AppServer server) => await new EditorDesk(await OpenAsync("/app/workflows/new", server: server)).ReadyAsync(2);

    private async Task IsTheContractAsync(AppServer server, TestSite site, string workflowId, EditorDesk desk, bool byKeyboard = false)
    {
        EditorDesk.Equal(s_contract, await EditorDesk.DefinitionAsync(server, workflowId));
        await RunsInFrontOfTheEyesAsync(desk, site.At("/article"), byKeyboard);
        var listed = (await server.GetAsync($"/workflows/{workflowId}/executions")).Json.GetProperty("executions");
        Assert.True(listed.GetArrayLength() == 1, $"Of {workflowId}: {listed}; of all workflows: {(await server.GetAsync("/executions")).Json}; on the page {desk.Page.Url}");
        var execution = listed[0];
        Assert.Equal("COMPLETED", execution.GetProperty("status").GetString());
        var whole = await server.GetAsync($"/executions/{execution.GetProperty("execution_id").GetString()}");
        Assert.Equal("A short summary.", whole.Json.GetProperty("output").GetProperty("summary_text").GetString());
    }

    /// <summary>From the editor, without leaving it: every card is seen to wait, to run and to complete.</summary>
    private async Task RunsInFrontOfTheEyesAsync(EditorDesk desk, string url, bool byKeyboard)
    {
        await desk.Page.EvaluateAsync(NoteCards);
        var dialog = desk.Page.GetByRole(AriaRole.Dialog);
        var (field, run) = (dialog.GetByLabel("webpage_url"), dialog.GetByRole(AriaRole.Button, new() { Name = "Run" }));
        if (byKeyboard)
        {
            await desk.TabToAsync(desk.Button("Run"), back: true);
            await desk.Page.Keyboard.PressAsync("Enter");
            await Expect(field).ToBeFocusedAsync();
            await desk.TypeAsync(url);
            await desk.TabToAsync(run);
            await desk.Page.Keyboard.PressAsync("Enter");
        }
        else
        {
            await desk.Button("Run").ClickAsync();
            await field.FillAsync(url);
            await run.ClickAsync();
        }

        (string Ref, string Type)[] order = [("download_webpage", "Web.Download"), ("extract_text", "Web.ExtractText"), ("summarize_text", "OpenAI.Text.Summarize")];
        foreach (var (name, type) in order)
        {
            await Expect(desk.Card(name)).ToContainTextAsync("Running");
            held.LetGo(type);
            await Expect(desk.Card(name)).ToContainTextAsync("Completed");
        }
        var seen = await desk.Page.EvaluateAsync<Dictionary<string, string[]>>("() => window.cardsSeen");
        // The first may have begun before its card was painted for the first time.
        Assert.Equal(["Running", "Completed"], seen["download_webpage"].Where(word => word != "Pending"));
        Assert.Equal(["Pending", "Running", "Completed"], seen["extract_text"]);
        Assert.Equal(["Pending", "Running", "Completed"], seen["summarize_text"]);
    }
}
