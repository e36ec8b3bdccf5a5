using DataFlow.Tests.Support;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Extensions.Configuration;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

public sealed class AccessibilityTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    // Axe leaves the size of what is pressed (24 px, or room around it) out unless it is asked for.
    private static readonly AxeRunOptions Everything = new() { ResultTypes = [ResultType.Violations], Rules = new() { ["target-size"] = new RuleOptions { Enabled = true } } };

    // What the scheme changes is colour; the rest is looked at once.
    private static readonly AxeRunOptions Colours = new() { ResultTypes = [ResultType.Violations], RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast"] } };

    [Fact]
    public async Task Nothing_is_found_against_any_page_in_light_or_dark_and_each_has_a_title_and_one_heading_and_fits_a_telephone()
    {
        var found = new List<string>();
        // All of them, unless somebody who puts a few right has asked for these: LOOKS=home,editor-merge.
        var only = new ConfigurationBuilder().AddEnvironmentVariables().Build()["LOOKS"]?.Split(',');
        foreach (var look in (await LooksAsync()).Where(look => only?.Contains(look.Name) is not false))
        {
            var page = await OpenAsync(look.Path, server: look.Server);
            await look.Arrange(page);
            await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Loading" })).ToHaveCountAsync(0);
            foreach (var violation in (await page.RunAxe(Everything)).Violations) found.Add(Say(look, violation));
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            foreach (var violation in (await page.RunAxe(Colours)).Violations) found.Add($"dark, {Say(look, violation)}");

            if (await page.Locator("h1").CountAsync() is var headings and not 1) found.Add($"{look.Name}: {headings} headings of level 1");
            if (!(await page.TitleAsync()).Contains("Data Flow", StringComparison.Ordinal)) found.Add($"{look.Name}: titled {await page.TitleAsync()}");
            await page.SetViewportSizeAsync(390, 844);
            if (await page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - innerWidth") is var over and > 0) found.Add($"{look.Name}: {over} px too wide for 390 px");
            await page.Context.CloseAsync();
        }
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    [Fact]
    public async Task A_page_has_its_landmarks_and_its_keyboard_way_past_them()
    {
        var page = await OpenAsync("/app/executions");
        await Expect(page.GetByRole(AriaRole.Banner)).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Main)).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Main" })).ToHaveCountAsync(1);

        var skip = page.GetByRole(AriaRole.Link, new() { Name = "Skip to content" });
        await skip.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Main)).ToBeFocusedAsync();
    }

    private static string Say(BrowserLook look, AxeResultItem violation) =>
        $"{look.Name}: {violation.Impact} {violation.Id}: {violation.Help}"
        + string.Concat(violation.Nodes.Take(3).Select(node => $"{Environment.NewLine}    {node.Html} {string.Join("; ", node.Any.Select(check => check.Message))}"));
}
