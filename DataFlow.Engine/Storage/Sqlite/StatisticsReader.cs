using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Figures over a time, from what was counted by the minute; executions themselves are read only in minutes that the ends of the time or of its parts cut through,
/// and for the percentiles, in bounded number.
/// </summary>
internal sealed class StatisticsReader(Connection connection, StatisticsBuilder builder, DateTimeOffset from, DateTimeOffset to)
{
    private const int MostMeasured = 5_000;
    private const int MostMinutesMeasured = 200;

    private static readonly Sql s_minutes = new("SELECT minute, workflow_id, completed, failed, cancelled FROM ended_minute WHERE minute BETWEEN ? AND ? ORDER BY minute");

    // The index is named: left alone, SQLite takes the one of the status for the better choice and reads all of it.
    private static readonly Sql s_ended = new("SELECT workflow_id, status, completed_at FROM execution INDEXED BY execution_ended WHERE completed_at >= ? AND completed_at < ?");

    private static readonly Sql s_durations = new(
        "SELECT completed_at - started_at FROM execution INDEXED BY execution_ended WHERE completed_at >= ? AND completed_at < ? AND status = 2 AND started_at IS NOT NULL LIMIT ?");

    private static readonly Sql s_name = new("SELECT name FROM workflow WHERE id = ?");

    private readonly long _from = StoredTime.ToMicroseconds(from);
    private readonly long _to = StoredTime.ToMicroseconds(to);

    /// <summary>How many ended well, by minute, in order.</summary>
    private readonly List<(long Minute, int Completed)> _completed = [];

    public ExecutionStatistics Read(UnfinishedCounts counts)
    {
        // Minutes and executions of one moment.
        connection.Execute("BEGIN");
        Count();
        Measure();
        var statistics = builder.Build(counts.Running, counts.Pending, id => ExecutionReads.FindText(connection[s_name].Add(id)));
        connection.Execute("COMMIT");
        return statistics;
    }

    private void Count()
    {
        var rows = connection[s_minutes].Add(StoredTime.MinuteOf(_from)).Add(StoredTime.MinuteOf(_to - 1));
        var cut = -1L;
        while (rows.Step())
        {
            var minute = rows.Long(0);
            if (_completed.Count == 0 || _completed[^1].Minute != minute)
                _completed.Add((minute, 0));
            _completed[^1] = (minute, _completed[^1].Completed + rows.Int(2));
            var (first, end) = Range(minute);
            var isWhole = end - first == StoredTime.MicrosecondsPerMinute && builder.BucketOf(first) == builder.BucketOf(end - 1);
            if (!isWhole && cut != minute)
            {
                cut = minute;
                CountEach(first, end);
            }
            if (!isWhole)
                continue;
            foreach (var (status, column) in ((ExecutionStatus, int)[])[(ExecutionStatus.Completed, 2), (ExecutionStatus.Failed, 3), (ExecutionStatus.Cancelled, 4)])
            {
                if (rows.Int(column) is var count and > 0)
                    builder.Add(rows.Text(1), status, first, count);
            }
        }
    }

    private void CountEach(long first, long end)
    {
        var rows = connection[s_ended].Add(first).Add(end);
        while (rows.Step())
            builder.Add(rows.Text(0), (ExecutionStatus)rows.Int(1), rows.Long(2));
    }

    private void Measure()
    {
        if (_completed.Sum(minute => (long)minute.Completed) <= MostMeasured)
        {
            MeasureEach(_from, _to, MostMeasured);
            return;
        }
        // Of evenly spread minutes, as many each as its part of them all.
        var step = (_completed.Count + MostMinutesMeasured - 1) / MostMinutesMeasured;
        var sample = _completed.Where((_, i) => i % step == 0).ToList();
        var all = sample.Sum(minute => (long)minute.Completed);
        foreach (var (minute, completed) in sample)
        {
            var (first, end) = Range(minute);
            MeasureEach(first, end, (int)Math.Min(completed, ((long)completed * MostMeasured + all - 1) / Math.Max(all, 1)));
        }
    }

    private void MeasureEach(long first, long end, int most)
    {
        var rows = connection[s_durations].Add(first).Add(end).Add(most);
        while (rows.Step())
            builder.Measure(rows.Long(0));
    }

    /// <summary>The part of a minute that lies in the time.</summary>
    private (long First, long End) Range(long minute) =>
        (Math.Max(minute * StoredTime.MicrosecondsPerMinute, _from), Math.Min((minute + 1) * StoredTime.MicrosecondsPerMinute, _to));
}
