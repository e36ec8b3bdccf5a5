namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>What operations write with: the connection, and what must be remembered about the transaction under way.</summary>
internal sealed class WriteSession(Connection connection, UnfinishedCounts counts, long lastExecutionKey)
{
    private static readonly Sql s_touchMinute = new("""
        INSERT INTO created_minute (minute, first_key, last_key)
        VALUES (?1, coalesce((SELECT first_key FROM created_minute WHERE minute > ?1 ORDER BY minute LIMIT 1), ?2), ?3)
        ON CONFLICT (minute) DO UPDATE SET last_key = excluded.last_key
        """);

    // Only where the clock went backwards is there a later minute.
    private static readonly Sql s_touchLaterMinutes = new("UPDATE created_minute SET last_key = ?2 WHERE minute > ?1");

    private readonly Dictionary<long, (long First, long Last)> _minutes = [];
    private long _lastKey = lastExecutionKey;
    private long _lastCommittedKey = lastExecutionKey;

    private long? _journalKey;
    private long _committedJournalKey;

    public Connection Connection => connection;

    public UnfinishedCounts Counts => counts;

    public StoredLabelKeys Labels { get; } = new();

    public EndedFigures Ended { get; } = new();

    public FailureTexts Failures { get; } = new();

    /// <summary>The next place in the order of acceptance.</summary>
    public long NextExecutionKey => _lastKey + 1;

    /// <summary>The place of the next append among those of all executions. Left to itself SQLite would give that of a deleted one again, which readers have passed.</summary>
    public long TakeJournalKey()
    {
        _journalKey ??= _committedJournalKey = long.Parse(connection.Scalar(JournalPlaces.Last)!, System.Globalization.CultureInfo.InvariantCulture);
        return (_journalKey += 1).Value;
    }

    /// <summary>The next place is taken.</summary>
    public void Accept(long createdAt)
    {
        _lastKey++;
        var minute = StoredTime.MinuteOf(createdAt);
        _minutes[minute] = (_minutes.TryGetValue(minute, out var keys) ? keys.First : _lastKey, _lastKey);
    }

    /// <summary>What is written once for each transaction instead of once for each operation.</summary>
    public void Finish()
    {
        foreach (var (minute, keys) in _minutes)
        {
            connection[s_touchMinute].Add(minute).Add(keys.First).Add(keys.Last).Run();
            connection[s_touchLaterMinutes].Add(minute).Add(keys.Last).Run();
        }
        Ended.Write(connection);
        Labels.Write(connection);
    }

    public void Committed()
    {
        _minutes.Clear();
        Ended.Clear();
        _lastCommittedKey = _lastKey;
        _committedJournalKey = _journalKey ?? 0;
        counts.Commit();
    }

    public void RolledBack()
    {
        _minutes.Clear();
        Ended.Clear();
        Labels.Forget();
        Failures.Forget();
        _lastKey = _lastCommittedKey;
        if (_journalKey is not null) _journalKey = _committedJournalKey;
        counts.Rollback();
    }
}
