using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;

namespace DataFlow.Engine.Storage.Sqlite;

internal static class JournalReader
{
    // One statement, so that the row and the journal are of one moment. The first append wanted is the last one that begins at or before the first event wanted.
    private static readonly Sql s_read = new("""
        SELECT e.credentials, j.first_sequence, j.events
        FROM execution e LEFT JOIN journal j ON j.execution_key = e.key
            AND j.first_sequence >= (SELECT max(first_sequence) FROM journal WHERE execution_key = e.key AND first_sequence <= ?)
        WHERE e.id = ? ORDER BY j.first_sequence
        """);

    private static readonly Sql s_value = new("SELECT encoding, bytes FROM stored_value WHERE hash = ?");

    private static readonly Sql s_first = new("SELECT j.events FROM execution e JOIN journal j ON j.execution_key = e.key AND j.first_sequence = 1 WHERE e.id = ?");

    /// <summary>Of its first append; values are not looked at.</summary>
    public static TraceOrigin FindTrace(Connection connection, string executionId)
    {
        var row = connection[s_first].Add(executionId);
        if (!row.Step())
            return default;
        var events = JournalJson.Read(row.Bytes(0));
        row.Reset();
        return events is [ExecutionQueued queued, ..] ? new TraceOrigin(queued.TraceParent, queued.TraceState) : default;
    }

    public static Journal? Read(Connection connection, string executionId, int afterSequence)
    {
        var rows = connection[s_read].Add(afterSequence + 1L).Add(executionId);
        if (!rows.Step())
            return null;
        if (rows.IsNull(1))
            throw new InvalidDataException($"The journal of {executionId} is missing.");
        var credentials = rows.OptionalBytes(0);
        var events = ImmutableArray.CreateBuilder<ExecutionEvent>();
        var expander = new ValueExpander(hash => ReadValue(connection, hash));
        do
        {
            var skipped = Math.Max(0, afterSequence + 1 - rows.Int(1));
            var appended = JournalJson.Read(rows.Bytes(2));
            for (var i = skipped; i < appended.Length; i++)
                events.Add(EventValues.Map(appended[i], expander.Expand));
        }
        while (rows.Step());
        return new Journal(executionId, afterSequence + 1, events.DrainToImmutable(), credentials);
    }

    public static byte[] ReadValue(Connection connection, byte[] hash)
    {
        var row = connection[s_value].Add(hash);
        if (!row.Step())
            throw new InvalidDataException("A stored value is missing.");
        var json = StoredValue.ReadJson(row.Int(0), row.Bytes(1));
        row.Reset();
        return json;
    }
}
