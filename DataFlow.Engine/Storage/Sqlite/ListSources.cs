using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Chooses the indexes of an execution list. Each source has every execution of one thing asked for, and may have others: the list asks each row again. What
/// all sources have is found by leaping from one to the other, so that a rare thing is found quickly beside a common one.
/// </summary>
internal sealed class ListSources(Connection connection, ExecutionQuery query, long first, Meter meter)
{
    /// <summary>Above so many workflows or labels that match a text, rows are asked instead: then many of them match.</summary>
    private const int MostSources = 64;

    /// <summary>Above so many ids that begin alike, likewise.</summary>
    private const int MostIds = 2_000;

    /// <summary>Labels and names looked at for a text; with more, likewise.</summary>
    private const int MostSearched = 20_000;

    private static readonly ExecutionStatus[] s_statuses = Enum.GetValues<ExecutionStatus>();

    private static readonly Sql s_label = new("SELECT key FROM label WHERE text = ?");

    private static readonly Sql s_labels = new($"SELECT key, text FROM label LIMIT {MostSearched + 1}");

    private static readonly Sql s_span = new("SELECT first_key, last_key FROM workflow_label WHERE label_key = ? AND workflow_id = ?");

    private static readonly Sql s_ids = new($"SELECT key FROM execution WHERE id >= ? AND id < ? LIMIT {MostIds + 1}");

    private static readonly Sql s_names = new($"SELECT name, workflow_id FROM workflow_version INDEXED BY workflow_version_name LIMIT {MostSearched + 1}");

    private static readonly Sql s_isWorkflow = new("SELECT 1 FROM execution INDEXED BY execution_workflow WHERE workflow_id = ? LIMIT 1");

    /// <summary>What every row of the list must be in; empty: no row can be.</summary>
    public IReadOnlyList<KeySource>? Choose()
    {
        var sources = new List<KeySource>();
        IReadOnlyCollection<ExecutionStatus>? statuses = query.Statuses.IsDefaultOrEmpty ? null : [.. query.Statuses.Distinct()];
        if (query.WorkflowId is { } workflowId)
            sources.Add(OfWorkflow(workflowId, statuses));
        else if (statuses is not null)
            sources.Add(Any([.. statuses.Select(OfStatus)]));
        if (query.Label is { Length: > 0 } label)
        {
            if (FindLabel(label) is not { } key || Span(key) is not var (earliest, latest))
                return Discard(sources);
            sources.Add(new BoundedSource(OfLabel(key, earliest), latest));
        }
        if (query.Text is { Length: > 0 } text && OfText(text, statuses) is { } found)
        {
            if (found.Count == 0)
                return Discard(sources);
            sources.Add(Any(found));
        }
        if (sources.Count == 0)
            sources.Add(Range("SELECT key FROM execution WHERE", static _ => { }));
        return sources;
    }

    private KeySource OfWorkflow(string workflowId, IReadOnlyCollection<ExecutionStatus>? statuses) => Any([.. (statuses ?? s_statuses).Select(status =>
        Range("SELECT key FROM execution INDEXED BY execution_workflow WHERE workflow_id = ? AND status = ? AND", rows => rows.Add(workflowId).Add((int)status)))]);

    private KeySource OfStatus(ExecutionStatus status) =>
        Range("SELECT key FROM execution INDEXED BY execution_status WHERE status = ? AND", rows => rows.Add((int)status));

    private RangeSource OfLabel(long labelKey, long earliest = 0) => new(
        connection.Prepare("SELECT execution_key FROM execution_label WHERE label_key = ? AND execution_key BETWEEN ? AND ? ORDER BY execution_key DESC"), rows => rows.Add(labelKey),
        Math.Max(first, earliest), meter);

    /// <summary>The newest part first: often no other need be asked.</summary>
    private IEnumerable<KeySource> OfFailures(string asked) => FailureTexts.Parts(connection).Reverse<long>().Select(part => new BoundedSource(
        new RangeSource(connection[FailureTexts.Chosen(part)], rows => rows.Add(asked), first, meter, costOfSeek: 10, isKept: true), connection[FailureTexts.Greatest(part)].ReadOptionalLong() ?? 0));

