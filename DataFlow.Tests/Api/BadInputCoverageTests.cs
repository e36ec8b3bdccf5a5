using System.Globalization;

namespace DataFlow.Tests.Api;

public sealed class BadInputCoverageTests
{
    /// <summary>Rows about what does not exist yet: schedules (43), tokens, scopes and rate limits of a login (56 to 58).</summary>
    private static readonly int[] s_notYet = [43, 56, 57, 58];

    [Fact]
    public void Every_row_about_something_that_exists_is_tested()
    {
        var covered = Directory.EnumerateFiles(BadInputRows.Root, "*.json", SearchOption.AllDirectories).SelectMany(BadInputRows.Read)
            .SelectMany(row => Numbers(row.GetProperty("row").GetString()!)).ToHashSet();

        Assert.Equal(s_notYet, Enumerable.Range(1, 70).Except(covered));
    }

    private static IEnumerable<int> Numbers(string rows) => rows.Split(", ").SelectMany(Range);

    private static IEnumerable<int> Range(string rows)
    {
        var ends = rows.Split('-').Select(end => int.TryParse(end, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}
