namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>What operations write with: the connection, and what must be remembered about the transaction under way.</summary>
internal sealed class WriteSession(Connection connection, UnfinishedCounts counts, long lastExecutionKey)
{
    private const long MicrosecondsPerMinute = 60_000_000;

    private static readonly Sql s_touchMinute = new(
        "INSERT INTO created_minute (minute, first_key, last_key) VALUES (?, ?, ?) ON CONFLICT (minute) DO UPDATE SET last_key = excluded.last_key");

    private readonly Dictionary<long, (long First, long Last)> _minutes = [];
    private long _lastKey = lastExecutionKey;
    private long _lastCommittedKey = lastExecutionKey;

    public Connection Connection => connection;

    public UnfinishedCounts Counts => counts;

    /// <summary>The next place in the order of acceptance.</summary>
    public long NextExecutionKey => _lastKey + 1;

    /// <summary>The next place is taken.</summary>
    public void Accept(long createdAt)
    {
        _lastKey++;
        var minute = Math.DivRem(createdAt, MicrosecondsPerMinute).Quotient;
        _minutes[minute] = (_minutes.TryGetValue(minute, out var keys) ? keys.First : _lastKey, _lastKey);
    }

    /// <summary>What is written once for each transaction instead of once for each operation.</summary>
    public void Finish()
    {
        foreach (var (minute, keys) in _minutes)
            connection[s_touchMinute].Add(minute).Add(keys.First).Add(keys.Last).Run();
    }

    public void Committed()
    {
        _minutes.Clear();
        _lastCommittedKey = _lastKey;
        counts.Commit();
    }

    public void RolledBack()
    {
        _minutes.Clear();
        _lastKey = _lastCommittedKey;
        counts.Rollback();
    }
}
