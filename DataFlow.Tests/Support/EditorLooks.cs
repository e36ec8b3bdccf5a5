using System.Text;
using System.Text.Json.Nodes;
using DataFlow.Tests.Browser;
using Microsoft.Playwright;

namespace DataFlow.Tests.Support;

/// <summary>The states of the editor that a person reaches only by working in it.</summary>
internal static class EditorLooks
{
    /// <summary>Every kind of input, and forms that are filled in to the last field.</summary>
    private const string Booking =
        """
        {"name":"Book a meeting room","description":"Finds a free room, holds it, and asks a person when it is expensive.","labels":{"team":"office","tier":"2"},"timeout":3600,"concurrency":{"limit":4,"when_full":"queue"},
         "input":[{"name":"people","type":"integer","minimum":1,"maximum":40,"description":"How many will come."},
                  {"name":"floor","type":"string","enum":["ground","first","roof"],"default":"first"},
                  {"name":"code","type":"string","pattern":"^[A-Z]{3}-[0-9]{2}$","description":"The cost centre, such as ABC-12."},
                  {"name":"catering","type":"boolean","default":false},
                  {"name":"guests","type":"array","items":{"type":"string"},"required":false,"description":"Their names, for the badges."}],
         "tasks":[{"ref":"find_room","type":"Http.Request","input":{"url":"https://rooms.example.com/free","method":"POST"},"timeout":20,
                   "retry":{"attempts":4,"delay":2,"multiplier":2,"max_delay":60,"jitter":0.2},"on_error":{"task":{"type":"Text.Static","input":{"text":"No room answered."}}}},
                  {"ref":"ask_manager","name":"Ask the manager","type":"Http.Request","depends_on":["find_room"],"when":"{{ input.people > 20 && !input.catering }}","input":{"url":"https://chat.example.com/hooks/manager","method":"POST"},"on_error":"continue"},
                  {"ref":"badges","type":"Text.Template","depends_on":["find_room"],"input":{"template":"Welcome, {count} guests","values":{"count":"{{ input.people }}"}},"on_error":{"value":{"text":"Welcome"}}},
                  {"ref":"confirm","type":"Text.Static","depends_on":["ask_manager","badges"],"input":{"text":"{{ input.code }} booked on the {{ input.floor }} floor"}}],
         "output":[{"name":"confirmation","type":"string","description":"What the person who booked is told.","value":"{{ refs.confirm.output.text }}"},{"name":"people","type":"integer","value":"{{ input.people }}"}]}
        """;

    /// <summary>Wrong in many ways: some with a way out, some that a person has to think about.</summary>
    private const string Wrong =
        """
        {"title":"Weekly digest","input":[{"name":"topic","type":"string"}],
         "tasks":[{"ref":"fetch","type":"Web.Downlaod","input":{"url":"https://example.com/news"},"retries":3},
                  {"type":"Text.Summarize","input":{"text":"{{ refs.fetch.output.html }}"}},
                  {"ref":"title","type":"Text.Truncate","input":{"text":"{{ input.topik }}","length":-1},"timeout":"30s"},
                  {"ref":"send","type":"Http.Request","depends_on":["titel"],"input":{"method":"SEND"}}],
         "output":[{"name":"digest","type":"string","value":"{{ refs.send.output.body }}"}]}
        """;

    /// <summary>Fails at once, after it has told how far it came.</summary>
    private const string Parse =
        """{"name":"Read a price list","tasks":[{"ref":"list","type":"Text.Static","input":{"text":"apples: 3, pears: none"}},{"ref":"prices","type":"Json.Parse","input":{"text":"{{ refs.list.output.text }}"}}],"output":[{"name":"prices","type":"any","value":"{{ refs.prices.output.value }}"}]}""";

