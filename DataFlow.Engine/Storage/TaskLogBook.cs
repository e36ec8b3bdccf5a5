using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Storage;

/// <summary>What is kept of an execution's lines so far, and whether one more is: the same in every store.</summary>
internal struct TaskLogBook(int lines, long bytes, bool isFull)
{
    /// <summary>Said once, in place of what is dropped.</summary>
    public const string FullText = "The log of this execution is full: what follows is dropped, except errors.";

    public const int LongestPage = 1_000;

    /// <summary>The last line's number.</summary>
    public int Lines { get; private set; } = lines;

    public long Bytes { get; private set; } = bytes;

    public bool IsFull { get; private set; } = isFull;

    /// <summary>Enters a line, or the word that there is no more room, or nothing.</summary>
    public TaskLogLine? Enter(NewTaskLogLine line, TaskLogLimits limits)
    {
        var size = Encoding.UTF8.GetByteCount(line.Text);
        if (!IsFull)
        {
            if (Lines < limits.Lines && Bytes + size <= limits.Bytes) return Number(line, size);
            IsFull = true;
            return Number(line with { Level = TaskLogLevel.Warning, Text = FullText }, FullText.Length);
        }
        var (mostLines, mostBytes) = (limits.Lines + limits.Lines / 10, limits.Bytes + limits.Bytes / 10);
        return line.Level == TaskLogLevel.Error && Lines < mostLines && Bytes + size <= mostBytes ? Number(line, size) : null;
    }

    /// <summary>Enters lines in order.</summary>
    public ImmutableArray<TaskLogLine> Enter(IEnumerable<NewTaskLogLine> added, TaskLogLimits limits, Action<TaskLogLine, TaskLogBook> keep)
    {
        var entered = ImmutableArray.CreateBuilder<TaskLogLine>();
        foreach (var line in added)
        {
            var wasFull = IsFull;
            if (Enter(line, limits) is not { } kept) continue;
            entered.Add(kept);
            keep(kept, this);
            // The error that found the log full is still an error.
            if (!wasFull && IsFull && Enter(line, limits) is { } error)
            {
                entered.Add(error);
                keep(error, this);
            }
        }
        return entered.DrainToImmutable();
    }

    /// <summary>Whether a line is one of those asked for.</summary>
    public static bool Matches(TaskLogQuery query, string taskRef, TaskLogLevel level) =>
        (query.Ref is null || query.Ref == taskRef) && (query.AtLeast is not { } least || level >= least);

    /// <inheritdoc cref="Matches(TaskLogQuery, string, TaskLogLevel)"/>
    public static bool Matches(TaskLogQuery query, string text) => query.Text is null || text.Contains(query.Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>The number a page goes on after.</summary>
    /// <exception cref="InvalidCursorException">It is none.</exception>
    public static int After(TaskLogQuery query) =>
        query.Cursor is null ? 0
        : int.TryParse(query.Cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw new InvalidCursorException();

    /// <summary>A page of lines, of which one more than asked for may be given.</summary>
    public static Page<TaskLogLine> Page(List<TaskLogLine> found, int limit) =>
        found.Count <= limit ? new([.. found], null) : new([.. found.Take(limit)], found[limit - 1].Number.ToString(CultureInfo.InvariantCulture));

    public static int Limit(TaskLogQuery query) => Math.Clamp(query.Limit, 1, LongestPage);

    private TaskLogLine Number(NewTaskLogLine line, int size)
    {
        (Lines, Bytes) = (Lines + 1, Bytes + size);
        return new TaskLogLine(Lines, StoredTime.Round(line.At), line.Ref, line.Attempt, line.Level, line.Text);
    }
}
