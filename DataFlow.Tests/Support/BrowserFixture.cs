using Microsoft.Playwright;

namespace DataFlow.Tests.Support;

/// <summary>One browser and one server with the samples for all journeys, which run one after another: they share two processors with everything else.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserFixture : ICollectionFixture<BrowserFixture>, IAsyncLifetime
{
    public const string Name = "Browser";

    private static readonly string[] Programs = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

    // Nothing the browser does by itself may reach the network or cost processor time.
    private static readonly string[] Switches =
    [
        "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
        "--disable-dev-shm-usage", "--font-render-hinting=none",
    ];

    private IPlaywright? driver;
    private IBrowser? browser;
    private AppServer? server;

    /// <summary>Skips the test where there is no browser.</summary>
    internal IBrowser Browser
    {
        get
        {
            Assert.SkipWhen(browser is null, $"Chromium is not installed ({string.Join(", ", Programs)}).");
            return browser;
        }
    }

    internal AppServer Server => server!;

    public async ValueTask InitializeAsync()
    {
        if (Array.Find(Programs, File.Exists) is not { } program) return;
        driver = await Playwright.CreateAsync();
        browser = await driver.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Switches, ChromiumSandbox = false });
        server = await AppServer.StartAsync(settings: "DataFlow:Samples=true");
        // All other tests run meanwhile: a moment that never comes is told from one that is late.
        Assertions.SetDefaultExpectTimeout(20_000);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        driver?.Dispose();
        if (server is not null) await server.DisposeAsync();
    }
}