    public static async Task<BrowserLook[]> MakeAsync(AppServer server)
    {
        var booking = await server.CreateAsync(Booking);
        var parse = await server.CreateAsync(Parse);
        var large = await server.CreateAsync(Large(300));
        var aged = await server.CreateAsync(Booking);
        await server.SendAsync(HttpMethod.Put, $"/workflows/{aged}", Changed("catering", "Coffee and cake."));
        await server.SendAsync(HttpMethod.Put, $"/workflows/{aged}", Booking.Replace("\"ref\":\"badges\"", "\"ref\":\"name_badges\"", StringComparison.Ordinal).Replace("\"badges\"]", "\"name_badges\"]", StringComparison.Ordinal));

        BrowserLook Look(string name, string workflow, Func<EditorDesk, Task> arrange) =>
            new(name, $"/app/workflows/{workflow}", async page => await arrange(await new EditorDesk(page).ReadyAsync()), server);
        return
        [
            Look("editor-newer-version", booking, desk => NewerAsync(desk, server)),
            Look("editor-merge", booking, desk => MergeAsync(desk, server)),
            Look("editor-drafts", booking, DraftsAsync),
            Look("editor-json-beside", booking, JsonBesideAsync),
            Look("editor-json-broken", booking, JsonBrokenAsync),
            Look("editor-problems", "new", async desk => await WrongAsync(desk, "Problems")),
            Look("editor-outline-wrong", "new", async desk => await WrongAsync(desk, "Outline")),
            Look("editor-task-wrong", "new", TaskWrongAsync),
            Look("editor-find", booking, desk => FindAsync(desk, "ma")),
            Look("editor-versions", aged, VersionsAsync),
            Look("editor-run-form", booking, desk => RunFormAsync(desk, tried: false)),
            Look("editor-run-form-wrong", booking, desk => RunFormAsync(desk, tried: true)),
            Look("editor-test-form", booking, TestFormAsync),
            Look("editor-test-failed", parse, desk => TestedAsync(desk, "prices")),
            Look("editor-test-done", parse, desk => TestedAsync(desk, "list")),
            Look("editor-palette-none", booking, PaletteNoneAsync),
            Look("editor-add-task", booking, AddTaskAsync),
            Look("editor-inputs", booking, desk => EndAsync(desk, "Inputs")),
            Look("editor-outputs", booking, desk => EndAsync(desk, "Outputs")),
            Look("editor-settings", booking, desk => desk.Settings.ScrollIntoViewIfNeededAsync()),
            Look("editor-retry", booking, desk => FilledAsync(desk, "find_room", "on_error")),
            Look("editor-when", booking, desk => FilledAsync(desk, "ask_manager", "when")),
            Look("editor-expression", booking, ExpressionAsync),
            Look("editor-many-chosen", booking, ManyAsync),
            Look("editor-delete", booking, DeleteAsync),
            Look("editor-large", large, desk => Assertions.Expect(desk.Cards).ToHaveCountAsync(300)),
        ];
    }

    private static async Task TextAsync(EditorDesk desk, string task, string field, string text)
    {
        await desk.Card(task).ClickAsync();
        await EditorDesk.Field(desk.Form(task), field).FillAsync(text);
        await desk.Page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(desk.Page.GetByText("Unsaved changes")).ToBeVisibleAsync();
    }

    private static string Changed(string word, string text) => Booking.Replace("\"type\":\"boolean\"", $"\"type\":\"boolean\",\"description\":\"{text} ({word})\"", StringComparison.Ordinal);

