using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// One page of executions. Workflow, status and time choose the range of an index; the rest is asked of each row, newest first, and after
/// <see cref="MostExamined"/> rows the page ends where it is, with a cursor to go on.
/// </summary>
internal sealed class ExecutionList(Connection connection, ExecutionQuery query)
{
    public const int MostExamined = 20_000;

    // Where the columns of a row stand.
    private const int Status = 3;
    private const int CreatedAt = 4;
    private const int Key = 12;
    private const int Labels = 13;

    private static readonly Sql s_firstKey = new("SELECT min(first_key) FROM created_minute WHERE minute >= ?");
    private static readonly Sql s_lastKey = new("SELECT max(last_key) FROM created_minute WHERE minute <= ?");
    private static readonly Sql s_isWorkflow = new("SELECT 1 FROM execution WHERE workflow_id = ? LIMIT 1");

    private readonly ExecutionFilter _filter = new(query);
    private readonly Dictionary<(string, int), string?> _names = [];

    public Page<ExecutionSummary> Read()
    {
        var list = Lists.Describe(query);
        var before = Cursor.Decode(query.Cursor, list)?.Major;
        if (FindById() is { } found)
            return found;
        if (query is { WorkflowId: null, Text.Length: > 0 } && IsWorkflow(query.Text))
            return new ExecutionList(connection, query with { WorkflowId = query.Text, Text = null, Cursor = null }).Read(list, before);
        return Read(list, before);
    }

    private Page<ExecutionSummary> Read(string list, long? before)
    {
        var first = query.CreatedFrom is { } from ? FindKey(s_firstKey, from) ?? long.MaxValue : 0;
        var last = query.CreatedTo is { } to ? FindKey(s_lastKey, to) ?? 0 : long.MaxValue;
        last = Math.Min(last, before - 1 ?? long.MaxValue);
        var limit = Lists.Limit(query.Limit);
        var items = ImmutableArray.CreateBuilder<ExecutionSummary>();
        var place = 0L;
        var examined = 0;
        foreach (var (key, row) in Rows(first, last))
        {
            if (examined++ == MostExamined)
                return new Page<ExecutionSummary>(items.DrainToImmutable(), new Cursor(place, 0).Encode(list));
            if (TryMatch(row) is { } summary)
            {
                if (items.Count == limit)
                    return new Page<ExecutionSummary>(items.DrainToImmutable(), new Cursor(place, 0).Encode(list));
                items.Add(summary);
            }
            place = key;
        }
        return new Page<ExecutionSummary>(items.DrainToImmutable(), null);
    }

    /// <summary>Rows of the chosen range, newest first.</summary>
    private IEnumerable<(long Key, Statement Row)> Rows(long first, long last)
    {
        var sources = new List<Statement>();
        try
        {
            if (query.WorkflowId is { } workflowId)
                sources.Add(Source("INDEXED BY execution_workflow WHERE e.workflow_id = ? AND").Add(workflowId));
            else if (query.Statuses.IsDefaultOrEmpty)
                sources.Add(Source("WHERE"));
            else
                sources.AddRange(query.Statuses.Distinct().Select(status => Source("INDEXED BY execution_status WHERE e.status = ? AND").Add((int)status)));
            foreach (var source in sources)
                source.Add(first).Add(last);
            // Each source lists newest first by its index; the newest of them all is next.
            var standing = sources.Where(source => source.Step()).ToList();
            while (standing.MaxBy(source => source.Long(Key)) is { } newest)
            {
                yield return (newest.Long(Key), newest);
                if (!newest.Step())
                    standing.Remove(newest);
            }
        }
        finally
        {
            foreach (var source in sources)
                source.Dispose();
        }
    }

    private Statement Source(string chosen) => connection.Prepare(
        $"SELECT {ExecutionReads.Columns}, e.key, e.labels FROM execution e {chosen} e.key BETWEEN ? AND ? ORDER BY e.key DESC");

    private ExecutionSummary? TryMatch(Statement row)
    {
        if (!_filter.MatchesStatus((ExecutionStatus)row.Int(Status)) || !_filter.MatchesTime(row.Long(CreatedAt))
            || query.Label is not null && !_filter.MatchesLabel(StoredLabels.Read(row.OptionalText(Labels))))
            return null;
        var summary = ExecutionReads.ReadSummary(row);
        var version = (summary.WorkflowId, summary.WorkflowVersion);
        if (!_names.TryGetValue(version, out var name))
            _names.Add(version, name = ExecutionReads.FindName(connection, summary.WorkflowId, summary.WorkflowVersion));
        return _filter.MatchesText(summary.Id, summary.WorkflowId, name, summary.FailureCode) ? summary with { WorkflowName = name } : null;
    }

    /// <summary>An id typed in full is found however old it is.</summary>
    private Page<ExecutionSummary>? FindById()
    {
        if (query.Text is null || query.Cursor is not null || ExecutionReads.FindWithLabels(connection, query.Text) is not var (summary, labels))
            return null;
        var isWanted = (query.WorkflowId is null || query.WorkflowId == summary.WorkflowId) && _filter.Matches(summary, StoredLabels.Read(labels));
        return new Page<ExecutionSummary>(isWanted ? [summary] : [], null);
    }

    private bool IsWorkflow(string text)
    {
        var row = connection[s_isWorkflow].Add(text);
        var found = row.Step();
        row.Reset();
        return found;
    }

    private long? FindKey(Sql sql, DateTimeOffset time)
    {
        var row = connection[sql].Add(StoredTime.MinuteOf(StoredTime.ToMicroseconds(time)));
        var key = row.Step() ? row.OptionalLong(0) : null;
        row.Reset();
        return key;
    }
}
