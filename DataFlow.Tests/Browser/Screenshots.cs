using DataFlow.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>Pictures of every page for people to judge: <c>SCREENSHOTS=folder DataFlow.Tests -class '*.Screenshots' -explicit only</c>.</summary>
public sealed class Screenshots(BrowserFixture fixture) : BrowserTest(fixture)
{
    [Theory(Explicit = true)]
    [InlineData("light", 1440, 900)]
    [InlineData("dark", 1440, 900)]
    [InlineData("light-narrow", 390, 844)]
    public async Task Every_page_is_pictured(string name, int width, int height)
    {
        var asked = new ConfigurationBuilder().AddEnvironmentVariables().Build();
        var folder = asked["SCREENSHOTS"] ?? "screenshots";
        var only = asked["SCREENSHOTS_ONLY"]?.Split(',');
        var missed = new List<string>();
        foreach (var look in (await LooksAsync()).Where(look => only?.Contains(look.Name) is not false))
        {
            var page = await OpenAsync(look.Path, name == "dark" ? ColorScheme.Dark : ColorScheme.Light, width, height, look.Server);
            try
            {
                await look.Arrange(page);
                await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "Loading" })).ToHaveCountAsync(0);
            }
            catch (Exception exception) when (exception is PlaywrightException or TimeoutException)
            {
                // What it looked like instead is worth seeing, and the others are not held up.
                missed.Add($"{look.Name}: {exception.Message}");
            }
            await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"{look.Name}-{name}.png"), Animations = ScreenshotAnimations.Disabled });
            await page.Context.CloseAsync();
        }
        Assert.True(missed.Count == 0, string.Join(Environment.NewLine, missed));
    }
}
