using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Support;

/// <summary>What brings a monitoring page into the state that is looked at, once it is open.</summary>
internal static class MonitoringActions
{
    public static Task Nothing(IPage page) => Task.CompletedTask;

    public static Func<IPage, Task> Shows(string text) => page => Expect(page.GetByText(text).Filter(new() { Visible = true }).First).ToBeVisibleAsync();

    public static Func<IPage, Task> Searched(string field, string word) => page => page.GetByRole(AriaRole.Searchbox, new() { Name = field, Exact = true }).FillAsync(word);

    /// <summary>Presses the first button whose name begins so.</summary>
    public static Func<IPage, Task> Opened(string button) => page => page.GetByRole(AriaRole.Button, new() { NameRegex = new($"^{button}") }).First.ClickAsync();

    public static Func<IPage, Task> Asked(string button) => async page =>
    {
        await page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    };

    public static Func<IPage, Task> Hovered(string task) => page => page.GetByRole(AriaRole.Region, new() { Name = "Tasks", Exact = true }).GetByRole(AriaRole.Link, new() { NameRegex = new($"^{task}") }).FocusAsync();

    public static async Task ReplayEdited(IPage page)
    {
        await Asked("Replay from this task")(page);
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Change the input" }).CheckAsync();
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Input" }).FillAsync("{ \"site\": ");
        await Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
    }

    /// <summary>A browser that refuses what a page asks of it: what nobody foresaw ends on the page that says so.</summary>
    public static async Task BrokenAsync(IPage page)
    {
        await page.EvaluateAsync("() => { URL.createObjectURL = () => { throw new Error('refused'); }; }");
        await page.GetByRole(AriaRole.Button, new() { Name = "Download Output" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "This page has stopped" })).ToBeVisibleAsync();
    }

    /// <summary>As Blazor's client shows it while the server is away.</summary>
    public static Func<IPage, Task> Away(string state) => async page =>
    {
        await page.EvaluateAsync("state => { const dialog = document.getElementById('components-reconnect-modal'); dialog.classList.add(state); dialog.showModal(); }", state);
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Try now" })).ToBeVisibleAsync();
    };

    public static Func<IPage, Task> WebhookMade(string url) => async page =>
    {
        await Asked("New webhook")(page);
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("URL").FillAsync(url);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create webhook" }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Note, new() { Name = "Signing secret" })).ToContainTextAsync("whsec_");
    };

    public static async Task WebhookWrong(IPage page)
    {
        await Asked("New webhook")(page);
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("URL").FillAsync("ftp://example.com/receiver");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Create webhook" }).ClickAsync();
        await Expect(dialog.GetByLabel("URL")).ToHaveAttributeAsync("aria-invalid", "true");
    }

    public static async Task Tested(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Send test", Exact = true }).ClickAsync();
        await Expect(page.GetByText("webhook.test").First).ToBeVisibleAsync();
        await Expect(page.GetByText("answered 200").First).ToBeVisibleAsync();
    }

    public static async Task Rotated(IPage page)
    {
        await Asked("New secret")(page);
        await page.GetByRole(AriaRole.Button, new() { Name = "Make a new secret" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Note, new() { Name = "Signing secret" })).ToContainTextAsync("whsec_");
    }

    public static Func<IPage, Task> Found(string word) => async page =>
    {
        await page.Keyboard.PressAsync("Control+k");
        await page.GetByLabel("Find a workflow, an execution or a page").FillAsync(word);
        await Expect(page.GetByRole(AriaRole.Dialog).GetByText(word == "product" ? "Product import" : "Nothing is called that.").First).ToBeVisibleAsync();
    };

    public static async Task Shortcuts(IPage page)
    {
        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByRole(AriaRole.Dialog)).ToBeVisibleAsync();
    }
}
