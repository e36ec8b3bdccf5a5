using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Support;

/// <summary>Keeps what an attempt tells, as it told it.</summary>
internal sealed class RecordingSink : ITaskActivitySink
{
    private readonly Lock _gate = new();
    private readonly List<(TaskLogLevel Level, string Text)> _lines = [];
    private readonly List<(long Done, long? Total, string? Unit)> _reports = [];

    public IReadOnlyList<(TaskLogLevel Level, string Text)> Lines
    {
        get { lock (_gate) return [.. _lines]; }
    }

    public IReadOnlyList<(long Done, long? Total, string? Unit)> Reports
    {
        get { lock (_gate) return [.. _reports]; }
    }

    public void Log(TaskContext context, TaskLogLevel level, string text)
    {
        lock (_gate) _lines.Add((level, text));
    }

    public void Report(TaskContext context, long done, long? total, string? unit, string? note)
    {
        lock (_gate) _reports.Add((done, total, unit));
    }
}
