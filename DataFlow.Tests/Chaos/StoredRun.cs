using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;
using DataFlow.Tests.Support;
using Microsoft.Data.Sqlite;

namespace DataFlow.Tests.Chaos;

/// <summary>Reads a database file that no server has open, past everything the product would read it with but how it spells events and values.</summary>
internal sealed class StoredRun : IDisposable
{
    private readonly SqliteConnection connection;

    public StoredRun(string database)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
        connection.Open();
    }

    public void Dispose() => connection.Dispose();

    /// <summary>Everything there is, to be checked.</summary>
    /// <param name="acknowledged">Keys with the id each was answered with.</param>
    /// <param name="sink">What the world saw.</param>
    public Evidence Evidence(IReadOnlyDictionary<string, string> acknowledged, EffectSink sink) => new()
    {
        Acknowledged = acknowledged.ToImmutableDictionary(pair => pair.Key, pair => ImmutableHashSet.Create(pair.Value)),
        Executions = Executions(),
        Shapes = Shapes(),
        Deliveries = Deliveries(),
        Received = [.. sink.Messages],
        Figures = Figures(),
        EffectsOf = sink.CountOf,
        DatabaseProblems = Problems(),
    };

    public ImmutableArray<RecordedExecution> Executions()
    {
        var appends = Query("SELECT execution_key, first_sequence, events FROM journal ORDER BY key", row => (Execution: row.GetInt64(0), First: row.GetInt32(1), Json: row.GetFieldValue<byte[]>(2)))
            .ToLookup(append => append.Execution);
        var values = Query("SELECT hash, encoding, bytes FROM stored_value", row => (Hash: Convert.ToHexString(row.GetFieldValue<byte[]>(0)), Json: StoredValue.ReadJson(row.GetInt32(1), row.GetFieldValue<byte[]>(2))))
            .ToDictionary(value => value.Hash, value => value.Json);
        var expander = new ValueExpander(hash => values[Convert.ToHexString(hash)]);
        return Query(
            "SELECT key, id, workflow_id, status, created_at, started_at, completed_at, sequence FROM execution ORDER BY key",
            row => new RecordedExecution(
                row.GetString(1), row.GetString(2), (ExecutionStatus)row.GetInt32(3), Time(row, 4)!.Value, Time(row, 5), Time(row, 6), row.GetInt32(7),
                [.. appends[row.GetInt64(0)].Select(append => new RecordedAppend(append.First, [.. JournalJson.Read(append.Json).Select(e => EventValues.Map(e, expander.Expand))]))]));
    }

    public ImmutableDictionary<string, WorkflowShape> Shapes() =>
        Query("SELECT workflow_id, definition FROM workflow_version WHERE version = 1", row => KeyValuePair.Create(row.GetString(0), WorkflowShape.Of(JsonElement.Parse(row.GetString(1))))).ToImmutableDictionary();

    public ImmutableArray<RecordedDelivery> Deliveries() => Query(
        "SELECT id, execution_id, sequence, type, body, status, attempt_count FROM webhook_delivery ORDER BY key",
        row => new RecordedDelivery(
            row.GetString(0), row.GetString(1), row.GetInt32(2), row.GetString(3), Convert.ToHexString(row.GetFieldValue<byte[]>(4)), (DeliveryStatus)row.GetInt32(5), row.GetInt32(6)));

    public RecordedFigures Figures() => new(
        Query("SELECT slot, completed, failed, cancelled, durations FROM ended_slot", row => KeyValuePair.Create(
            row.GetInt64(0), (row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), DurationSketch.Read(row.GetFieldValue<byte[]>(4)).Count))).ToImmutableSortedDictionary(),
        Query("SELECT workflow_id, slot, failed, ended FROM ended_workflow", row => KeyValuePair.Create((row.GetString(0), row.GetInt64(1)), (row.GetInt64(2), row.GetInt64(3)))).ToImmutableDictionary());

    public int PendingDeliveries() => Query($"SELECT count(*) FROM webhook_delivery WHERE status = {(int)DeliveryStatus.Pending}", row => row.GetInt32(0))[0];

    /// <summary>I10: the file is sound, and nothing in it belongs to nobody.</summary>
    public ImmutableArray<string> Problems() =>
    [
        .. Query("PRAGMA integrity_check", row => row.GetString(0)).Where(answer => answer != "ok").Select(answer => $"integrity_check: {answer}"),
        .. Query("PRAGMA foreign_key_check", row => $"foreign_key_check: {row.GetString(0)} row {row.GetValue(1)}"),
        .. Query("SELECT key FROM journal WHERE execution_key NOT IN (SELECT key FROM execution)", row => $"journal row {row.GetInt64(0)} belongs to no execution"),
        .. Query("SELECT key FROM stored_value WHERE key NOT IN (SELECT value_key FROM stored_value_use)", row => $"stored value {row.GetInt64(0)} is used by nobody"),
        .. Query("SELECT value_key FROM stored_value_use WHERE execution_key NOT IN (SELECT key FROM execution) OR value_key NOT IN (SELECT key FROM stored_value)", row => $"use of value {row.GetInt64(0)} is of nobody or of nothing"),
        .. Query("SELECT label_key FROM execution_label WHERE execution_key NOT IN (SELECT key FROM execution) OR label_key NOT IN (SELECT key FROM label)", row => $"use of label {row.GetInt64(0)} is of nobody or of nothing"),
        .. Query("SELECT text FROM label WHERE key NOT IN (SELECT label_key FROM execution_label)", row => $"label {row.GetString(0)} is used by nobody"),
        .. Query("SELECT l.execution_key FROM execution_label l JOIN execution e ON e.key = l.execution_key WHERE NOT EXISTS (SELECT 1 FROM workflow_label w WHERE w.label_key = l.label_key AND w.workflow_id = e.workflow_id AND l.execution_key BETWEEN w.first_key AND w.last_key)", row => $"execution {row.GetInt64(0)} has a label that its workflow never had"),
        .. Query("SELECT label_key FROM workflow_label WHERE label_key NOT IN (SELECT key FROM label)", row => $"label {row.GetInt64(0)} of a workflow is none"),
        .. Query($"SELECT key FROM execution WHERE status = 3{FailureTexts()}", row => $"execution {row.GetInt64(0)} failed and cannot be found by its failure"),
        .. Query("SELECT id FROM webhook_delivery WHERE execution_id NOT IN (SELECT id FROM execution)", row => $"message {row.GetString(0)} belongs to no execution"),
        .. Query("SELECT key FROM idempotency_key WHERE execution_id NOT IN (SELECT id FROM execution)", row => $"idempotency key {row.GetString(0)} points at no execution"),
    ];

    private string FailureTexts() => string.Concat(
        Query("SELECT name FROM sqlite_schema WHERE name GLOB 'failure_text_*_docsize'", row => row.GetString(0)).Select(part => $" EXCEPT SELECT id FROM {part}"));

    private ImmutableArray<T> Query<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is written in this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var rows = command.ExecuteReader();
        var found = ImmutableArray.CreateBuilder<T>();
        while (rows.Read()) found.Add(read(rows));
        return found.DrainToImmutable();
    }

    private static DateTimeOffset? Time(SqliteDataReader row, int column) =>
        row.IsDBNull(column) ? null : DateTimeOffset.UnixEpoch.AddTicks(row.GetInt64(column) * TimeSpan.TicksPerMicrosecond);
}
