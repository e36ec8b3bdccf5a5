using Microsoft.Playwright;

namespace DataFlow.Tests.Support;

/// <summary>A test that looks at the pages as a person does. A page that wrote an error to the browser's console fails its test.</summary>
[Collection(BrowserFixture.Name)]
public abstract class BrowserTest(BrowserFixture fixture) : IAsyncLifetime
{
    private readonly List<IBrowserContext> contexts = [];
    private readonly List<IAsyncDisposable> sites = [];
    private readonly List<string> errors = [];

    internal AppServer Server => fixture.Server;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The test takes the server away: what the browser says about that is no error.</summary>
    protected bool ExpectsErrors { get; set; }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        foreach (var context in contexts) await context.DisposeAsync();
        // After the pages: a server that ends under an open page is an error on its console.
        foreach (var site in sites) await site.DisposeAsync();
        if (!ExpectsErrors) Assert.Empty(errors);
    }

    internal Task<IReadOnlyList<BrowserLook>> LooksAsync() => fixture.LooksAsync();

    /// <summary>Ends with the test, after its pages.</summary>
    protected T Keep<T>(T site)
        where T : IAsyncDisposable
    {
        sites.Add(site);
        return site;
    }

    /// <summary>Opens a page in a browser of its own and waits until it answers clicks.</summary>
    /// <param name="server">Another server than the one shared.</param>
    internal async Task<IPage> OpenAsync(string path, ColorScheme scheme = ColorScheme.Light, int width = 1440, int height = 900, AppServer? server = null)
    {
        var browser = fixture.Browser;
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = (server ?? Server).Address.AbsoluteUri,
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = scheme,
            ReducedMotion = ReducedMotion.Reduce,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
            Permissions = ["clipboard-read", "clipboard-write"],
        });
        contexts.Add(context);
        context.SetDefaultTimeout(20_000);
        return await OpenInAsync(context, path);
    }

    /// <summary>Opens another tab of the browser that a page is in: both see what the browser keeps.</summary>
    internal Task<IPage> OpenBesideAsync(IPage page, string path) => OpenInAsync(page.Context, path);

    private async Task<IPage> OpenInAsync(IBrowserContext context, string path)
    {
        var page = await context.NewPageAsync();
        page.Console += (_, message) =>
        {
            // A page that says "not found" is itself answered with 404.
            var isItself = message.Location.StartsWith(page.Url, StringComparison.Ordinal) && message.Text.Contains("404", StringComparison.Ordinal);
            if (message.Type == "error" && !isItself) errors.Add($"{message.Text} ({message.Location})");
        };
        page.PageError += (_, error) => errors.Add(error);
        await GoAsync(page, path);
        return page;
    }

    internal static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    internal static ILocator Region(IPage page, string name) => page.GetByRole(AriaRole.Region, new() { Name = name, Exact = true });

    /// <summary>The line of one task on an execution's page.</summary>
    internal static ILocator TaskLine(IPage page, string name) => Region(page, "Tasks").GetByRole(AriaRole.Listitem).Filter(new() { Has = page.Locator($"[data-ref='{name}']") });

    /// <summary>The status of the execution that a page shows.</summary>
    internal static ILocator Status(IPage page, string word) => page.GetByRole(AriaRole.Status).Filter(new() { HasText = word });

    protected static async Task GoAsync(IPage page, string path)
    {
        await page.GotoAsync(path);
        await ReadyAsync(page);
    }

    /// <summary>Waits until the page has its circuit: what is drawn before only looks alive.</summary>
    protected static Task ReadyAsync(IPage page) => page.Locator("html[data-interactive]").WaitForAsync(new() { State = WaitForSelectorState.Attached });
}
