using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class LogRowsTests
{
    private static readonly TaskLogLine[] Lines =
    [
        new(1, PageContext.Noon, "a", 1, TaskLogLevel.Information, "begins"),
        new(2, PageContext.Noon.AddSeconds(1), "b", 1, TaskLogLevel.Warning, "first\r\nsecond\n\nfourth\n"),
        new(3, PageContext.Noon.AddSeconds(2), "a", 2, TaskLogLevel.Error, "ends"),
    ];

    private static IEnumerable<(int, string, bool)> Rows(LogFilter filter) => filter.Rows(Lines).Select(row => (row.Line.Number, row.Text, row.IsFirst));

    [Fact]
    public void A_line_with_line_ends_in_it_takes_as_many_rows() =>
        Assert.Equal([(1, "begins", true), (2, "first", true), (2, "second", false), (2, "", false), (2, "fourth", false), (3, "ends", true)], Rows(new LogFilter()));

    [Fact]
    public void Only_lines_of_a_task_are_shown() => Assert.Equal([1, 3], Rows(new LogFilter("a")).Select(row => row.Item1));

    [Fact]
    public void Only_lines_that_matter_enough_are_shown() => Assert.Equal([3], Rows(new LogFilter(AtLeast: TaskLogLevel.Error)).Select(row => row.Item1));

    [Fact]
    public void Lines_after_the_moment_shown_are_left_out() => Assert.Equal([1], Rows(new LogFilter(Until: PageContext.Noon.AddMilliseconds(900))).Select(row => row.Item1));

    [Fact]
    public void A_word_is_found_whatever_its_case() => Assert.Equal([0, 5], LogFilter.Find([.. new LogFilter().Rows(Lines)], "S").Where(at => at is 0 or 5));

    [Theory]
    [InlineData(null, 120L, 300L, "items", "page 2", "40 %, 120 of 300 items, page 2")]
    [InlineData(43.9, null, null, null, null, "43 %")]
    [InlineData(null, 1_200_000L, 2_800_000L, "bytes", null, "42 %, 1.2 of 2.8 MB")]
    [InlineData(null, 12_345L, null, "rows", null, "12,345 rows")]
    public void Progress_is_told_in_the_units_it_has(double? percent, long? done, long? total, string? unit, string? note, string words) =>
        Assert.Equal(words, ProgressText.Words(new TaskProgress("a", 1, PageContext.Noon, percent, done, total, unit, note)));
}
