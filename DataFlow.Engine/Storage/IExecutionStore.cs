using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;

namespace DataFlow.Engine.Storage;

/// <summary>A webhook message to be committed with the state change it tells of.</summary>
/// <param name="Id">The <c>webhook-id</c>, unique, without a full stop.</param>
/// <param name="ExecutionId">Whose state changed; <c>null</c>: a test message.</param>
/// <param name="Sequence">Sequence of the event that changed it.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Type">Name of the event, such as <c>execution.completed</c>.</param>
/// <param name="Body">UTF-8 JSON, sent and signed exactly as it is.</param>
/// <param name="CreatedAt">When; also the time of the first attempt.</param>
/// <param name="WebhookId">The subscription that asked for it; when that is gone by the time of the commit, so is the message. <c>null</c>: the execution names the URL itself.</param>
public sealed record OutboxMessage(
    string Id, string? ExecutionId, int Sequence, string Url, string Type, ReadOnlyMemory<byte> Body, DateTimeOffset CreatedAt, string? WebhookId = null);

/// <summary>An <c>Idempotency-Key</c> given with an execute request.</summary>
/// <param name="Key">As given, 1 to 255 visible ASCII characters. Scope: one workflow.</param>
/// <param name="BodyHash">SHA-256 of what was asked for, hex.</param>
/// <param name="ExpiresAt">After this the key is free again.</param>
public sealed record IdempotencyKey(string Key, string BodyHash, DateTimeOffset ExpiresAt);

/// <summary>An execution to be created: its first events, row and what goes with them, in one transaction.</summary>
public sealed record NewExecution
{
    /// <summary>The fold of <see cref="Events"/>.</summary>
    public required Execution Execution { get; init; }

    /// <summary>Its first events; they may carry it to its end already.</summary>
    public required ImmutableArray<ExecutionEvent> Events { get; init; }

    /// <summary>The key, if one was given.</summary>
    public IdempotencyKey? Key { get; init; }

    /// <summary>Credentials, already encrypted; erased by the append that finishes the execution.</summary>
    public byte[]? ProtectedCredentials { get; init; }

    /// <summary>The workflow's concurrency limit when full means reject: creation is refused if that many are unfinished.</summary>
    public int? RejectAbove { get; init; }

    /// <summary>Messages to send, when its first events carry it far enough.</summary>
    public ImmutableArray<OutboxMessage> Outbox { get; init; } = [];
}

/// <summary>How a creation ended.</summary>
public abstract record CreateOutcome
{
    /// <summary>Committed.</summary>
    public static CreateOutcome Created { get; } = new Done();

    /// <summary>See <see cref="Created"/>.</summary>
    public sealed record Done : CreateOutcome;

    /// <summary>The same key and body made this execution before.</summary>
    public sealed record Repeated(string ExecutionId, int WorkflowVersion) : CreateOutcome;

    /// <summary>The key was used with another body.</summary>
    public sealed record KeyReused : CreateOutcome;

    /// <summary>As many executions of the workflow as it allows are unfinished.</summary>
    public sealed record LimitReached : CreateOutcome;
}

/// <summary>New events of an execution, its row after them, and webhook messages: one transaction.</summary>
/// <param name="Execution">The fold after <paramref name="Events"/>.</param>
/// <param name="ExpectedSequence">Sequence before them: the fence.</param>
/// <param name="Events">At least one.</param>
/// <param name="Outbox">Messages to send.</param>
public sealed record JournalAppend(Execution Execution, int ExpectedSequence, ImmutableArray<ExecutionEvent> Events, ImmutableArray<OutboxMessage> Outbox);

/// <summary>Somebody else has written to this journal since: this writer is no longer its owner and must stop.</summary>
public sealed class FenceLostException(string executionId) : Exception($"The journal of {executionId} has moved on.")
{
    /// <summary>The execution.</summary>
    public string ExecutionId { get; } = executionId;
}

/// <summary>The store cannot take writes now (disk full, I/O error); nothing of the request was kept.</summary>
public sealed class StorageUnavailableException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The journal of one execution.</summary>
/// <param name="ExecutionId"><c>ex-…</c></param>
/// <param name="FirstSequence">Sequence of the first event listed.</param>
/// <param name="Events">In order.</param>
/// <param name="ProtectedCredentials">Still there while it is unfinished.</param>
public sealed record Journal(string ExecutionId, int FirstSequence, ImmutableArray<ExecutionEvent> Events, byte[]? ProtectedCredentials);

/// <summary>What to list, newest first.</summary>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">From the page before.</param>
/// <param name="WorkflowId">Of this workflow.</param>
/// <param name="Statuses">Any of these; empty: all.</param>
/// <param name="CreatedFrom">Accepted at or after.</param>
/// <param name="CreatedTo">Accepted before.</param>
/// <param name="Label">A label that must be there, <c>key</c> or <c>key=value</c>.</param>
/// <param name="Text">
/// The beginning of an execution id (with <c>ex-</c> nothing else is searched), or part of workflow id, workflow name, failure code, failure message, failed task or a label,
/// whatever its case. A failure's message is searched in its first <see cref="ExecutionSummary.LongestMessage"/> characters.
/// </param>
public sealed record ExecutionQuery(
    int Limit = 20, string? Cursor = null, string? WorkflowId = null, ImmutableArray<ExecutionStatus> Statuses = default,
    DateTimeOffset? CreatedFrom = null, DateTimeOffset? CreatedTo = null, string? Label = null, string? Text = null);

