namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Takes figures out that are too old. What they came to stays in a row of the piece 0, before all times: later rows count from the beginning, and a time that
/// begins earlier than what is known is counted from there.
/// </summary>
internal static class EndedFiguresTrim
{
    private const int Pieces = 200, Workflows = 20;

    private static readonly Sql s_last = new($"SELECT max(slot) FROM (SELECT slot FROM ended_slot WHERE slot > 0 AND slot < ? ORDER BY slot LIMIT {Pieces})");

    private static readonly Sql s_keep = new("INSERT OR REPLACE INTO ended_slot SELECT 0, completed, failed, cancelled, durations FROM ended_slot WHERE slot = ?");

    private static readonly Sql s_drop = new("DELETE FROM ended_slot WHERE slot > 0 AND slot <= ?");

    private static readonly Sql s_lastOfWorkflows = new($"""
        WITH RECURSIVE workflow_with (id) AS (
            SELECT min(workflow_id) FROM ended_workflow
            UNION ALL SELECT (SELECT min(workflow_id) FROM ended_workflow WHERE workflow_id > id) FROM workflow_with WHERE id IS NOT NULL
        )
        SELECT id, (SELECT max(slot) FROM (SELECT slot FROM ended_workflow WHERE workflow_id = id AND slot > 0 AND slot < ?1 ORDER BY slot LIMIT {Pieces})) AS last
        FROM workflow_with WHERE last IS NOT NULL LIMIT {Workflows}
        """);

    private static readonly Sql s_keepOfWorkflow = new("INSERT OR REPLACE INTO ended_workflow SELECT workflow_id, 0, failed, ended FROM ended_workflow WHERE workflow_id = ? AND slot = ?");

    private static readonly Sql s_dropOfWorkflow = new("DELETE FROM ended_workflow WHERE workflow_id = ? AND slot > 0 AND slot <= ?");

    // Where nothing is left to be counted from there, the sum of what went means nothing either.
    private static readonly Sql s_forgetWorkflow = new(
        "DELETE FROM ended_workflow WHERE workflow_id = ?1 AND slot = 0 AND NOT EXISTS (SELECT 1 FROM ended_workflow WHERE workflow_id = ?1 AND slot > 0)");

    /// <summary>What is to go, a little of it. Chosen by a reader: it looks at every workflow.</summary>
    public static EndedFiguresExcess Choose(Connection connection, DateTimeOffset before)
    {
        var slot = StoredTime.SlotOf(StoredTime.ToMicroseconds(before));
        var workflows = new List<(string, long)>();
        var rows = connection[s_lastOfWorkflows].Add(slot);
        while (rows.Step())
            workflows.Add((rows.Text(0), rows.Long(1)));
        return new EndedFiguresExcess(connection[s_last].Add(slot).ReadOptionalLong(), workflows);
    }

    public static void Drop(Connection connection, EndedFiguresExcess excess)
    {
        if (excess.LastSlot is { } last)
        {
            connection[s_keep].Add(last).Run();
            connection[s_drop].Add(last).Run();
        }
        foreach (var (workflowId, lastOfIt) in excess.LastOfWorkflows)
        {
            connection[s_keepOfWorkflow].Add(workflowId).Add(lastOfIt).Run();
            connection[s_dropOfWorkflow].Add(workflowId).Add(lastOfIt).Run();
            connection[s_forgetWorkflow].Add(workflowId).Run();
        }
    }
}

/// <summary>Figures to be taken out: up to a piece, and of some workflows up to a piece each.</summary>
internal readonly record struct EndedFiguresExcess(long? LastSlot, IReadOnlyList<(string WorkflowId, long LastSlot)> LastOfWorkflows);
