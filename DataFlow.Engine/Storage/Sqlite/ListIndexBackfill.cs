using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Fills what counts and finds executions from a database written before there was such a thing: in one transaction, as one walk through an index, when it is
/// opened for the first time. The sign that it is still to do is a table as it was before.
/// </summary>
internal static class ListIndexBackfill
{
    public static void Run(Connection connection)
    {
        var hasOldFigures = connection.Scalar("SELECT 1 FROM sqlite_schema WHERE name = 'ended_minute'") is not null;
        // The index of failures before it was in parts.
        var hasOldFailures = connection.Scalar("SELECT 1 FROM sqlite_schema WHERE name = 'failure_text'") is not null;
        if (!hasOldFigures && !hasOldFailures)
            return;
        connection.Execute("BEGIN IMMEDIATE");
        try
        {
            if (hasOldFigures)
                FillFigures(connection);
            FillFailures(connection);
            if (hasOldFailures)
                connection.Execute("DROP TABLE failure_text");
            connection.Execute("COMMIT");
        }
        catch
        {
            connection.Execute("ROLLBACK");
            throw;
        }
    }

    private static void FillFigures(Connection connection)
    {
        FillSlots(connection);
        connection.Execute("""
            INSERT INTO ended_workflow (workflow_id, slot, failed, ended)
            SELECT workflow_id, slot, sum(failed) OVER upto, sum(ended) OVER upto
            FROM (SELECT workflow_id, minute / 5 AS slot, sum(failed) AS failed, sum(completed + failed + cancelled) AS ended FROM ended_minute GROUP BY 1, 2)
            WINDOW upto AS (PARTITION BY workflow_id ORDER BY slot)
            """);
        connection.Execute("""
            INSERT INTO workflow_label (label_key, workflow_id, first_key, last_key)
            SELECT l.label_key, e.workflow_id, min(e.key), max(e.key) FROM execution_label l CROSS JOIN execution e ON e.key = l.execution_key GROUP BY 1, 2
            """);
        connection.Execute("DROP TABLE ended_minute");
    }

    /// <summary>Counts also of what has been removed since; durations of what is still there.</summary>
    private static void FillSlots(Connection connection)
    {
        using var slots = connection.Prepare("SELECT minute / 5, sum(completed), sum(failed), sum(cancelled) FROM ended_minute GROUP BY 1 ORDER BY 1");
        using var durations = connection.Prepare("""
            SELECT completed_at, completed_at - started_at FROM execution INDEXED BY execution_ended WHERE completed_at IS NOT NULL AND status = 2 AND started_at IS NOT NULL ORDER BY completed_at
            """);
        using var insert = connection.Prepare("INSERT INTO ended_slot (slot, completed, failed, cancelled, durations) VALUES (?, ?, ?, ?, ?)");
        var sum = new SlotFigures();
        var more = durations.Step();
        while (slots.Step())
        {
            var slot = slots.Long(0);
            sum.Add(ExecutionStatus.Completed, slots.Long(1));
            sum.Add(ExecutionStatus.Failed, slots.Long(2));
            sum.Add(ExecutionStatus.Cancelled, slots.Long(3));
            for (; more && StoredTime.SlotOf(durations.Long(0)) <= slot; more = durations.Step())
                sum.Durations.Add(durations.Long(1));
            insert.Add(slot).Add(sum.Completed).Add(sum.Failed).Add(sum.Cancelled).Add(sum.Durations.Write()).Run();
        }
    }

    private static void FillFailures(Connection connection)
    {
        using var failed = connection.Prepare("SELECT key, failure_code, failed_ref, failure_message FROM execution INDEXED BY execution_status WHERE status = 3 ORDER BY key");
        var texts = new FailureTexts();
        while (failed.Step())
            texts.Add(connection, failed.Long(0), failed.OptionalText(1), failed.OptionalText(2), failed.OptionalText(3));
        texts.Forget();
    }
}
