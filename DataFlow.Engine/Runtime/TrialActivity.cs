using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Runtime;

/// <summary>What the tasks of one trial tell: as much of it as is kept of an execution, in memory, and gone with its reader.</summary>
internal sealed class TrialActivity : ITaskLogWriter
{
    private readonly Lock _gate = new();
    private readonly List<TaskLogLine> _lines = [];
    private readonly ActivityFeed _feed = new();
    private readonly ActivityFeed.ActivityWatcher _watcher;
    private readonly TaskLogLimits _limits;
    private readonly TimeProvider _clock;
    private readonly string _trialId;
    private TaskLogBook _book;

    public TrialActivity(string trialId, IOptions<TaskLogOptions> options, TimeProvider clock)
    {
        (_trialId, _clock, _limits) = (trialId, clock, new(options.Value.MaxLines, options.Value.MaxBytes));
        _watcher = _feed.Watch(trialId);
        Sink = new TaskActivitySink(this, _feed, options, clock);
    }

    /// <summary>Where the tasks tell it.</summary>
    public TaskActivitySink Sink { get; }

    public void Add(NewTaskLogLine line)
    {
        lock (_gate) _feed.Publish(_trialId, _book.Enter([line], _limits, (kept, _) => _lines.Add(kept)));
    }

    /// <summary>Nothing comes any more.</summary>
    public void End() => _watcher.End();

    /// <summary>All lines in their order and the newest progress, until the end.</summary>
    /// <param name="pause">The reader is told at most this often.</param>
    /// <param name="cancellationToken">Reads no more.</param>
    public async IAsyncEnumerable<TaskActivity> ReadAsync(TimeSpan pause, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var seen = 0; ;)
        {
            await _watcher.WaitAsync(cancellationToken);
            // Asked before taking: what was written before the end is taken with it.
            var isLast = _watcher.HasEnded;
            var (lines, progress) = (LinesAfter(seen), _watcher.Take().Progress);
            if (!lines.IsEmpty || !progress.IsEmpty) yield return new TaskActivity(lines, progress);
            seen += lines.Length;
            if (isLast) yield break;
            await Task.Delay(pause, _clock, cancellationToken);
        }
    }

    private ImmutableArray<TaskLogLine> LinesAfter(int seen)
    {
        lock (_gate) return [.. _lines.Skip(seen)];
    }
}
