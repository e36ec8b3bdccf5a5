using System.Collections.Immutable;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Writes which executions have a label. Labels are few and executions many, so keys of labels are remembered.</summary>
internal sealed class StoredLabelKeys
{
    private const int Most = 4_096;

    private static readonly Sql s_find = new("SELECT key FROM label WHERE text = ?");

    private static readonly Sql s_insert = new("INSERT INTO label (text) VALUES (?)");

    private static readonly Sql s_use = new("INSERT OR IGNORE INTO execution_label (label_key, execution_key) VALUES (?, ?)");

    private static readonly Sql s_unuse = new("DELETE FROM execution_label WHERE label_key = ? AND execution_key = ?");

    private static readonly Sql s_drop = new("DELETE FROM label WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM execution_label WHERE label_key = ?1)");

    private readonly Dictionary<string, long> _keys = new(StringComparer.Ordinal);

    public void Add(Connection connection, long executionKey, ImmutableSortedDictionary<string, string> labels)
    {
        foreach (var text in StoredLabels.Asked(labels))
            connection[s_use].Add(Find(connection, text) ?? Insert(connection, text)).Add(executionKey).Run();
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
            if (connection.Changes > 0)
                _keys.Remove(text);
        }
    }

    /// <summary>What was remembered may have been rolled back.</summary>
    public void Forget() => _keys.Clear();

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
