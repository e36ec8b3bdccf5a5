using System.Collections.Immutable;
using DataFlow.Engine.Storage.Retention;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// How many rows there are and about how large they are. Rows are counted by the narrowest index; their size is that of rows at places spread evenly, since
/// measuring each would read the whole file.
/// </summary>
internal sealed class SizeReader(Connection connection)
{
    private const int Sampled = 400;

    /// <summary>Executions of one workflow whose journals are measured.</summary>
    private const int SampledOfWorkflow = 50;

    private static readonly (string Kind, string Table, string Order, string Size)[] s_kinds =
    [
        ("executions", "execution", "key", "60 + length(id) + length(workflow_id) + coalesce(length(failure_message), 0) + coalesce(length(labels), 0) + coalesce(length(credentials), 0)"),
        ("journal", "journal", "key", "8 + length(events)"),
        ("values", "stored_value", "key", "40 + length(bytes)"),
        ("logs", "task_log_line", "key", "40 + length(text) + coalesce(length(ref), 0)"),
        ("deliveries", "webhook_delivery", "key", "60 + length(body) + length(url) + length(execution_id) + length(id)"),
        ("keys", "idempotency_key", "rowid", "30 + length(workflow_id) + length(key) + length(body_hash) + length(execution_id)"),
        ("workflows", "workflow_version", "rowid", "20 + length(workflow_id) + length(name) + length(definition)"),
        ("figures", "ended_slot", "slot", "16 + length(durations)"),
    ];

    private static readonly Sql s_workflows = new("""
        SELECT workflow_id, count(*) FROM execution INDEXED BY execution_workflow GROUP BY workflow_id ORDER BY count(*) DESC, workflow_id LIMIT ?
        """);

    private static readonly Sql s_journalOf = new($"""
        SELECT coalesce(sum(length(events)), 0), count(DISTINCT execution_key) FROM journal WHERE execution_key IN (
            SELECT key FROM execution INDEXED BY execution_workflow WHERE workflow_id = ? AND status = 2 LIMIT {SampledOfWorkflow})
        """);

    private static readonly Sql s_name = new("SELECT name FROM workflow WHERE id = ?");

    private static readonly Sql s_oldest = new("SELECT created_at FROM execution ORDER BY key LIMIT 1");

    private static readonly Sql s_labels = new("SELECT count(*) FROM execution_label");

    public StorageSizes Read(long databaseBytes, long logBytes, int workflows)
    {
        // All of one moment.
        connection.Execute("BEGIN");
        var pages = DatabasePages.Read(connection);
        var kinds = s_kinds.Select(kind => Measure(kind.Kind, kind.Table, kind.Order, kind.Size)).ToList();
        var labels = connection[s_labels].ReadLong();
        kinds.Add(new StoredKind("labels", labels, labels * 12));
        kinds.Add(new StoredKind("other", 0, Math.Max(0, pages.UsedBytes - kinds.Sum(kind => kind.Bytes))));
        var sizes = new StorageSizes
        {
            // A young database is for the most part in its log still; its parts would be more than the whole.
            DatabaseBytes = Math.Max(databaseBytes, pages.All * pages.Size), LogBytes = logBytes, FreeBytes = pages.Free * pages.Size,
            Kinds = [.. kinds.OrderByDescending(kind => kind.Bytes)],
            Workflows = Largest(workflows),
            OldestAt = StoredTime.FromMicroseconds(connection[s_oldest].ReadOptionalLong()),
        };
        connection.Execute("COMMIT");
        return sizes;
    }

    private StoredKind Measure(string kind, string table, string order, string size)
    {
        using var count = connection.Prepare($"SELECT count(*), min({order}), max({order}) FROM {table}");
        count.Step();
        var (rows, first, last) = (count.Long(0), count.Long(1), count.Long(2));
        if (rows == 0)
            return new StoredKind(kind, 0, 0);
        using var sample = connection.Prepare($"SELECT {size} FROM {table} WHERE {order} >= ? ORDER BY {order} LIMIT 1");
        var places = (int)Math.Min(rows, Sampled);
        var sum = 0L;
        for (var i = 0; i < places; i++)
            sum += sample.Add(first + (long)((double)(last - first) / Math.Max(1, places - 1) * i)).ReadLong();
        return new StoredKind(kind, rows, (long)((double)sum / places * rows));
    }

    private ImmutableArray<StoredWorkflow> Largest(int most)
    {
        var found = new List<(string Id, long Count)>();
        var rows = connection[s_workflows].Add(most);
        while (rows.Step())
            found.Add((rows.Text(0), rows.Long(1)));
        return [.. found.Select(workflow => new StoredWorkflow(
            workflow.Id, ExecutionReads.FindText(connection[s_name].Add(workflow.Id)), workflow.Count, JournalBytes(workflow.Id, workflow.Count)))];
    }

    private long JournalBytes(string workflowId, long executions)
    {
        var row = connection[s_journalOf].Add(workflowId);
        row.Step();
        var (bytes, measured) = (row.Long(0), row.Long(1));
        row.Reset();
        return measured == 0 ? 0 : (long)((double)bytes / measured * executions);
    }
}
