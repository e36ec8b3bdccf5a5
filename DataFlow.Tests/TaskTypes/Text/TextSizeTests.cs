using CsCheck;
using DataFlow.Engine.TaskTypes.Text;

namespace DataFlow.Tests.TaskTypes.Text;

public sealed class TextSizeTests
{
    [Theory]
    [InlineData("", 0, 0, 0, 0)]
    [InlineData("To be, or not to be", 19, 6, 1, 19)]
    [InlineData("e\u0301👨‍👩‍👧", 2, 1, 1, 21)]
    [InlineData("one\ntwo\n", 8, 2, 2, 8)]
    [InlineData("one\r\n\r\ntwo", 8, 2, 3, 10)]
    [InlineData("\n", 1, 0, 1, 1)]
    [InlineData("  spaced \t out ", 15, 2, 1, 15)]
    [InlineData("日本語", 3, 1, 1, 9)]
    public async Task It_counts_characters_words_lines_and_bytes(string text, int size, int words, int lines, int bytes)
    {
        var output = await Attempt.OfAsync(new TextSize(), new { text });
        Assert.Equal(
            (size, words, lines, bytes),
            (output.GetProperty("size").GetInt32(), output.GetProperty("words").GetInt32(), output.GetProperty("lines").GetInt32(), output.GetProperty("bytes").GetInt32()));
    }

    [Fact]
    public async Task Words_are_what_splitting_at_white_space_gives() =>
        await Gen.OneOf("a", "bc", " ", "\n", "\t", "\u00A0", "日").Array[0, 40].Select(string.Concat).SampleAsync(async text =>
            Assert.Equal(text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length, (await Attempt.OfAsync(new TextSize(), new { text })).GetProperty("words").GetInt32()));
}