/// <summary>Figures over a time, for the home page, in whole pieces of five minutes.</summary>
/// <param name="From">When the time begins: at the first piece.</param>
/// <param name="Completed">Ended well in it.</param>
/// <param name="Failed">Ended badly in it.</param>
/// <param name="Cancelled">Cancelled in it.</param>
/// <param name="Running">Running now.</param>
/// <param name="Pending">Pending now.</param>
/// <param name="P50">Median time from start to end of the completed ones, at most 2 % too long or too short; <c>null</c>: there was none.</param>
/// <param name="P95">95th percentile of it, likewise.</param>
/// <param name="Buckets">Ended well and badly per equal part of the time, oldest first.</param>
/// <param name="FailingMost">Workflows with the most failures, most first.</param>
public sealed record ExecutionStatistics(
    DateTimeOffset From, int Completed, int Failed, int Cancelled, int Running, int Pending, TimeSpan? P50, TimeSpan? P95,
    ImmutableArray<StatisticsBucket> Buckets, ImmutableArray<FailingWorkflow> FailingMost);

/// <summary>One part of the time.</summary>
public sealed record StatisticsBucket(DateTimeOffset From, int Completed, int Failed);

/// <summary>A workflow with failures.</summary>
public sealed record FailingWorkflow(string WorkflowId, string Name, int Failed, int Ended);

/// <summary>How a deletion ended.</summary>
public enum DeleteOutcome
{
    /// <summary>It is gone with all that belonged to it.</summary>
    Deleted,

    /// <summary>There is none.</summary>
    NotFound,

    /// <summary>It has not ended.</summary>
    NotEnded,

    /// <summary>Webhook messages of it are on their way: who was promised them gets them first.</summary>
    DeliveriesPending,
}

/// <summary>
/// Journals and their projection rows. Every write is committed (fsync) when its task completes. Rows keep times to the microsecond, rounded down; journals
/// keep events exactly.
/// </summary>
public interface IExecutionStore
{
    /// <summary>Creates it; key check, limit check, journal and row in one transaction.</summary>
    /// <exception cref="DuplicateIdException">The id, or that of a message, is taken.</exception>
    /// <exception cref="StorageUnavailableException">Disk full or broken.</exception>
    ValueTask<CreateOutcome> CreateAsync(NewExecution execution, CancellationToken cancellationToken);

    /// <summary>Appends. When the execution is finished by it, credentials are erased in the same transaction.</summary>
    /// <exception cref="FenceLostException">The journal is not at <see cref="JournalAppend.ExpectedSequence"/>.</exception>
    /// <exception cref="DuplicateIdException">The id of a message is taken.</exception>
    /// <exception cref="StorageUnavailableException">Disk full or broken.</exception>
    ValueTask AppendAsync(JournalAppend append, CancellationToken cancellationToken);

    /// <summary>Events after a sequence (0: all); <c>null</c> when there is no such execution.</summary>
    Task<Journal?> ReadAsync(string executionId, int afterSequence, CancellationToken cancellationToken);

    /// <summary>The trace an execution was accepted in; nothing in it when it was accepted in none, or there is no such execution.</summary>
    Task<TraceOrigin> FindTraceAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>One row, or <c>null</c>.</summary>
    Task<ExecutionSummary?> FindAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>
    /// A page of rows, newest (last accepted) first, names filled in. What few rows have may end a page early, even empty, after 20,000 places looked at; as
    /// long as there is a cursor, the list goes on.
    /// </summary>
    /// <exception cref="InvalidCursorException">The cursor is not ours.</exception>
    Task<Page<ExecutionSummary>> ListAsync(ExecutionQuery query, CancellationToken cancellationToken);

    /// <summary>The newest <paramref name="count"/> executions of each of these workflows, newest first; a workflow without any is left out.</summary>
    Task<ImmutableDictionary<string, ImmutableArray<ExecutionSummary>>> ListRecentAsync(IReadOnlyCollection<string> workflowIds, int count, CancellationToken cancellationToken);

    /// <summary>
    /// Removes an execution that has ended, with its journal, labels and settled deliveries. What replays it keeps the link; figures of what ended when stay.
    /// </summary>
    /// <exception cref="StorageUnavailableException">Disk full or broken.</exception>
    Task<DeleteOutcome> DeleteAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>Unfinished executions in the order they were accepted, those with a status only; at most <paramref name="limit"/> after the position.</summary>
    /// <param name="status">PENDING or RUNNING.</param>
    /// <param name="afterPosition">0 to begin; then the last <see cref="UnfinishedExecution.Position"/>.</param>
    /// <param name="limit">How many.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<ImmutableArray<UnfinishedExecution>> ListUnfinishedAsync(ExecutionStatus status, long afterPosition, int limit, CancellationToken cancellationToken);

    /// <summary>How many unfinished executions a workflow has, or all have (<c>null</c>).</summary>
    Task<int> CountUnfinishedAsync(string? workflowId, CancellationToken cancellationToken);

    /// <summary>
    /// Figures of what ended, also of what has been removed since, in a time as long as asked for (rounded up to five minutes) that goes to the end of the five
    /// minutes in which <paramref name="to"/> lies. They cost the same however many executions there are.
    /// </summary>
    Task<ExecutionStatistics> ReadStatisticsAsync(DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken);
}

/// <summary>An unfinished execution.</summary>
/// <param name="Position">Grows in the order of acceptance.</param>
/// <param name="ExecutionId"><c>ex-…</c></param>
/// <param name="WorkflowId"><c>wf-…</c></param>
public sealed record UnfinishedExecution(long Position, string ExecutionId, string WorkflowId);
