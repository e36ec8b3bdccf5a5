using System.Collections.Immutable;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Writes which executions have a label, and between which two of its executions a workflow has it. Labels are few and executions many, so keys of labels are
/// remembered, and what is said of workflows is written once for each transaction.
/// </summary>
internal sealed class StoredLabelKeys
{
    private const int Most = 4_096;

    private static readonly Sql s_find = new("SELECT key FROM label WHERE text = ?");

    private static readonly Sql s_insert = new("INSERT INTO label (text) VALUES (?)");

    private static readonly Sql s_use = new("INSERT OR IGNORE INTO execution_label (label_key, execution_key) VALUES (?, ?)");

    private static readonly Sql s_unuse = new("DELETE FROM execution_label WHERE label_key = ? AND execution_key = ?");

    private static readonly Sql s_drop = new("DELETE FROM label WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM execution_label WHERE label_key = ?1)");

    private static readonly Sql s_span = new("""
        INSERT INTO workflow_label (label_key, workflow_id, first_key, last_key) VALUES (?, ?, ?, ?)
        ON CONFLICT (label_key, workflow_id) DO UPDATE SET last_key = excluded.last_key
        """);

    private static readonly Sql s_dropSpans = new("DELETE FROM workflow_label WHERE label_key = ?");

    private readonly Dictionary<(long LabelKey, string WorkflowId), (long First, long Last)> _spans = [];
    private readonly Dictionary<string, long> _keys = new(StringComparer.Ordinal);

    public void Add(Connection connection, string workflowId, long executionKey, ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var text in StoredLabels.Asked(labels))
        {
            var key = Find(connection, text) ?? Insert(connection, text);
            connection[s_use].Add(key).Add(executionKey).Run();
            _spans[(key, workflowId)] = (_spans.TryGetValue((key, workflowId), out var span) ? span.First : executionKey, executionKey);
        }
    }

    /// <summary>What is written once for each transaction.</summary>
    public void Write(Connection connection)
    {
        foreach (var ((labelKey, workflowId), (first, last)) in _spans)
            connection[s_span].Add(labelKey).Add(workflowId).Add(first).Add(last).Run();
        _spans.Clear();
    }

    /// <summary>Takes an execution's labels away, and labels that no execution has any more.</summary>
    public void Remove(Connection connection, long executionKey, ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var text in StoredLabels.Asked(labels))
        {
            if (Find(connection, text) is not { } key)
                continue;
            connection[s_unuse].Add(key).Add(executionKey).Run();
            connection[s_drop].Add(key).Run();
            if (connection.Changes == 0)
                continue;
            _keys.Remove(text);
            connection[s_dropSpans].Add(key).Run();
            foreach (var place in _spans.Keys.Where(place => place.LabelKey == key).ToList())
                _spans.Remove(place);
        }
    }

    /// <summary>What was remembered may have been rolled back.</summary>
    public void Forget()
    {
        _keys.Clear();
        _spans.Clear();
    }

    private long? Find(Connection connection, string text)
    {
        if (_keys.TryGetValue(text, out var known))
            return known;
        var row = connection[s_find].Add(text);
        long? key = row.Step() ? row.Long(0) : null;
        row.Reset();
        if (key is { } found)
            Remember(text, found);
        return key;
    }

    private long Insert(Connection connection, string text)
    {
        connection[s_insert].Add(text).Run();
        Remember(text, connection.LastInsertedKey);
        return connection.LastInsertedKey;
    }

    private void Remember(string text, long key)
    {
        if (_keys.Count >= Most)
            _keys.Clear();
        _keys[text] = key;
    }
}
