using DataFlow.Web.Components.Executions;
using DataFlow.Web.Components.Values;

namespace DataFlow.Tests.Components;

public sealed class TextTests
{
    [Theory]
    [InlineData(0.0004, "< 1 ms")]
    [InlineData(0.34, "340 ms")]
    [InlineData(1.24, "1.2 s")]
    [InlineData(42.4, "42 s")]
    [InlineData(185, "3 min 05 s")]
    [InlineData(7_800, "2 h 10 min")]
    [InlineData(273_600, "3 d 4 h")]
    public void Duration_is_written_as_people_read_it(double seconds, string expected) => Assert.Equal(expected, TimeText.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.4, "0 s")]
    [InlineData(3.9, "3 s")]
    [InlineData(65.9, "1 min 05 s")]
    public void Ticking_shows_whole_seconds_only(double seconds, string expected) => Assert.Equal(expected, TimeText.Ticking(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-2, "just now")]
    [InlineData(-40, "40 s ago")]
    [InlineData(-3_600, "1 h ago")]
    [InlineData(90, "in 1 min")]
    [InlineData(-864_000, "22 Feb, 13:00")]
    public void Ago_is_relative_until_it_is_old_and_then_in_the_readers_zone(int seconds, string expected) =>
        Assert.Equal(expected, TimeText.Ago(PageContext.Noon.AddSeconds(seconds), PageContext.Noon, TimeZoneInfo.CreateCustomTimeZone("+1", TimeSpan.FromHours(1), "+1", "+1")));

    [Fact]
    public void Cut_keeps_every_character()
    {
        var pieces = TextSearch.Cut("one Two one", "ONE");
        Assert.Equal([("one", true), (" Two ", false), ("one", true)], pieces.Select(piece => (piece.Text, piece.Found)));
    }

    [Fact]
    public void Curl_survives_quotes_in_the_input() =>
        Assert.Equal("""curl -X POST 'http://localhost:5000/workflows/wf-1/execute' -H 'Content-Type: application/json' -d '{"input":{"t":"it'\''s"},"webhook_url":"https://x.example/h"}'""",
            CurlCommand.Execute("http://localhost:5000/", "wf-1", PageContext.Json("""{"t":"it's"}"""), "https://x.example/h"));
}
