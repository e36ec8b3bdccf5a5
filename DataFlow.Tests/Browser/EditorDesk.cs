using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>The editor as a person sees it: everything is found by what it is and what it is called.</summary>
internal sealed class EditorDesk(IPage page)
{
    public IPage Page => page;

    public ILocator Canvas => page.GetByRole(AriaRole.Group, new() { Name = "Workflow graph" });

    public ILocator Cards => Canvas.Locator("[data-ref]").GetByRole(AriaRole.Button);

    public ILocator Palette => page.GetByRole(AriaRole.Region, new() { Name = "Task types" });

    public ILocator NameField => page.GetByLabel("Name of the workflow");

    public ILocator Settings => page.GetByRole(AriaRole.Region, new() { Name = "Workflow settings" });

    public ILocator Outline => page.GetByRole(AriaRole.Table, new() { Name = "Tasks" });

    public ILocator Picker => page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Combobox);

    public ILocator Card(string taskRef) => Canvas.GetByRole(AriaRole.Button, new() { NameRegex = new($"^{Regex.Escape(taskRef)} ") });

    public ILocator End(string name) => Canvas.GetByRole(AriaRole.Button, new() { NameRegex = new($"^{name} ") });

    public ILocator Edge(string from, string to) => Canvas.GetByRole(AriaRole.Button, new() { Name = $"Add a task between {from} and {to}", Exact = true });

    public ILocator TaskType(string name) => Palette.GetByRole(AriaRole.Button, new() { NameRegex = new($"^{Regex.Escape(name)} ") });

    public ILocator Form(string taskRef) => page.GetByRole(AriaRole.Region, new() { Name = $"Task {taskRef}", Exact = true });

    public ILocator Entry(string name) => page.GetByRole(AriaRole.Group, new() { Name = name, Exact = true });

    public ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    public ILocator Tab(string name) => page.GetByRole(AriaRole.Tab, new() { NameRegex = new($"^{name}") });

    public static ILocator Field(ILocator form, string label) => form.GetByLabel(label, new() { Exact = true });

    /// <summary>Opens and waits until the graph can be worked in.</summary>
    public async Task<EditorDesk> ReadyAsync(int? cards = null)
    {
        await Expect(page.GetByRole(AriaRole.Toolbar, new() { Name = "View" })).ToBeVisibleAsync();
        await Expect(End("Inputs")).ToBeVisibleAsync();
        if (cards is { } count) await Expect(Cards).ToHaveCountAsync(count);
        return this;
    }

    /// <summary>Presses Tab until the keyboard is there.</summary>
    public async Task TabToAsync(ILocator target, bool back = false)
    {
        await Expect(target).ToBeVisibleAsync();
        for (var pressed = 0; pressed < 90; pressed++)
        {
            if (await target.EvaluateAsync<bool>("element => element === document.activeElement")) return;
            await page.Keyboard.PressAsync(back ? "Shift+Tab" : "Tab");
        }
        Assert.Fail($"90 times Tab did not lead to {target}.");
    }

    /// <summary>Types over what is in the field where the keyboard is, and leaves it by Tab.</summary>
    public async Task TypeAsync(string text)
    {
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.InsertTextAsync(text);
        await page.Keyboard.PressAsync("Tab");
    }

    /// <summary>The refs on the canvas in the order of the list.</summary>
    public async Task<string[]> RefsAsync() => await Canvas.Locator("[data-ref]").EvaluateAllAsync<string[]>("cards => cards.map(card => card.dataset.ref)");

    /// <summary>Saves by the button and answers the id.</summary>
    public async Task<string> SaveAsync()
    {
        await Button("Save").ClickAsync();
        return await SavedAsync();
    }

    /// <summary>Waits until a new workflow has been saved and answers its id.</summary>
    public async Task<string> SavedAsync()
    {
        await Expect(page).ToHaveURLAsync(new Regex("/app/workflows/wf-[a-z0-9]+$"));
        return page.Url[(page.Url.LastIndexOf('/') + 1)..];
    }

    /// <summary>The definition as the API gives it.</summary>
    public static async Task<JsonNode> DefinitionAsync(AppServer server, string workflowId) =>
        JsonNode.Parse((await server.GetAsync($"/workflows/{workflowId}")).Json.GetProperty("definition").GetRawText())!;

    public static void Equal(JsonNode expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(expected, actual), $"Expected:\n{expected.ToJsonString()}\nActual:\n{actual.ToJsonString()}");

    /// <summary>Pastes text where the keyboard is.</summary>
    public async Task PasteAsync(string text)
    {
        await page.EvaluateAsync("text => navigator.clipboard.writeText(text)", text);
        await page.Keyboard.PressAsync("Control+v");
    }

    /// <summary>Moves the pointer as a hand does: press, some moments, let go.</summary>
    public async Task DragAsync(ILocator from, ILocator to, int moments = 8)
    {
        var (start, end) = (await MiddleAsync(from), await MiddleAsync(to));
        await page.Mouse.MoveAsync(start.X, start.Y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(end.X, end.Y, new() { Steps = moments });
        await page.Mouse.UpAsync();
    }

    public static async Task<(float X, float Y)> MiddleAsync(ILocator locator)
    {
        var box = (await locator.BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
