using System.Text.RegularExpressions;
using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class ExecutionsListTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Fact]
    public async Task A_row_appears_and_changes_while_the_list_is_open()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);
        var page = await OpenAsync($"/app/executions?workflow={workflow}");
        await Expect(page.GetByText("No execution matches")).ToBeVisibleAsync();

        var started = await Server.PostAsync($"/workflows/{workflow}/execute", "{}");
        var id = started.Json.GetProperty("execution_id").GetString()!;

        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = id });
        await Expect(row).ToContainTextAsync("Running");
        await Server.PostAsync($"/workflows/{workflow}/executions/{id}/cancel");
        await Expect(row).ToContainTextAsync("Cancelled");
    }

    [Fact]
    public async Task A_filter_is_in_the_address_and_survives_a_reload()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing.Replace("Nothing", "Filtered", StringComparison.Ordinal));
        var done = (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString()!;
        var page = await OpenAsync("/app/executions");
        var row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = done });
        await Expect(row).ToBeVisibleAsync();

        await page.GetByLabel("Workflow", new() { Exact = true }).SelectOptionAsync(workflow);
        await Expect(page).ToHaveURLAsync(new Regex($"workflow={workflow}"));
        var completed = page.GetByRole(AriaRole.Navigation, new() { Name = "Status" }).GetByRole(AriaRole.Link, new() { Name = "Completed" });
        await completed.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("status=completed", RegexOptions.IgnoreCase));
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);

        await page.ReloadAsync();
        await ReadyAsync(page);
        await Expect(completed).ToHaveAttributeAsync("aria-current", "true");
        await Expect(page.GetByLabel("Workflow", new() { Exact = true })).ToHaveValueAsync(workflow);
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await Expect(row).ToBeVisibleAsync();

        await page.GetByRole(AriaRole.Navigation, new() { Name = "Status" }).GetByRole(AriaRole.Link, new() { Name = "Completed" }).ClickAsync();
        await page.GetByRole(AriaRole.Navigation, new() { Name = "Status" }).GetByRole(AriaRole.Link, new() { Name = "Failed" }).ClickAsync();
        await Expect(page.GetByText("No execution matches")).ToBeVisibleAsync();
    }
}