    /// <summary>On a workflow of its own: each look leaves a version behind.</summary>
    private static async Task OwnAsync(EditorDesk desk, AppServer server)
    {
        await desk.Page.GotoAsync($"/app/workflows/{await server.CreateAsync(Booking)}");
        await desk.Page.Locator("html[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        await desk.ReadyAsync(4);
    }

    private static async Task SaveElsewhereAsync(EditorDesk desk, AppServer server, string definition) =>
        await server.SendAsync(HttpMethod.Put, new Uri(desk.Page.Url).AbsolutePath.Replace("/app/", "/", StringComparison.Ordinal), definition);

    private static async Task NewerAsync(EditorDesk desk, AppServer server)
    {
        await OwnAsync(desk, server);
        await TextAsync(desk, "confirm", "text", "{{ input.code }} is booked");
        await SaveElsewhereAsync(desk, server, Changed("catering", "Coffee and cake."));
        await Assertions.Expect(desk.Button("Compare and merge")).ToBeVisibleAsync();
    }

    private static async Task MergeAsync(EditorDesk desk, AppServer server)
    {
        await OwnAsync(desk, server);
        await TextAsync(desk, "confirm", "text", "{{ input.code }} is booked");
        await TextAsync(desk, "find_room", "url", "https://rooms.example.com/v2/free");
        await SaveElsewhereAsync(desk, server, Changed("catering", "Coffee and cake.").Replace("booked on the {{ input.floor }} floor", "booked for {{ input.people }} people", StringComparison.Ordinal));
        await desk.Button("Compare and merge").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Radio, new() { NameRegex = new("^Theirs") }).First.CheckAsync();
    }

