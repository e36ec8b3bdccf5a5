using System.Collections.Immutable;
using System.Globalization;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Api.Contracts;

namespace DataFlow.Web.Live;

/// <summary>A place in the merged log: the last event and the last line of a task that were told.</summary>
internal readonly record struct LogPlace(int Sequence, int Number)
{
    /// <summary><c>null</c>: it is none.</summary>
    public static LogPlace? Read(string? cursor)
    {
        if (cursor is null) return default(LogPlace);
        var (dot, style) = (cursor.IndexOf('.', StringComparison.Ordinal), NumberStyles.None);
        return dot > 0 && int.TryParse(cursor.AsSpan(0, dot), style, CultureInfo.InvariantCulture, out var sequence) && int.TryParse(cursor.AsSpan(dot + 1), style, CultureInfo.InvariantCulture, out var number)
            ? new LogPlace(sequence, number)
            : null;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Sequence}.{Number}");
}

/// <summary>Puts events and lines of tasks in the order of time, each kept in its own order.</summary>
internal static class LogMerge
{
    /// <param name="events">The whole journal.</param>
    /// <param name="lines">The page of lines after the place.</param>
    /// <param name="query">Which of the events to tell, too.</param>
    /// <param name="place">After which to begin.</param>
    /// <param name="limit">How many.</param>
    public static LogList Page(ImmutableArray<ExecutionEvent> events, Page<TaskLogLine> lines, TaskLogQuery query, LogPlace place, int limit)
    {
        var told = Told(events, place.Sequence, query).GetEnumerator();
        var (hasEvent, at) = (told.MoveNext(), 0);
        var page = new List<LogLine>();
        while (page.Count < limit && (hasEvent || at < lines.Items.Length))
        {
            if (hasEvent && (at == lines.Items.Length || Rounded(told.Current.At) <= lines.Items[at].At))
            {
                page.Add(told.Current);
                place = place with { Sequence = told.Current.Sequence!.Value };
                hasEvent = told.MoveNext();
            }
            else
            {
                var line = lines.Items[at++];
                page.Add(Line(line));
                place = place with { Number = line.Number };
            }
        }
        return new LogList(page, hasEvent || at < lines.Items.Length || lines.NextCursor is not null ? place.ToString() : null);
    }

    /// <summary>A task's line as the API tells it.</summary>
    public static LogLine Line(TaskLogLine line) => new(line.At, Word(line.Level), line.Ref, line.Text, line.Attempt, null, line.Number);

    /// <summary>Levels in the words of the API.</summary>
    public static string Word(TaskLogLevel level) => level switch
    {
        TaskLogLevel.Debug => "debug",
        TaskLogLevel.Information => "info",
        TaskLogLevel.Warning => "warning",
        _ => "error",
    };

    private static IEnumerable<LogLine> Told(ImmutableArray<ExecutionEvent> events, int after, TaskLogQuery query)
    {
        for (var i = Math.Min(after, events.Length); i < events.Length; i++)
        {
            var (level, line) = EventLog.Line(events[i], i + 1);
            if ((query.Ref is null || query.Ref == line.Ref) && (query.AtLeast is not { } least || level >= least)
                && (query.Text is null || line.Message.Contains(query.Text, StringComparison.OrdinalIgnoreCase))) yield return line;
        }
    }

    /// <summary>Times of lines are kept to the microsecond, rounded down.</summary>
    private static DateTimeOffset Rounded(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMicrosecond));
}