    /// <summary>The first and the last execution that can have a label, when only one workflow's are asked for; <c>null</c>: that workflow never had it.</summary>
    private (long First, long Last)? Span(long labelKey)
    {
        if (query.WorkflowId is not { } workflowId)
            return (0, long.MaxValue);
        var row = connection[s_span].Add(labelKey).Add(workflowId);
        (long, long)? span = row.Step() ? (row.Long(0), row.Long(1)) : null;
        row.Reset();
        return span;
    }

    private RangeSource Range(string chosen, Action<Statement> values) => new(connection.Prepare($"{chosen} key BETWEEN ? AND ? ORDER BY key DESC"), values, first, meter);

    /// <summary>Where a text can be; <c>null</c>: in too many places to name them.</summary>
    private List<KeySource>? OfText(string text, IReadOnlyCollection<ExecutionStatus>? statuses)
    {
        if (ExecutionFilter.IsId(text))
            return IdsWith(text) is { } alike ? [new KnownSource(alike)] : null;
        if (WorkflowsWith(text) is not { } workflows || LabelsWith(text) is not { } labels || IdsWith(text) is not { } ids || workflows.Count + labels.Count > MostSources)
            return null;
        var sources = new List<KeySource>();
        if (ids.Count > 0)
            sources.Add(new KnownSource(ids));
        sources.AddRange(workflows.Where(id => query.WorkflowId is null || query.WorkflowId == id).Select(id => OfWorkflow(id, statuses)));
        sources.AddRange(labels.Select(label => OfLabel(label)));
        // Only what failed has a failure to be searched.
        if (statuses is null || statuses.Contains(ExecutionStatus.Failed))
            sources.AddRange(FailureTexts.Asked(text) is { } asked ? OfFailures(asked) : [query.WorkflowId is { } only ? OfWorkflow(only, [ExecutionStatus.Failed]) : OfStatus(ExecutionStatus.Failed)]);
        return sources;
    }

    private HashSet<string>? WorkflowsWith(string text)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var searched = 0;
        var rows = connection[s_names];
        while (rows.Step())
        {
            if (searched++ == MostSearched)
            {
                rows.Reset();
                return null;
            }
            if (ExecutionFilter.Contains(rows.Text(0), text) || ExecutionFilter.Contains(rows.Text(1), text))
                found.Add(rows.Text(1));
        }
        if (Any(connection[s_isWorkflow].Add(text)))
            found.Add(text);
        return found;
    }

    private List<long>? LabelsWith(string text)
    {
        var found = new List<long>();
        var searched = 0;
        var rows = connection[s_labels];
        while (rows.Step())
        {
            if (searched++ == MostSearched)
            {
                rows.Reset();
                return null;
            }
            if (ExecutionFilter.Contains(rows.Text(1), text))
                found.Add(rows.Long(0));
        }
        return found;
    }

    private List<long>? IdsWith(string text)
    {
        var beginning = ExecutionFilter.IdBeginning(text);
        var keys = new List<long>();
        var rows = connection[s_ids].Add(beginning).Add(beginning + char.MaxValue);
        while (rows.Step())
            keys.Add(rows.Long(0));
        return keys.Count > MostIds ? null : keys;
    }

    private long? FindLabel(string label)
    {
        var row = connection[s_label].Add(label);
        long? key = row.Step() ? row.Long(0) : null;
        row.Reset();
        return key;
    }

    private static bool Any(Statement row)
    {
        var found = row.Step();
        row.Reset();
        return found;
    }

    private static KeySource Any(IReadOnlyList<KeySource> sources) => sources is [var only] ? only : new AnySource(sources);

    private static IReadOnlyList<KeySource>? Discard(List<KeySource> sources)
    {
        foreach (var source in sources)
            source.Dispose();
        return null;
    }
}