    private static async Task DraftsAsync(EditorDesk desk)
    {
        await TextAsync(desk, "confirm", "text", "{{ input.code }} is booked");
        // Kept before the page goes: what is offered after a reload is what the browser has by then.
        await desk.Page.WaitForFunctionAsync("() => Object.keys(localStorage).some(key => localStorage.getItem(key).includes('is booked'))");
        await desk.Page.ReloadAsync();
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.List, new() { Name = "Drafts" })).ToBeVisibleAsync();
    }

    private static async Task JsonBesideAsync(EditorDesk desk)
    {
        await desk.Button("JSON beside the graph").ClickAsync();
        await desk.Card("badges").ClickAsync();
        await Assertions.Expect(desk.Page.GetByText("\"badges\"").First).ToBeVisibleAsync();
    }

    private static async Task JsonBrokenAsync(EditorDesk desk)
    {
        await desk.Tab("JSON").ClickAsync();
        await desk.Page.GetByText("\"Book a meeting room\"").ClickAsync();
        await desk.Page.Keyboard.PressAsync("End");
        await desk.Page.Keyboard.TypeAsync(" oops");
        await desk.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^1 problem$") }).ClickAsync();
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.List, new() { Name = "Problems" })).ToBeVisibleAsync();
    }

    private static async Task WrongAsync(EditorDesk desk, string tab)
    {
        await desk.Page.GetByLabel("Import a definition from a file").SetInputFilesAsync(new FilePayload { Name = "digest.json", MimeType = "application/json", Buffer = Encoding.UTF8.GetBytes(Wrong) });
        await Assertions.Expect(desk.Cards).ToHaveCountAsync(4);
        if (await desk.Tab(tab).GetAttributeAsync("aria-selected") != "true") await desk.Tab(tab).ClickAsync();
        await desk.Button("Fit all").ClickAsync();
        await desk.Tab(tab).ScrollIntoViewIfNeededAsync();
    }

    private static async Task TaskWrongAsync(EditorDesk desk)
    {
        await WrongAsync(desk, "Problems");
        await desk.Card("title").ClickAsync();
        await EditorDesk.Field(desk.Form("title"), "length").ScrollIntoViewIfNeededAsync();
    }

    private static async Task FindAsync(EditorDesk desk, string sought)
    {
        await desk.Button("Find anything").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Dialog).Locator("input").FillAsync(sought);
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Dialog).GetByText("ask_manager").First).ToBeVisibleAsync();
    }

    private static async Task VersionsAsync(EditorDesk desk)
    {
        await desk.Button("Versions").ClickAsync();
        await desk.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { NameRegex = new("^Version 1") }).ClickAsync();
        await Assertions.Expect(desk.Button("Put version 1 into the editor")).ToBeVisibleAsync();
    }

    private static async Task RunFormAsync(EditorDesk desk, bool tried)
    {
        await desk.Button("Run").ClickAsync();
        var form = desk.Page.GetByRole(AriaRole.Dialog);
        await form.GetByLabel("people").FillAsync("200");
        if (!tried) return;
        await form.GetByLabel("code").FillAsync("abc");
        await form.GetByRole(AriaRole.Button, new() { Name = "Run" }).ClickAsync();
        await Assertions.Expect(form.GetByRole(AriaRole.Alert).First).ToBeVisibleAsync();
    }

    private static async Task TestFormAsync(EditorDesk desk)
    {
        await desk.Card("confirm").ClickAsync();
        await desk.Button("Test with other data").ClickAsync();
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    private static async Task TestedAsync(EditorDesk desk, string task)
    {
        await desk.Card(task).ClickAsync();
        await desk.Button("Run up to here").ClickAsync();
        await Assertions.Expect(desk.Page.GetByText("This test").First).ToBeVisibleAsync();
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Test of" })).ToHaveCountAsync(1);
    }

    private static async Task PaletteNoneAsync(EditorDesk desk)
    {
        // Where there is no room for the palette, tasks are found in the dialog.
        if (!await desk.Palette.IsVisibleAsync()) await desk.Button("Add task").ClickAsync();
        await desk.Page.GetByLabel("Search task types").Locator("visible=true").FillAsync("send a fax");
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Status).Filter(new() { HasText = "send a fax" }).Locator("visible=true")).ToBeVisibleAsync();
    }

    private static async Task AddTaskAsync(EditorDesk desk)
    {
        await desk.Button("Add task").ClickAsync();
        await desk.Picker.FillAsync("text");
    }

    private static async Task EndAsync(EditorDesk desk, string end)
    {
        await desk.End(end).ClickAsync();
        await desk.Page.GetByRole(AriaRole.Region, new() { Name = $"Workflow {end.ToLowerInvariant()}" }).ScrollIntoViewIfNeededAsync();
    }

    private static async Task FilledAsync(EditorDesk desk, string task, string field)
    {
        await desk.Card(task).ClickAsync();
        await EditorDesk.Field(desk.Form(task), field).ScrollIntoViewIfNeededAsync();
    }

    private static async Task ExpressionAsync(EditorDesk desk)
    {
        await desk.Card("confirm").ClickAsync();
        var field = EditorDesk.Field(desk.Form("confirm"), "text");
        await field.ClickAsync();
        await field.FillAsync("{{ input.code }} for {{ ");
        await field.PressSequentiallyAsync("inp");
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Listbox).First).ToBeVisibleAsync();
    }

    private static async Task ManyAsync(EditorDesk desk)
    {
        await desk.Card("ask_manager").ClickAsync();
        await desk.Card("badges").ClickAsync(new() { Modifiers = [KeyboardModifier.Shift] });
        await Assertions.Expect(desk.Page.GetByText("2 tasks", new() { Exact = true })).ToBeVisibleAsync();
    }

    private static async Task DeleteAsync(EditorDesk desk)
    {
        await desk.Card("confirm").ClickAsync();
        await desk.Page.Keyboard.PressAsync("Delete");
        await Assertions.Expect(desk.Page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }

    /// <summary>Rows of parallel tasks under each other, as an import of many files looks.</summary>
    private static string Large(int count)
    {
        static JsonNode Task(int i)
        {
            var task = JsonNode.Parse(i % 7 == 3 ? """{"type":"Http.Request","input":{"url":"https://example.com/files","method":"GET"},"retry":{"attempts":3}}""" : """{"type":"Text.Static","input":{"text":"A row of the file"}}""")!.AsObject();
            task.Insert(0, "ref", $"step_{i}");
            if (i > 0) task["depends_on"] = new JsonArray($"step_{(i - 1) / 3}");
            return task;
        }
        return new JsonObject { ["name"] = "A large import", ["tasks"] = new JsonArray([.. Enumerable.Range(0, count).Select(Task)]) }.ToJsonString();
    }
}
