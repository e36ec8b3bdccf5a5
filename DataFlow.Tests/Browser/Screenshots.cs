using DataFlow.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>Pictures of every page for people to judge: <c>SCREENSHOTS=folder DataFlow.Tests -class '*.Screenshots' -explicit only</c>.</summary>
public sealed class Screenshots(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Fact(Explicit = true)]
    public async Task Every_page_is_pictured_in_light_in_dark_and_on_a_telephone()
    {
        var asked = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var folder = asked["SCREENSHOTS"] ?? "screenshots";
        var only = asked["SCREENSHOTS_ONLY"]?.Split(',');
        var failed = new List<string>();
        foreach (var look in (await LooksAsync()).Where(look => only?.Contains(look.Name) is not false))
        {
            var page = await OpenAsync(look.Path, server: look.Server);
            try
            {
                await look.Arrange(page);
                await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Loading" })).ToHaveCountAsync(0);
                await SaveAsync("light");
                await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
                await SaveAsync("dark");
                await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
                await page.SetViewportSizeAsync(390, 844);
                await SaveAsync("light-narrow");
                // A telephone shows little at a time: this is all that can be scrolled to.
                var height = await page.EvaluateAsync<int>("document.documentElement.scrollHeight");
                if (height > 844)
                {
                    await page.SetViewportSizeAsync(390, Math.Min(height, 4_000));
                    await SaveAsync("light-narrow-whole");
                }
            }
            catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
            {
                // The others are worth looking at all the same.
                failed.Add($"{look.Name}: {exception.Message}");
            }
            await page.Context.CloseAsync();

            Task SaveAsync(string name) => page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{look.Name}-{name}.png"), Animations = ScreenshotAnimations.Disabled });
        }
        Assert.True(failed.Count == 0, string.Join(Environment.NewLine, failed));
    }
}
