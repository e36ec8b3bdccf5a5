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
/// <param name="Waiting">Nothing ran: it waited for a moment or its next attempt.</param>
/// <param name="Words">What it was, for the tooltip.</param>
public sealed record TimelineSpan(DateTimeOffset From, DateTimeOffset? To, TaskRunStatus Status, bool Waiting, string Words);

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
                case TaskWaiting e: Of(e.Ref).Wait(e.At, "Waits for a moment"); break;
                case TaskInterrupted e: Of(e.Ref).End(e.At, TaskRunStatus.Cancelled, interrupted: true); break;
                case TaskCompleted e: Of(e.Ref).End(e.At, TaskRunStatus.Completed); break;
                case TaskFailed e: Of(e.Ref).End(e.At, TaskRunStatus.Failed, e.Failure); break;
                case TaskFellBack e: Of(e.Ref).End(e.At, TaskRunStatus.Failed, e.Failure); break;
                case TaskRetryScheduled e:
                    Of(e.Ref).End(e.At, TaskRunStatus.Failed, e.Failure);
                    Of(e.Ref).Wait(e.At, $"Waits for attempt {e.Attempt + 1}");
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
            spans.Add(new TimelineSpan(e.At, null, TaskRunStatus.Running, false, e.Fallback ? "Fallback task" : $"Attempt {e.Attempt}"));
        }

        public void Wait(DateTimeOffset at, string words)
        {
            // A task that only waits starts and waits in the same moment: there is nothing to draw before the wait.
            if (spans is [.., { To: null } open] && open.From == at) spans.RemoveAt(spans.Count - 1);
            CloseSpan(at);
            spans.Add(new TimelineSpan(at, null, TaskRunStatus.Running, true, words));
        }

        public void End(DateTimeOffset at, TaskRunStatus status, TaskFailure? failure = null, bool interrupted = false)
        {
            if (attempts is [.., { To: null } open]) attempts[^1] = open with { To = at, Status = status, Failure = failure, Interrupted = interrupted };
            CloseSpan(at);
            for (var i = firstOfAttempt; i < spans.Count; i++) spans[i] = spans[i] with { Status = status };
        }

        public void CloseSpan(DateTimeOffset at)
        {
            if (spans is [.., { To: null } span]) spans[^1] = span with { To = at };
        }

        public TaskHistory ToHistory() => new([.. attempts], [.. spans]);
    }
}
