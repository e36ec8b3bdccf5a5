using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Runtime;

/// <summary>Takes what attempts tell: lines go to the writer, progress to the feed. An attempt that tells nothing costs nothing.</summary>
internal sealed class TaskActivitySink(ITaskLogWriter writer, ActivityFeed feed, IOptions<TaskLogOptions> options, TimeProvider clock) : ITaskActivitySink
{
    private const int LongestNote = 200;

    private readonly TaskLogOptions _options = options.Value;

    public void Log(TaskContext context, TaskLogLevel level, string text)
    {
        if (level < _options.MinimumLevel || string.IsNullOrWhiteSpace(text)) return;
        var attempt = Of(context);
        if (!attempt.MayWrite()) return;
        writer.Add(new NewTaskLogLine(context.ExecutionId, clock.GetUtcNow(), context.TaskRef, context.Attempt, level, attempt.Clean(text)));
    }

    public void Report(TaskContext context, long done, long? total, string? unit, string? note)
    {
        var attempt = Of(context);
        if (attempt.HasEnded) return;
        // A total that turns out too small is none.
        var (all, most) = (total is { } given && given >= done && given > 0 ? given : (long?)null, Math.Max(done, 0));
        feed.Report(context.ExecutionId, new TaskProgress(
            context.TaskRef, context.Attempt, clock.GetUtcNow(), all is { } size ? Math.Round(100.0 * most / size, 1) : null, most, all, unit,
            note is null ? null : Short(attempt.Clean(note))));
        // It may have ended meanwhile, and then nobody else takes it away.
        if (attempt.HasEnded) feed.Forget(context.ExecutionId, context.TaskRef, context.Attempt);
    }

    /// <summary>Cut after it was cleaned: half a secret would be none that the mask knows.</summary>
    private static string Short(string note) => note.Length > LongestNote ? note[..LongestNote] : note;

    /// <summary>The attempt is over.</summary>
    public void Ended(TaskContext context)
    {
        if (context.SinkState is not AttemptActivity attempt) return;
        attempt.End();
        feed.Forget(context.ExecutionId, context.TaskRef, context.Attempt);
    }

    private AttemptActivity Of(TaskContext context) => (AttemptActivity)(
        context.SinkState ?? Interlocked.CompareExchange(ref context.SinkState, new AttemptActivity(context, _options), null) ?? context.SinkState!);
}
