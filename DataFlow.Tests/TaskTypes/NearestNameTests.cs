using CsCheck;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.TaskTypes;

public sealed class NearestNameTests
{
    private static readonly string[] Names = ["Web.Download", "Web.ExtractText", "Text.Reverse", "Text.Size", "Flow.Wait", "url", "timeout_seconds"];

    [Theory]
    [InlineData("Web.Downlaod", "Web.Download")]
    [InlineData("web_download", "Web.Download")]
    [InlineData("WebExtractTxt", "Web.ExtractText")]
    [InlineData("Text.Revers", "Text.Reverse")]
    [InlineData("Text.Sise", "Text.Size")]
    [InlineData("timeoutSeconds", "timeout_seconds")]
    [InlineData("timeout_second", "timeout_seconds")]
    [InlineData("ulr", "url")]
    [InlineData("urls", "url")]
    [InlineData("timeout", "timeout_seconds")]
    [InlineData("web.extract_text_from_html", "Web.ExtractText")]
    public void A_slip_finds_its_name(string written, string meant) => Assert.Equal(meant, NearestName.Find(written, Names));

    [Theory]
    [InlineData("")]
    [InlineData("__")]
    [InlineData("x")]
    [InlineData("headers")]
    [InlineData("Database.Query")]
    public void What_is_far_from_all_finds_none(string written) => Assert.Null(NearestName.Find(written, Names));

    [Fact]
    public void Endless_words_find_none() => Assert.Null(NearestName.Find(new string('a', 1_000_000), [new string('a', 1_000_001)]));

    [Fact]
    public void The_nearer_wins_and_the_first_on_a_tie()
    {
        Assert.Equal("abcdef", NearestName.Find("abcdeg", ["abcdxx", "abcdef"]));
        Assert.Equal("cat", NearestName.Find("bat", ["cat", "hat"]));
    }

    [Fact]
    public void One_slip_in_any_name_of_six_letters_or_more_is_found() =>
        Gen.Select(Gen.Char['a', 'y'].Array[6, 20].Select(letters => new string(letters)), Gen.Int[0, 4], Gen.Int[0, 3]).Sample((name, at, kind) =>
        {
            var slip = kind switch
            {
                0 => name.Remove(at, 1),
                1 => name.Insert(at, "z"),
                2 => $"{name[..at]}z{name[(at + 1)..]}",
                _ => $"{name[..at]}{name[at + 1]}{name[at]}{name[(at + 2)..]}",
            };
            Assert.Equal(name, NearestName.Find(slip, ["1234567890", name]));
        });
}
