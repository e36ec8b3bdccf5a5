using System.Globalization;
using CsCheck;
using DataFlow.Engine.TaskTypes.Text;

namespace DataFlow.Tests.TaskTypes.Text;

public sealed class TextTruncateTests
{
    private static async Task<(string Text, bool Truncated)> TruncateAsync(string text, int length, string ellipsis = "…")
    {
        var output = await Attempt.OfAsync(new TextTruncate(), new { text, length, ellipsis });
        return (output.GetProperty("text").GetString()!, output.GetProperty("truncated").GetBoolean());
    }

    [Theory]
    [InlineData("hello", 5, "…", "hello", false)]
    [InlineData("hello", 9, "…", "hello", false)]
    [InlineData("hello", 4, "…", "hel…", true)]
    [InlineData("hello", 4, "", "hell", true)]
    [InlineData("hello", 0, "…", "", true)]
    [InlineData("hello", 2, "...", "..", true)]
    [InlineData("", 0, "…", "", false)]
    [InlineData("👨‍👩‍👧👍🏽ab", 3, "…", "👨‍👩‍👧👍🏽…", true)]
    [InlineData("👨‍👩‍👧👍🏽", 2, "…", "👨‍👩‍👧👍🏽", false)]
    public async Task It_cuts_to_the_length_and_says_so(string text, int length, string ellipsis, string expected, bool truncated) =>
        Assert.Equal((expected, truncated), await TruncateAsync(text, length, ellipsis));

    [Fact]
    public async Task The_ellipsis_has_a_default() =>
        Assert.Equal("h…", (await Attempt.OfAsync(new TextTruncate(), new { text = "hello", length = 2 })).GetProperty("text").GetString());

    [Fact]
    public async Task The_result_never_exceeds_the_length_and_never_splits_a_character() =>
        await Gen.Select(Gen.OneOf("a", "e\u0301", "日", "👍🏽", "👨‍👩‍👧", "🇩🇪", "\r\n").Array[0, 30].Select(string.Concat), Gen.Int[0, 20], Gen.OneOf("…", "...", "", "\u0301", "👍"))
            .SampleAsync(async (text, length, ellipsis) =>
            {
                var (result, truncated) = await TruncateAsync(text, length, ellipsis);
                var elements = new StringInfo(text).LengthInTextElements;
                Assert.True(new StringInfo(result).LengthInTextElements <= length);
                Assert.Equal(elements > length, truncated);
                Assert.Equal(truncated, result != text);
                Assert.All(result.EnumerateRunes(), rune => Assert.NotEqual(System.Text.Rune.ReplacementChar, rune));
            });
}
