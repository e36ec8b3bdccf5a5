using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Runtime;

/// <summary>
/// The spans of an execution, read from its whole journal when it has ended: whatever became of the processes that ran it, and however often it was tried,
/// they are complete and their times are those of the facts. Pure.
/// </summary>
internal sealed class ExecutionSpans
{
    private readonly Execution _execution;
    private readonly Dictionary<string, Open> _tasks = [];
    private readonly Dictionary<string, Open> _attempts = [];
    private readonly ImmutableArray<ExecutionSpan>.Builder _spans = ImmutableArray.CreateBuilder<ExecutionSpan>();
    private readonly Open _root;

    private ExecutionSpans(Execution execution)
    {
        _execution = execution;
        _root = new Open(execution.CreatedAt, 0);
    }

    /// <summary>Of an execution that has ended: itself first, then its tasks and attempts as they ended.</summary>
    public static ImmutableArray<ExecutionSpan> Of(Execution execution, ImmutableArray<ExecutionEvent> events)
    {
        var spans = new ExecutionSpans(execution);
        foreach (var e in events) spans.Add(e);
        spans._spans.Insert(0, spans.Root());
        return spans._spans.DrainToImmutable();
    }

    private void Add(ExecutionEvent e)
    {
        switch (e)
        {
            case ExecutionStarted: _root.Note(e, "started"); break;
            case ExecutionPaused: _root.Note(e, "paused"); break;
            case ExecutionResumed: _root.Note(e, "resumed"); break;
            case CancellationRequested: _root.Note(e, "cancellation_requested"); break;
            case TaskStarted started:
                Task(started.Ref, e);
                _attempts[started.Ref] = new Open(e.At, started.Attempt) { Fallback = started.Fallback };
                break;
            case TaskWaiting waiting: _attempts[waiting.Ref].Note(e, "waiting", Until(waiting.Until)); break;
            case TaskInterrupted lost: EndAttempt(lost.Ref, e, "interrupted", lost.Graceful ? "interrupted" : "lost"); break;
            case TaskRetryScheduled retry:
                EndAttempt(retry.Ref, e, retry.Failure.Code, "retried");
                Task(retry.Ref, e).Note(e, "retry_scheduled", new("dataflow.attempt", retry.Attempt), Until(retry.RetryAt));
                break;
            case TaskFellBack fallen:
                EndAttempt(fallen.Ref, e, fallen.Failure.Code, "failed");
                Task(fallen.Ref, e).Note(e, "fell_back");
                break;
            case TaskCompleted completed: End(completed.Ref, e, null, "completed"); break;
            case TaskFailed failed: End(failed.Ref, e, failed.Failure.Code, "failed"); break;
            case TaskCancelled cancelled: End(cancelled.Ref, e, null, "cancelled"); break;
            case TaskSkipped skipped: End(skipped.Ref, e, null, "skipped"); break;
            case TaskReused reused: End(reused.Ref, e, null, "reused"); break;
            default: break;
        }
    }

    private Open Task(string taskRef, ExecutionEvent e) => _tasks.TryGetValue(taskRef, out var open) ? open : _tasks[taskRef] = new Open(e.At, 0);

    private void EndAttempt(string taskRef, ExecutionEvent e, string? failureCode, string outcome)
    {
        if (!_attempts.Remove(taskRef, out var open)) return;
        _spans.Add(new ExecutionSpan(
            SpanKind.Attempt, taskRef, open.Attempt, open.Start, e.At, failureCode,
            [.. Common(taskRef), new("dataflow.attempt", open.Attempt), new("dataflow.attempt.outcome", outcome), new("dataflow.attempt.fallback", open.Fallback)], [.. open.Events]));
    }

    private void End(string taskRef, ExecutionEvent e, string? failureCode, string outcome)
    {
        EndAttempt(taskRef, e, failureCode, outcome);
        var (open, run) = (Task(taskRef, e), _execution.FindTask(taskRef)!);
        _spans.Add(new ExecutionSpan(
            SpanKind.Task, taskRef, 0, open.Start, e.At, failureCode,
            [
                .. Common(taskRef), new("dataflow.task.status", run.Status.Word()), new("dataflow.task.attempts", run.Attempt),
                new("dataflow.task.failure_handled", run.Handled), new("dataflow.task.reused", run.Reused),
            ],
            [.. open.Events]));
    }

    private ExecutionSpan Root() => new(
        SpanKind.Execution, "", 0, _root.Start, _execution.CompletedAt!.Value, _execution.Failure?.Code,
        [
            new("dataflow.execution.id", _execution.Id), new("dataflow.workflow.id", _execution.WorkflowId), new("dataflow.workflow.version", _execution.WorkflowVersion),
            new("dataflow.execution.status", _execution.Status.Word()), new("dataflow.execution.trigger", _execution.Trigger), new("dataflow.execution.replay_of", _execution.ReplayOf),
        ],
        [.. _root.Events]);

    private static KeyValuePair<string, object?> Until(DateTimeOffset moment) => new("dataflow.until", ExecutionDocument.Text(moment));

    private IEnumerable<KeyValuePair<string, object?>> Common(string taskRef) =>
        [new("dataflow.execution.id", _execution.Id), new("dataflow.task.ref", taskRef), new("dataflow.task.type", _execution.FindTask(taskRef)!.Type)];

    private sealed class Open(DateTimeOffset start, int attempt)
    {
        public DateTimeOffset Start => start;

        public int Attempt => attempt;

        public bool Fallback { get; init; }

        public List<ExecutionSpanEvent> Events { get; } = [];

        public void Note(ExecutionEvent e, string name, params ReadOnlySpan<KeyValuePair<string, object?>> attributes) => Events.Add(new ExecutionSpanEvent(e.At, name, [.. attributes]));
    }
}
