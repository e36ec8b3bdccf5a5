using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// One page of executions, newest first. Indexes say which rows can be in it (<see cref="ListSources"/>), each row says whether it is; after
/// <see cref="MostExamined"/> places the page ends where it is, with a cursor to go on.
/// </summary>
internal sealed class ExecutionList(Connection connection, ExecutionQuery query)
{
    public const int MostExamined = 20_000;

    private static readonly Sql s_firstKey = new("SELECT first_key FROM created_minute WHERE minute >= ? ORDER BY minute LIMIT 1");
    private static readonly Sql s_lastKey = new("SELECT last_key FROM created_minute WHERE minute <= ? ORDER BY minute DESC LIMIT 1");

    // Of the minute itself many may be too late; left to the list, each would be read whole.
    private static readonly Sql s_lastKeyBefore = new("SELECT key FROM execution WHERE key <= ? AND created_at <= ? ORDER BY key DESC LIMIT 1");

    private static readonly Sql s_row = new($"SELECT {ExecutionReads.Columns}, e.labels FROM execution e WHERE e.key = ?");

    private readonly ExecutionFilter _filter = new(query);
    private readonly Meter _meter = new();
    private readonly Dictionary<(string, int), string?> _names = [];
    private readonly Dictionary<string, ImmutableSortedDictionary<string, string>> _labels = new(StringComparer.Ordinal);

    public Page<ExecutionSummary> Read()
    {
        var list = Lists.Describe(query);
        var before = Cursor.Decode(query.Cursor, list)?.Major;
        var first = query.CreatedFrom is { } from ? FindKey(s_firstKey, from) ?? long.MaxValue : 0;
        var last = query.CreatedTo is { } to ? FindLast(to) ?? 0 : long.MaxValue;
        last = Math.Min(last, before - 1 ?? long.MaxValue);
        // Sources and rows of one moment.
        connection.Execute("BEGIN");
        var page = Read(list, first, last);
        connection.Execute("COMMIT");
        return page;
    }

    private Page<ExecutionSummary> Read(string list, long first, long last)
    {
        if (first > last || new ListSources(connection, query, first, _meter).Choose() is not { } sources)
            return new Page<ExecutionSummary>([], null);
        try
        {
            var items = ImmutableArray.CreateBuilder<ExecutionSummary>();
            var limit = Lists.Limit(query.Limit);
            for (var upper = last; FindCommon(sources, upper) is var (key, isCommon); upper = key - 1)
            {
                if (isCommon && ReadRow(key) is { } summary)
                {
                    if (items.Count == limit)
                        return Until(key);
                    items.Add(summary);
                }
                else if (_meter.Count > MostExamined)
                {
                    return Until(isCommon ? key - 1 : key);
                }
            }
            return new Page<ExecutionSummary>(items.DrainToImmutable(), null);

            Page<ExecutionSummary> Until(long next) => new(items.DrainToImmutable(), new Cursor(next + 1, 0).Encode(list));
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    /// <summary>The greatest key up to <paramref name="upper"/> that all sources have; when too much was looked at for it, the place reached.</summary>
    private (long Key, bool IsCommon)? FindCommon(IReadOnlyList<KeySource> sources, long upper)
    {
        var agreed = 0;
        for (var i = 0; agreed < sources.Count; i = (i + 1) % sources.Count)
        {
            if (_meter.Count > MostExamined)
                return (upper, false);
            if (sources[i].Floor(upper) is not { } key)
                return null;
            agreed = key == upper ? agreed + 1 : 1;
            upper = key;
        }
        return (upper, true);
    }

    private ExecutionSummary? ReadRow(long key)
    {
        _meter.Count++;
        var row = connection[s_row].Add(key);
        if (!row.Step())
            return null;
        var (summary, labels) = (ExecutionReads.ReadSummary(row), row.OptionalText(ExecutionReads.ColumnCount));
        row.Reset();
        var version = (summary.WorkflowId, summary.WorkflowVersion);
        if (!_names.TryGetValue(version, out var name))
            _names.Add(version, name = ExecutionReads.FindName(connection, summary.WorkflowId, summary.WorkflowVersion));
        summary = summary with { WorkflowName = name };
        return _filter.Matches(summary, query.Label is null && query.Text is null ? StoredLabels.None : ReadLabels(labels)) ? summary : null;
    }

    /// <summary>Labels are a workflow's: many rows have the same.</summary>
    private ImmutableSortedDictionary<string, string> ReadLabels(string? json)
    {
        if (json is null)
            return StoredLabels.None;
        if (!_labels.TryGetValue(json, out var labels))
            _labels.Add(json, labels = StoredLabels.Read(json));
        return labels;
    }

    private long? FindLast(DateTimeOffset time)
    {
        if (FindKey(s_lastKey, time) is not { } ofMinute)
            return null;
        var row = connection[s_lastKeyBefore].Add(ofMinute).Add(StoredTime.ToMicroseconds(time));
        long? key = row.Step() ? row.Long(0) : null;
        row.Reset();
        return key;
    }

    private long? FindKey(Sql sql, DateTimeOffset time)
    {
        var row = connection[sql].Add(StoredTime.MinuteOf(StoredTime.ToMicroseconds(time)));
        var key = row.Step() ? row.OptionalLong(0) : null;
        row.Reset();
        return key;
    }
}
