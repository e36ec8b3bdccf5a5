using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>What is read of execution rows, lists apart.</summary>
internal static class ExecutionReads
{
    /// <summary>In the order that <see cref="ReadSummary"/> takes them.</summary>
    public const string Columns =
        "e.id, e.workflow_id, e.workflow_version, e.status, e.created_at, e.started_at, e.completed_at, e.sequence, e.failure_code, e.failed_ref, e.\"trigger\", e.replay_of, e.failure_message";

    public const int ColumnCount = 13;

    private static readonly Sql s_find = new($"SELECT {Columns} FROM execution e WHERE e.id = ?");

    // The index has the workflow's executions status by status, each newest first: the newest of each are enough to find the newest of all.
    private static readonly Sql s_recent = new($"""
        SELECT {Columns} FROM (
            {string.Join(" UNION ALL ", Enum.GetValues<ExecutionStatus>().Select(static status =>
                $"SELECT * FROM (SELECT key AS of FROM execution INDEXED BY execution_workflow WHERE workflow_id = ?1 AND status = {(int)status} ORDER BY key DESC LIMIT ?2)"))}
            ORDER BY of DESC LIMIT ?2
        ) CROSS JOIN execution e ON e.key = of ORDER BY of DESC
        """);

    private static readonly Sql s_name = new("SELECT name FROM workflow_version WHERE workflow_id = ? AND version = ?");

    private static readonly Sql s_unfinished = new("SELECT key, id, workflow_id FROM execution INDEXED BY execution_status WHERE status = ? AND key > ? ORDER BY key LIMIT ?");

    public static ExecutionSummary ReadSummary(Statement row) => new()
    {
        Id = row.Text(0),
        WorkflowId = row.Text(1),
        WorkflowVersion = row.Int(2),
        Status = (ExecutionStatus)row.Int(3),
        CreatedAt = StoredTime.FromMicroseconds(row.Long(4)),
        StartedAt = StoredTime.FromMicroseconds(row.OptionalLong(5)),
        CompletedAt = StoredTime.FromMicroseconds(row.OptionalLong(6)),
        Sequence = row.Int(7),
        FailureCode = row.OptionalText(8),
        FailedRef = row.OptionalText(9),
        Trigger = row.OptionalText(10),
        ReplayOf = row.OptionalText(11),
        FailureMessage = row.OptionalText(12),
    };

    public static ExecutionSummary? Find(Connection connection, string executionId)
    {
        var row = connection[s_find].Add(executionId);
        if (!row.Step())
            return null;
        var summary = ReadSummary(row);
        row.Reset();
        return summary with { WorkflowName = FindName(connection, summary.WorkflowId, summary.WorkflowVersion) };
    }

    public static ImmutableDictionary<string, ImmutableArray<ExecutionSummary>> ListRecent(Connection connection, IReadOnlyCollection<string> workflowIds, int count)
    {
        var recent = ImmutableDictionary.CreateBuilder<string, ImmutableArray<ExecutionSummary>>(StringComparer.Ordinal);
        foreach (var workflowId in workflowIds)
        {
            var found = ImmutableArray.CreateBuilder<ExecutionSummary>(count);
            var rows = connection[s_recent].Add(workflowId).Add(count);
            while (rows.Step())
                found.Add(ReadSummary(rows));
            if (found.Count > 0)
                recent[workflowId] = found.DrainToImmutable();
        }
        return recent.ToImmutable();
    }

    public static string? FindName(Connection connection, string workflowId, int version) => FindText(connection[s_name].Add(workflowId).Add(version));

    public static ImmutableArray<UnfinishedExecution> ListUnfinished(Connection connection, ExecutionStatus status, long afterPosition, int limit)
    {
        if (status >= ExecutionStatus.Completed)
            return [];
        var found = ImmutableArray.CreateBuilder<UnfinishedExecution>();
        var rows = connection[s_unfinished].Add((int)status).Add(afterPosition).Add(limit);
        while (rows.Step())
            found.Add(new UnfinishedExecution(rows.Long(0), rows.Text(1), rows.Text(2)));
        return found.DrainToImmutable();
    }

    public static string? FindText(Statement row)
    {
        var text = row.Step() ? row.Text(0) : null;
        row.Reset();
        return text;
    }
}
