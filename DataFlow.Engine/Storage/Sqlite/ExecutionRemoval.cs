using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Takes an execution out with all that belongs to it, on the writer's thread.</summary>
internal static class ExecutionRemoval
{
    private static readonly Sql s_find = new("SELECT id, status, labels FROM execution WHERE key = ?");

    private static readonly Sql s_findKey = new("SELECT key FROM execution WHERE id = ?");

    // What waits for a disabled webhook has no time: it holds no execution, or one dead receiver would keep everything for ever.
    private static readonly Sql s_pending = new("SELECT 1 FROM webhook_delivery WHERE execution_id = ? AND status = 0 AND next_attempt_at IS NOT NULL LIMIT 1");

    // Their attempts go with them.
    private static readonly Sql s_deliveries = new("DELETE FROM webhook_delivery WHERE execution_id = ? RETURNING webhook_id");

    private static readonly Sql s_uses = new("SELECT value_key FROM stored_value_use WHERE execution_key = ?");

    private static readonly Sql s_unuse = new("DELETE FROM stored_value_use WHERE execution_key = ?");

    private static readonly Sql s_value = new("DELETE FROM stored_value WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM stored_value_use WHERE value_key = ?1)");

    private static readonly Sql s_journal = new("DELETE FROM journal WHERE execution_key = ?");

    private static readonly Sql s_execution = new("DELETE FROM execution WHERE key = ?");

    public static DeleteOutcome Remove(WriteSession session, string executionId)
    {
        var row = session.Connection[s_findKey].Add(executionId);
        long? key = row.Step() ? row.Long(0) : null;
        row.Reset();
        return key is { } found ? Remove(session, found) : DeleteOutcome.NotFound;
    }

    public static DeleteOutcome Remove(WriteSession session, long key)
    {
        var connection = session.Connection;
        var row = connection[s_find].Add(key);
        if (!row.Step())
            return DeleteOutcome.NotFound;
        var (id, status, labels) = (row.Text(0), (ExecutionStatus)row.Int(1), row.OptionalText(2));
        row.Reset();
        if (status < ExecutionStatus.Completed)
            return DeleteOutcome.NotEnded;
        var pending = connection[s_pending].Add(id);
        var isPending = pending.Step();
        pending.Reset();
        if (isPending)
            return DeleteOutcome.DeliveriesPending;

        RemoveDeliveries(connection, id);
        RemoveValues(connection, key);
        if (labels is not null)
            session.Labels.Remove(connection, key, StoredLabels.Read(labels));
        TaskLogWrites.Delete(connection, key);
        JournalPlaces.Keep(connection);
        connection[s_journal].Add(key).Run();
        connection[s_execution].Add(key).Run();
        return DeleteOutcome.Deleted;
    }

    private static void RemoveDeliveries(Connection connection, string executionId)
    {
        var webhooks = new HashSet<string>(StringComparer.Ordinal);
        var deleted = connection[s_deliveries].Add(executionId);
        while (deleted.Step())
            if (deleted.OptionalText(0) is { } webhook)
                webhooks.Add(webhook);
        foreach (var webhook in webhooks)
            WebhookWrites.DeleteUnused(connection, webhook);
    }

    private static void RemoveValues(Connection connection, long executionKey)
    {
        var values = new List<long>();
        var uses = connection[s_uses].Add(executionKey);
        while (uses.Step())
            values.Add(uses.Long(0));
        if (values.Count == 0)
            return;
        connection[s_unuse].Add(executionKey).Run();
        foreach (var value in values)
            connection[s_value].Add(value).Run();
    }
}
