using DataFlow.Engine.TaskTypes;

namespace DataFlow.Web.Components.Executions;

/// <summary>A row of a log: a line, or a part of one that has line ends in it. All rows are equally high, so that only those that are seen need be drawn.</summary>
/// <param name="Line">The line.</param>
/// <param name="Text">What stands in this row.</param>
/// <param name="IsFirst">Whether it begins the line.</param>
public sealed record LogRow(TaskLogLine Line, string Text, bool IsFirst);

/// <summary>What of a log is shown.</summary>
/// <param name="Ref">Of this task; <c>null</c>: of all.</param>
/// <param name="AtLeast">Of this level or above.</param>
/// <param name="Until">Written until then; <c>null</c>: all.</param>
public sealed record LogFilter(string? Ref = null, TaskLogLevel AtLeast = TaskLogLevel.Debug, DateTimeOffset? Until = null)
{
    public IEnumerable<LogRow> Rows(IEnumerable<TaskLogLine> lines)
    {
        foreach (var line in lines)
        {
            if ((Ref is not null && line.Ref != Ref) || line.Level < AtLeast || line.At > Until) continue;
            var rest = line.Text.TrimEnd('\n', '\r');
            for (var isFirst = true; ; isFirst = false)
            {
                var end = rest.IndexOf('\n', StringComparison.Ordinal);
                yield return new LogRow(line, end < 0 ? rest : rest[..end].TrimEnd('\r'), isFirst);
                if (end < 0) break;
                rest = rest[(end + 1)..];
            }
        }
    }

    /// <summary>Where a word stands: positions in a list of rows.</summary>
    public static List<int> Find(IReadOnlyList<LogRow> rows, string word)
    {
        var found = new List<int>();
        if (word.Length == 0) return found;
        for (var i = 0; i < rows.Count; i++)
            if (rows[i].Text.Contains(word, StringComparison.OrdinalIgnoreCase)) found.Add(i);
        return found;
    }
}
