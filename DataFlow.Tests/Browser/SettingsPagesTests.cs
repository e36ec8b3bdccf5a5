using System.Text.RegularExpressions;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class SettingsPagesTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Fact]
    public async Task Settings_are_one_place_with_a_way_to_each_part()
    {
        var page = await OpenAsync("/");
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Main" }).GetByRole(AriaRole.Link, new() { Name = "Settings" }).ClickAsync();
        await Expect(Heading(page, "Webhooks")).ToBeVisibleAsync();
        foreach (var (link, address) in new[] { ("Storage", "storage"), ("About", "about"), ("Webhooks", "webhooks") })
        {
            var there = page.GetByRole(AriaRole.Navigation, new() { Name = "Settings" }).GetByRole(AriaRole.Link, new() { Name = link });
            await there.ClickAsync();
            await Expect(Heading(page, link)).ToBeVisibleAsync();
            await Expect(page).ToHaveURLAsync(new Regex($"/app/settings/{address}$"));
            await Expect(there).ToHaveAttributeAsync("aria-current", "page");
        }
    }

    [Fact]
    public async Task Storage_tells_what_is_kept_shows_what_would_go_and_prunes_it()
    {
        // Two may stay, and nobody looks at the limits by himself within the test.
        var server = Keep(await AppServer.StartAsync(settings: ["DataFlow:Retention:MaxExecutions=2", "DataFlow:Retention:IntervalSeconds=3600"]));
        var workflow = await server.CreateAsync(Definitions.Nothing);
        for (var i = 0; i < 5; i++) await server.RunAsync(workflow);
        var page = await OpenAsync("/app/settings/storage", server: server);

        await Expect(Region(page, "By workflow").GetByRole(AriaRole.Row).Filter(new() { HasText = "Nothing" })).ToContainTextAsync("5");
        await Expect(Region(page, "What uses how much").GetByRole(AriaRole.Row).Filter(new() { HasText = "Journals" })).ToBeVisibleAsync();
        var rule = page.GetByRole(AriaRole.List, new() { Name = "Limits" }).GetByRole(AriaRole.Listitem).Filter(new() { HasText = "In all" });
        await Expect(rule).ToContainTextAsync("2");
        await Expect(rule).ToContainTextAsync("DataFlow:Retention:MaxExecutions");

        await Button(page, "Prune now").ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("Up to 3 executions will go");
        await Expect(dialog.GetByRole(AriaRole.List, new() { Name = "What goes" })).ToContainTextAsync("In all: over 2");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Prune", Exact = true }).ClickAsync();
        await Expect(dialog.GetByRole(AriaRole.Status)).ToContainTextAsync("3 executions removed");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Expect(Region(page, "By workflow").GetByRole(AriaRole.Row).Filter(new() { HasText = "Nothing" })).ToContainTextAsync("2");
        Assert.Equal(2, (await server.GetAsync("/executions")).Json.GetProperty("executions").GetArrayLength());

        await page.GetByText("How to change them").ClickAsync();
        await Expect(page.GetByLabel("In appsettings.json", new() { Exact = true })).ToContainTextAsync("\"MaxExecutions\": 2");
    }

    [Fact]
    public async Task About_tells_what_runs_here_and_every_setting_but_no_secret()
    {
        var server = Keep(await AppServer.StartAsync(settings: ["OpenAI:ApiKey=sk-nobody-may-see", "DataFlow:MaxConcurrentExecutions=17"]));
        var page = await OpenAsync("/app/settings/about", server: server);
        await Expect(Region(page, "This server")).ToContainTextAsync(server.DataFolder);
        await Expect(Region(page, "This server")).ToContainTextAsync(server.Address.GetLeftPart(UriPartial.Authority));
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Checks" }).GetByRole(AriaRole.Listitem)).ToHaveCountAsync(4);
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "API description" })).ToHaveAttributeAsync("href", "/openapi/v1.json");

        var settings = Region(page, "Settings in force");
        await settings.GetByRole(AriaRole.Checkbox, new() { Name = "Only those that were changed" }).CheckAsync();
        await Expect(page).ToHaveURLAsync(new Regex("settings=changed"));
        var changed = settings.GetByRole(AriaRole.Row).Filter(new() { HasText = "DataFlow:MaxConcurrentExecutions" });
        await Expect(changed).ToContainTextAsync("17");
        await Expect(changed).ToContainTextAsync("command line");
        await Expect(settings.GetByRole(AriaRole.Row).Filter(new() { HasText = "OpenAI:ApiKey" })).ToContainTextAsync("set");
        await Expect(settings.GetByRole(AriaRole.Row).Filter(new() { HasText = "DataFlow:StopSeconds" })).ToHaveCountAsync(0);
        Assert.DoesNotContain("nobody-may-see", await page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_link_of_about_leads_somewhere()
    {
        var page = await OpenAsync("/app/settings/about");
        var links = await Region(page, "For programs and people").GetByRole(AriaRole.Link).AllAsync();
        Assert.True(links.Count >= 5);
        foreach (var link in links)
        {
            var address = await link.GetAttributeAsync("href");
            Assert.True((await Server.GetAsync(address!)).Status == 200, address);
        }
    }

    private static ILocator Heading(IPage page, string name) => page.GetByRole(AriaRole.Heading, new() { Name = name, Exact = true, Level = 1 });
}
