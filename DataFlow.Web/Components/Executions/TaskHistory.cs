using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Web.Components.Executions;

/// <summary>One try of a task, read from the journal.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Fallback">Of the task named in <c>on_error</c>.</param>
/// <param name="From">When it started.</param>
/// <param name="To">When it ended; <c>null</c>: it has not.</param>
/// <param name="Status">How it stands.</param>
/// <param name="Input">As rendered.</param>
/// <param name="Failure">Why it failed.</param>
/// <param name="Interrupted">The process ended while it ran.</param>
public sealed record TaskAttempt(
    int Number, bool Fallback, DateTimeOffset From, DateTimeOffset? To, TaskRunStatus Status, JsonElement Input, TaskFailure? Failure = null, bool Interrupted = false);

/// <summary>A stretch of a task's timeline.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Where it ends; <c>null</c>: now.</param>
/// <param name="Status">Its tone.</param>
/// <param name="Kind">What went on.</param>
/// <param name="Words">What it was, for people.</param>
public sealed record TimelineSpan(DateTimeOffset From, DateTimeOffset? To, TaskRunStatus Status, SpanKind Kind, string Words)
{
    /// <summary>Nothing ran.</summary>
    public bool Waiting => Kind != SpanKind.Running;
}

/// <summary>What goes on in a stretch of a timeline.</summary>
public enum SpanKind
{
    /// <summary>An attempt runs.</summary>
    Running,

    /// <summary>It waits for a moment.</summary>
    Waiting,

    /// <summary>It waits for its next attempt.</summary>
    Retry,

    /// <summary>It is accepted and waits for a place.</summary>
    Queued,

    /// <summary>It is paused.</summary>
    Paused,
}

/// <summary>What the journal tells of one task: its attempts and its timeline. Pure.</summary>
public sealed record TaskHistory(ImmutableArray<TaskAttempt> Attempts, ImmutableArray<TimelineSpan> Spans)
{
    public static TaskHistory Empty { get; } = new([], []);

    public static ImmutableDictionary<string, TaskHistory> Read(IEnumerable<ExecutionEvent> events)
    {
        var tracks = new Dictionary<string, Track>(StringComparer.Ordinal);
        foreach (var happened in events)
        {
            switch (happened)
            {
                case TaskStarted e: Of(e.Ref).Start(e); break;
                case TaskWaiting e: Of(e.Ref).Wait(e.At, SpanKind.Waiting, "Wait"); break;
                case TaskInterrupted e: Of(e.Ref).End(e.At, TaskRunStatus.Cancelled, interrupted: true); break;
                case TaskCompleted e: Of(e.Ref).End(e.At, TaskRunStatus.Completed); break;
                case TaskFailed e: Of(e.Ref).End(e.At, TaskRunStatus.Failed, e.Failure); break;
                case TaskFellBack e: Of(e.Ref).End(e.At, TaskRunStatus.Failed, e.Failure); break;
                case TaskRetryScheduled e:
                    Of(e.Ref).End(e.At, TaskRunStatus.Failed, e.Failure);
                    Of(e.Ref).Wait(e.At, SpanKind.Retry, $"Delay before attempt {e.Attempt + 1}");
                    break;
                case TaskCancelled e: Of(e.Ref).End(e.At, TaskRunStatus.Cancelled); break;
                case ExecutionCompleted or ExecutionFailed or ExecutionCancelled:
                    foreach (var track in tracks.Values) track.CloseSpan(happened.At);
                    break;
            }
        }
        return tracks.ToImmutableDictionary(track => track.Key, track => track.Value.ToHistory(), StringComparer.Ordinal);

        Track Of(string name)
        {
            if (!tracks.TryGetValue(name, out var track)) tracks[name] = track = new Track();
            return track;
        }
    }

    /// <summary>The timeline of the execution itself: in the queue, under way, paused.</summary>
    public static ImmutableArray<TimelineSpan> OfExecution(IEnumerable<ExecutionEvent> events)
    {
        var spans = new List<TimelineSpan>();
        foreach (var happened in events)
        {
            switch (happened)
            {
                case ExecutionQueued e: Begin(e.At, TaskRunStatus.Pending, SpanKind.Queued, "Queued"); break;
                case ExecutionStarted e: Begin(e.At, TaskRunStatus.Running, SpanKind.Running, "Under way"); break;
                case ExecutionPaused e: Begin(e.At, TaskRunStatus.Cancelled, SpanKind.Paused, "Paused"); break;
                case ExecutionResumed e: Begin(e.At, TaskRunStatus.Running, SpanKind.Running, "Under way"); break;
                case ExecutionCompleted: End(happened.At, TaskRunStatus.Completed); break;
                case ExecutionFailed: End(happened.At, TaskRunStatus.Failed); break;
                case ExecutionCancelled: End(happened.At, TaskRunStatus.Cancelled); break;
            }
        }
        return [.. spans];

        void Begin(DateTimeOffset at, TaskRunStatus status, SpanKind kind, string words)
        {
            if (spans is [.., { To: null } open]) spans[^1] = open with { To = at };
            spans.Add(new TimelineSpan(at, null, status, kind, words));
        }

        void End(DateTimeOffset at, TaskRunStatus status)
        {
            if (spans is [.., { To: null } open]) spans[^1] = open with { To = at };
            for (var i = 0; i < spans.Count; i++)
                if (spans[i].Kind == SpanKind.Running) spans[i] = spans[i] with { Status = status };
        }
    }

    private sealed class Track
    {
        private readonly List<TaskAttempt> attempts = [];
        private readonly List<TimelineSpan> spans = [];
        private int firstOfAttempt;

        public void Start(TaskStarted e)
        {
            CloseSpan(e.At);
            firstOfAttempt = spans.Count;
            attempts.Add(new TaskAttempt(e.Attempt, e.Fallback, e.At, null, TaskRunStatus.Running, e.Input));
            spans.Add(new TimelineSpan(e.At, null, TaskRunStatus.Running, SpanKind.Running, e.Fallback ? "Fallback task" : $"Attempt {e.Attempt}"));
        }

        public void Wait(DateTimeOffset at, SpanKind kind, string words)
        {
            // A task that only waits starts and waits in the same moment: there is nothing to draw before the wait.
            if (spans is [.., { To: null } open] && open.From == at) spans.RemoveAt(spans.Count - 1);
            CloseSpan(at);
            // Between two attempts nothing of it is under way.
            spans.Add(new TimelineSpan(at, null, kind == SpanKind.Retry ? TaskRunStatus.Pending : TaskRunStatus.Running, kind, words));
        }

        public void End(DateTimeOffset at, TaskRunStatus status, TaskFailure? failure = null, bool interrupted = false)
        {
            CloseSpan(at);
            // Between attempts: the last one has its colour already.
            if (attempts is not [.., { To: null } open]) return;
            attempts[^1] = open with { To = at, Status = status, Failure = failure, Interrupted = interrupted };
            for (var i = firstOfAttempt; i < spans.Count; i++) spans[i] = spans[i] with { Status = status };
        }

        public void CloseSpan(DateTimeOffset at)
        {
            if (spans is [.., { To: null } span]) spans[^1] = span with { To = at };
        }

        public TaskHistory ToHistory() => new([.. attempts], [.. spans]);
    }
}
