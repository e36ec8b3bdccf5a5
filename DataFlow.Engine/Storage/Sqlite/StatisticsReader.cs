namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Figures over a time: differences of what had ended up to its beginning and up to its end. Costs the same however much is stored or ended.</summary>
internal sealed class StatisticsReader(Connection connection, StatisticsWindow window)
{
    private static readonly Sql s_before = new("SELECT completed, failed, cancelled FROM ended_slot WHERE slot < ? ORDER BY slot DESC LIMIT 1");

    private static readonly Sql s_durationsBefore = new("SELECT durations FROM ended_slot WHERE slot < ? ORDER BY slot DESC LIMIT 1");

    // From one workflow to the next by leaps, never through the rows of one.
    private static readonly Sql s_failing = new("""
        WITH RECURSIVE workflow_with (id) AS (
            SELECT min(workflow_id) FROM ended_workflow
            UNION ALL SELECT (SELECT min(workflow_id) FROM ended_workflow WHERE workflow_id > id) FROM workflow_with WHERE id IS NOT NULL
        )
        SELECT id, last.failed - coalesce(first.failed, 0), last.ended - coalesce(first.ended, 0) FROM workflow_with
        CROSS JOIN ended_workflow last ON last.workflow_id = id AND last.slot = (SELECT max(slot) FROM ended_workflow WHERE workflow_id = id AND slot < ?2)
        LEFT JOIN ended_workflow first ON first.workflow_id = id AND first.slot = (SELECT max(slot) FROM ended_workflow WHERE workflow_id = id AND slot < ?1)
        WHERE last.failed > coalesce(first.failed, 0)
        """);

    private static readonly Sql s_name = new("SELECT name FROM workflow WHERE id = ?");

    public ExecutionStatistics Read(UnfinishedCounts counts)
    {
        var builder = new StatisticsBuilder(window);
        // All of one moment.
        connection.Execute("BEGIN");
        Count(builder);
        builder.Durations.Add(DurationsBefore(window.End));
        builder.Durations.Add(DurationsBefore(window.First), -1);
        var failing = connection[s_failing].Add(window.First).Add(window.End);
        while (failing.Step())
            builder.AddWorkflow(failing.Text(0), failing.Int(1), failing.Int(2));
        var statistics = builder.Build(counts.Running, counts.Pending, id => ExecutionReads.FindText(connection[s_name].Add(id)));
        connection.Execute("COMMIT");
        return statistics;
    }

    private void Count(StatisticsBuilder builder)
    {
        var before = Before(window.First);
        for (var bucket = 0; bucket < window.Buckets; bucket++)
        {
            var after = Before(window.StartOf(bucket + 1));
            builder.Add(bucket, (int)(after.Completed - before.Completed), (int)(after.Failed - before.Failed), (int)(after.Cancelled - before.Cancelled));
            before = after;
        }
    }

    private (long Completed, long Failed, long Cancelled) Before(long slot)
    {
        var row = connection[s_before].Add(slot);
        var sums = row.Step() ? (row.Long(0), row.Long(1), row.Long(2)) : default;
        row.Reset();
        return sums;
    }

    private DurationSketch DurationsBefore(long slot)
    {
        var row = connection[s_durationsBefore].Add(slot);
        var sketch = row.Step() ? DurationSketch.Read(row.Bytes(0)) : new DurationSketch();
        row.Reset();
        return sketch;
    }
}
