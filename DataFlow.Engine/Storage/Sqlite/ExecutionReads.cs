using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>What is read of execution rows, lists apart.</summary>
internal static class ExecutionReads
{
    /// <summary>In the order that <see cref="ReadSummary"/> takes them.</summary>
    public const string Columns =
        "e.id, e.workflow_id, e.workflow_version, e.status, e.created_at, e.started_at, e.completed_at, e.sequence, e.failure_code, e.failed_ref, e.\"trigger\", e.replay_of";

    private static readonly Sql s_find = new($"SELECT {Columns}, e.labels FROM execution e WHERE e.id = ?");

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
    };

    public static ExecutionSummary? Find(Connection connection, string executionId) => FindWithLabels(connection, executionId)?.Summary;

    public static (ExecutionSummary Summary, string? Labels)? FindWithLabels(Connection connection, string executionId)
    {
        var row = connection[s_find].Add(executionId);
        if (!row.Step())
            return null;
        var (summary, labels) = (ReadSummary(row), row.OptionalText(12));
        row.Reset();
        return (summary with { WorkflowName = FindName(connection, summary.WorkflowId, summary.WorkflowVersion) }, labels);
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
