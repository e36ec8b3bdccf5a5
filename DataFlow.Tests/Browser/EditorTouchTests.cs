using DataFlow.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace DataFlow.Tests.Browser;

/// <summary>The canvas under fingers. What the browser is told is what a touch screen tells it.</summary>
public sealed class EditorTouchTests(BrowserFixture fixture) : BrowserTest(fixture)
{
    private const string Two =
        """{"name":"Touched","tasks":[{"ref":"first","type":"Text.Static","input":{"text":"one"}},{"ref":"second","type":"Text.Reverse","input":{"text":"{{refs.first.output.text}}"}}]}""";

    [Fact]
    public async Task Two_fingers_zoom_about_the_place_between_them()
    {
        var (desk, fingers) = await OpenEditorAsync();
        var before = await BoxAsync(desk);
        // The middle between the fingers stays where it is on the card.
        var (x, y) = (before.X + (before.Width / 2), before.Y + (before.Height / 2));

        await fingers.DownAsync((x - 40, y), (x + 40, y));
        for (var away = 40; away <= 60; away += 5) await fingers.MoveAsync((x - away, y), (x + away, y));
        await fingers.UpAsync();

        await Expect(desk.Page.GetByTitle("Actual size (1)")).ToHaveTextAsync("150%");
        var after = await BoxAsync(desk);
        Assert.InRange(after.Width / before.Width, 1.45, 1.55);
        Assert.InRange(after.X + (after.Width / 2), x - 2, x + 2);
        Assert.InRange(after.Y + (after.Height / 2), y - 2, y + 2);
        await Expect(desk.Canvas.GetByRole(AriaRole.Button, new() { Pressed = true })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Two_fingers_that_move_together_take_the_picture_along_and_leave_its_size()
    {
        var (desk, fingers) = await OpenEditorAsync();
        var before = await BoxAsync(desk);
        var (x, y) = (before.X + 20, before.Y + 20);

        await fingers.DownAsync((x, y), (x + 80, y));
        for (var by = 0; by <= 60; by += 10) await fingers.MoveAsync((x - by, y + by), (x + 80 - by, y + by));
        await fingers.UpAsync();

        await Expect(desk.Page.GetByTitle("Actual size (1)")).ToHaveTextAsync("100%");
        var after = await BoxAsync(desk);
        Assert.InRange(after.X, before.X - 62, before.X - 58);
        Assert.InRange(after.Y, before.Y + 58, before.Y + 62);
    }

    [Fact]
    public async Task One_finger_pans_even_from_a_card_and_a_tap_chooses()
    {
        var (desk, fingers) = await OpenEditorAsync();
        var before = await BoxAsync(desk);
        var (x, y) = (before.X + (before.Width / 2), before.Y + (before.Height / 2));

        await fingers.DownAsync((x, y));
        for (var by = 0; by <= 90; by += 15) await fingers.MoveAsync((x + by, y + by));
        await fingers.UpAsync();
        var after = await BoxAsync(desk);
        Assert.InRange(after.X, before.X + 88, before.X + 92);
        Assert.InRange(after.Y, before.Y + 88, before.Y + 92);
        await Expect(desk.Canvas.GetByRole(AriaRole.Button, new() { Pressed = true })).ToHaveCountAsync(0);

        await fingers.DownAsync((x + 90, y + 90));
        await fingers.UpAsync();
        await Expect(desk.Form("first")).ToBeVisibleAsync();
        await Expect(desk.Page.GetByText("Unsaved changes")).ToHaveCountAsync(0);
    }

    private async Task<(EditorDesk Desk, Fingers Fingers)> OpenEditorAsync()
    {
        var desk = await new EditorDesk(await OpenAsync($"/app/workflows/{await Server.CreateAsync(Two)}")).ReadyAsync(2);
        await desk.Page.GetByTitle("Actual size (1)").ClickAsync();
        await Expect(desk.Page.GetByTitle("Actual size (1)")).ToHaveTextAsync("100%");
        return (desk, new Fingers(await desk.Page.Context.NewCDPSessionAsync(desk.Page)));
    }

    private static async Task<LocatorBoundingBoxResult> BoxAsync(EditorDesk desk)
    {
        // What moved last is drawn with the next picture.
        await desk.Page.EvaluateAsync("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
        return (await desk.Card("first").BoundingBoxAsync())!;
    }

    /// <summary>Fingers on the screen, by the browser's own protocol: Playwright itself only taps.</summary>
    private sealed class Fingers(ICDPSession session)
    {
        public Task DownAsync(params (float X, float Y)[] at) => SendAsync("touchStart", at);

        public Task MoveAsync(params (float X, float Y)[] at) => SendAsync("touchMove", at);

        public Task UpAsync() => SendAsync("touchEnd", []);

        private async Task SendAsync(string type, (float X, float Y)[] at) => await session.SendAsync("Input.dispatchTouchEvent", new()
        {
            ["type"] = type,
            ["touchPoints"] = at.Select((finger, id) => new { x = finger.X, y = finger.Y, id }).ToArray(),
        });
    }
}
