using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Retention;

/// <summary>Ended executions to choose from, oldest first: by their end, or within one workflow by their acceptance.</summary>
/// <param name="Limit">How many; more when several ended at the same moment.</param>
/// <param name="Before">Ended before this.</param>
/// <param name="Statuses">Any of these; empty: all that mean an end.</param>
/// <param name="WorkflowId">Of this workflow.</param>
/// <param name="After">The last one of the answer before.</param>
internal sealed record EndedQuery(
    int Limit, DateTimeOffset? Before = null, ImmutableArray<ExecutionStatus> Statuses = default, string? WorkflowId = null, EndedExecution? After = null)
{
    public bool Admits(ExecutionStatus status) => status >= ExecutionStatus.Completed && (Statuses.IsDefaultOrEmpty || Statuses.Contains(status));
}

/// <summary>An execution that has ended.</summary>
/// <param name="Position">Its place in the order of acceptance.</param>
/// <param name="EndedAt">When.</param>
internal readonly record struct EndedExecution(long Position, DateTimeOffset EndedAt);

/// <summary>One short transaction that removed executions.</summary>
/// <param name="Done">So many of those asked for were looked at; the rest is for the next one.</param>
/// <param name="Removed">So many of them are gone.</param>
/// <param name="Held">So many stay because webhook messages of them are on their way.</param>
internal readonly record struct Removal(int Done, int Removed, int Held);

/// <summary>A workflow over its limit.</summary>
internal readonly record struct WorkflowExcess(string WorkflowId, long Excess);

/// <summary>What retention asks of a store. No call holds up other writes for more than a few milliseconds.</summary>
internal interface IRetentionStore
{
    /// <summary>Ended executions, oldest first.</summary>
    Task<ImmutableArray<EndedExecution>> ListEndedAsync(EndedQuery query, CancellationToken cancellationToken);

    /// <summary>
    /// Removes executions with their journals, labels, settled deliveries and the values that no other execution uses. Figures of what ended when stay.
    /// Those that have not ended or have deliveries pending are left alone.
    /// </summary>
    Task<Removal> RemoveAsync(ReadOnlyMemory<long> positions, CancellationToken cancellationToken);

    /// <summary>By how many there are more executions than that.</summary>
    Task<long> CountExcessAsync(long limit, CancellationToken cancellationToken);

    /// <summary>Workflows with more executions than that.</summary>
    Task<ImmutableArray<WorkflowExcess>> ListExcessAsync(long limit, CancellationToken cancellationToken);

    /// <summary>Bytes of the database in use.</summary>
    Task<long> ReadBytesAsync(CancellationToken cancellationToken);

    /// <summary>What there is and how large it is; <paramref name="workflows"/> of the workflows with the most executions.</summary>
    Task<StorageSizes> ReadSizesAsync(int workflows, CancellationToken cancellationToken);

    /// <summary>Removes a little of what has expired: idempotency keys, places of executions that are gone, figures from before a time. True: there is more.</summary>
    Task<bool> TidyAsync(DateTimeOffset now, DateTimeOffset? figuresBefore, CancellationToken cancellationToken);

    /// <summary>Gives a little of the space that nothing uses back to the file system. True: there is more.</summary>
    Task<bool> ReclaimAsync(CancellationToken cancellationToken);
}
