using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Executions;

/// <summary>
/// A fact about one execution. The ordered facts are its journal; the n-th has sequence n, from 1.
/// An event type is never edited, only added to with optional members: recorded journals must replay for ever.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(ExecutionQueued), "execution_queued")]
[JsonDerivedType(typeof(TaskReused), "task_reused")]
[JsonDerivedType(typeof(ExecutionStarted), "execution_started")]
[JsonDerivedType(typeof(TaskStarted), "task_started")]
[JsonDerivedType(typeof(TaskWaiting), "task_waiting")]
[JsonDerivedType(typeof(TaskInterrupted), "task_interrupted")]
[JsonDerivedType(typeof(TaskCompleted), "task_completed")]
[JsonDerivedType(typeof(TaskRetryScheduled), "task_retry_scheduled")]
[JsonDerivedType(typeof(TaskFellBack), "task_fell_back")]
[JsonDerivedType(typeof(TaskFailed), "task_failed")]
[JsonDerivedType(typeof(TaskSkipped), "task_skipped")]
[JsonDerivedType(typeof(TaskCancelled), "task_cancelled")]
[JsonDerivedType(typeof(ExecutionPaused), "execution_paused")]
[JsonDerivedType(typeof(ExecutionResumed), "execution_resumed")]
[JsonDerivedType(typeof(CancellationRequested), "cancellation_requested")]
[JsonDerivedType(typeof(ExecutionCompleted), "execution_completed")]
[JsonDerivedType(typeof(ExecutionFailed), "execution_failed")]
[JsonDerivedType(typeof(ExecutionCancelled), "execution_cancelled")]
public abstract record ExecutionEvent(DateTimeOffset At);

/// <summary>
/// Accepted: input checked, defaults filled in. First event of every journal. Status PENDING. <paramref name="TraceParent"/> (W3C): the span it was accepted in,
/// with <paramref name="TraceState"/>.
/// </summary>
public sealed record ExecutionQueued(
    DateTimeOffset At, string WorkflowId, int WorkflowVersion, JsonElement Input, string? WebhookUrl = null, string? Trigger = null,
    string? ReplayOf = null, ImmutableSortedDictionary<string, string>? Labels = null, string? TraceParent = null,
    string? TraceState = null) : ExecutionEvent(At);

/// <summary>A replay took this task's end over from the execution it replays; it does not run again.</summary>
public sealed record TaskReused(DateTimeOffset At, string Ref, TaskRunStatus Status, JsonElement? Output = null, TaskFailure? Failure = null) : ExecutionEvent(At);

/// <summary>Claimed by a runner. Status RUNNING.</summary>
public sealed record ExecutionStarted(DateTimeOffset At) : ExecutionEvent(At);

/// <summary>An attempt begins with this input, as rendered. <paramref name="Fallback"/>: of the task named in <c>on_error</c>.</summary>
public sealed record TaskStarted(DateTimeOffset At, string Ref, int Attempt, JsonElement Input, bool Fallback = false) : ExecutionEvent(At);

/// <summary>The attempt needs nothing until this moment and ends then.</summary>
public sealed record TaskWaiting(DateTimeOffset At, string Ref, int Attempt, DateTimeOffset Until) : ExecutionEvent(At);

/// <summary>The process ended while the attempt ran. <paramref name="Graceful"/>: it was asked to stop, so this is no death for the crash-loop guard.</summary>
public sealed record TaskInterrupted(DateTimeOffset At, string Ref, int Attempt, bool Graceful = false) : ExecutionEvent(At);

/// <summary>The task ended well. Its output never changes after this.</summary>
public sealed record TaskCompleted(DateTimeOffset At, string Ref, int Attempt, JsonElement Output) : ExecutionEvent(At);

/// <summary>The attempt failed and the next one starts at <paramref name="RetryAt"/>.</summary>
public sealed record TaskRetryScheduled(DateTimeOffset At, string Ref, int Attempt, TaskFailure Failure, DateTimeOffset RetryAt) : ExecutionEvent(At);

/// <summary>The task failed for good and its fallback task starts next.</summary>
public sealed record TaskFellBack(DateTimeOffset At, string Ref, int Attempt, TaskFailure Failure) : ExecutionEvent(At);

/// <summary>The task failed for good. <paramref name="Handled"/>: <c>on_error</c> lets the execution go on with <paramref name="Output"/>.</summary>
public sealed record TaskFailed(DateTimeOffset At, string Ref, int Attempt, TaskFailure Failure, bool Handled = false, JsonElement? Output = null) : ExecutionEvent(At);

/// <summary>The task will not start. Reasons: <c>condition_false</c>, <c>execution_failed</c>, <c>execution_cancelled</c>.</summary>
public sealed record TaskSkipped(DateTimeOffset At, string Ref, string Reason) : ExecutionEvent(At);

/// <summary>The task was under way when its execution was cancelled or failed; a late result is dropped.</summary>
public sealed record TaskCancelled(DateTimeOffset At, string Ref) : ExecutionEvent(At);

/// <summary>No further attempt starts until it is resumed; those under way go on.</summary>
public sealed record ExecutionPaused(DateTimeOffset At) : ExecutionEvent(At);

/// <summary>Goes on.</summary>
public sealed record ExecutionResumed(DateTimeOffset At) : ExecutionEvent(At);

/// <summary>Somebody asked for the end.</summary>
public sealed record CancellationRequested(DateTimeOffset At, string? Reason = null) : ExecutionEvent(At);

/// <summary>All tasks ended; status COMPLETED.</summary>
public sealed record ExecutionCompleted(DateTimeOffset At, JsonElement Output) : ExecutionEvent(At);

/// <summary>Status FAILED.</summary>
public sealed record ExecutionFailed(DateTimeOffset At, TaskFailure Failure) : ExecutionEvent(At);

/// <summary>Status CANCELLED.</summary>
public sealed record ExecutionCancelled(DateTimeOffset At) : ExecutionEvent(At);
