using CsCheck;
using DataFlow.Engine.TaskTypes.Text;

namespace DataFlow.Tests.TaskTypes.Text;

public sealed class TextReverseTests
{
    private static async Task<string?> ReverseAsync(string text) => (await Attempt.OfAsync(new TextReverse(), new { text })).GetProperty("text").GetString();

    [Theory]
    [InlineData("", "")]
    [InlineData("stressed", "desserts")]
    [InlineData("Ωmega 1", "1 agemΩ")]
    [InlineData("e\u0301a", "ae\u0301")]
    [InlineData("👨‍👩‍👧!🇩🇪", "🇩🇪!👨‍👩‍👧")]
    [InlineData("a\r\nb", "b\r\na")]
    [InlineData("👍🏽x", "x👍🏽")]
    public async Task Characters_change_places_but_stay_whole(string text, string reversed) => Assert.Equal(reversed, await ReverseAsync(text));

    [Fact]
    public async Task Twice_reversed_is_the_text_itself() =>
        await Gen.OneOf("a", "Z", " ", "é", "e\u0301", "日", "👍🏽", "👨‍👩‍👧", "🇩🇪", "\n", "한", "ß").Array[0, 40].Select(string.Concat)
            .SampleAsync(async text => Assert.Equal(text, await ReverseAsync((await ReverseAsync(text))!)));
}
