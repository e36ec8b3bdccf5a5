using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Executions;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Editor;

/// <summary>What cards tell of a run or a test.</summary>
public static class RunFacts
{
    /// <summary>Statuses to paint. What a test was only told of is not painted unless it was given.</summary>
    public static ImmutableDictionary<string, TaskRunStatus> Statuses(Execution? shown) => shown is null ? ImmutableDictionary<string, TaskRunStatus>.Empty
        : shown.Tasks.Where(run => run is not { Reused: true, Status: TaskRunStatus.Skipped }).ToImmutableDictionary(run => run.Ref, run => run.Status, StringComparer.Ordinal);

    /// <summary>Facts by ref, for the tasks that have one.</summary>
    /// <param name="shown">What is painted; <c>null</c>: nothing.</param>
    /// <param name="isTest">Whether it is a test.</param>
    /// <param name="pinned">Refs whose output is pinned.</param>
    /// <param name="now">The time.</param>
    /// <param name="told">How far tasks have come, by ref; of tasks that have ended it means nothing.</param>
    public static ImmutableDictionary<string, CanvasFact> Of(
        Execution? shown, bool isTest, IEnumerable<string> pinned, DateTimeOffset now, IReadOnlyDictionary<string, TaskProgress>? told = null)
    {
        var pins = pinned.ToHashSet(StringComparer.Ordinal);
        var facts = ImmutableDictionary.CreateBuilder<string, CanvasFact>(StringComparer.Ordinal);
        foreach (var run in shown?.Tasks ?? [])
        {
            var progress = ProgressOf(run, told);
            var words = progress is null ? WordsOf(run, now) : ProgressText.Words(progress);
            if (isTest || words.Length > 0) facts[run.Ref] = new CanvasFact(words, progress is null ? null : ProgressText.Fraction(progress), pins.Contains(run.Ref), isTest);
        }
        foreach (var pin in pins) facts.TryAdd(pin, new CanvasFact("", IsPinned: true));
        return facts.ToImmutable();
    }

    /// <summary>Of the attempt under way only: an earlier one's would be read as its own.</summary>
    public static TaskProgress? ProgressOf(TaskRun run, IReadOnlyDictionary<string, TaskProgress>? told) =>
        run is { Status: TaskRunStatus.Running, RetryAt: null, WaitUntil: null } && told?.GetValueOrDefault(run.Ref) is { } progress && progress.Attempt == run.Attempt ? progress : null;

    private static string WordsOf(TaskRun run, DateTimeOffset now) => run switch
    {
        { Reused: true } => run.Status == TaskRunStatus.Skipped ? "" : "given",
        { Status: TaskRunStatus.Running, RetryAt: { } at } => $"attempt {run.Attempt + 1} in {TimeText.Ticking(at - now)}",
        { Status: TaskRunStatus.Running, WaitUntil: { } until } => $"waits {TimeText.Ticking(until - now)}",
        { Status: TaskRunStatus.Running, StartedAt: { } from } => Joined(now - from >= TimeSpan.FromSeconds(1) ? TimeText.Ticking(now - from) : "", AttemptOf(run)),
        { Status: TaskRunStatus.Failed, Failure: { } failure } => Joined(failure.Code, AttemptOf(run)),
        { StartedAt: { } from, CompletedAt: { } to } => Joined(TimeText.Duration(to - from), AttemptOf(run)),
        _ => "",
    };

    private static string AttemptOf(TaskRun run) => run.Fallback ? "fallback" : run.Attempt > 1 ? $"attempt {run.Attempt}" : "";

    private static string Joined(params string[] words) => string.Join(", ", words.Where(word => word.Length > 0));
}
