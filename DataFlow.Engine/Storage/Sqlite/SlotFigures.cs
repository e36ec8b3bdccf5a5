using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>How many ended, and how long those took that ended well.</summary>
internal sealed class SlotFigures
{
    public long Completed { get; private set; }

    public long Failed { get; private set; }

    public long Cancelled { get; private set; }

    public DurationSketch Durations { get; private init; } = new();

    /// <summary>Completed, failed, cancelled and durations from four columns.</summary>
    public static SlotFigures Read(Statement row, int column) => new()
    {
        Completed = row.Long(column), Failed = row.Long(column + 1), Cancelled = row.Long(column + 2), Durations = DurationSketch.Read(row.Bytes(column + 3)),
    };

    public void Add(EndedFigure figure, int count)
    {
        Add(figure.Status, count);
        if (figure.Duration is { } duration)
            Durations.Add(duration, count);
    }

    public void Add(ExecutionStatus status, long count)
    {
        switch (status)
        {
            case ExecutionStatus.Completed: Completed += count; break;
            case ExecutionStatus.Failed: Failed += count; break;
            default: Cancelled += count; break;
        }
    }

    public void Add(SlotFigures other)
    {
        Completed += other.Completed;
        Failed += other.Failed;
        Cancelled += other.Cancelled;
        Durations.Add(other.Durations);
    }
}
