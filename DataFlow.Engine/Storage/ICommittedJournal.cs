using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage;

/// <summary>What one commit added to the journal of an execution.</summary>
/// <param name="Position">Grows in the order of commits, with gaps, over all executions.</param>
/// <param name="ExecutionId"><c>ex-…</c></param>
/// <param name="WorkflowId"><c>wf-…</c></param>
/// <param name="FirstSequence">Sequence of the first event.</param>
/// <param name="Events">In order.</param>
/// <param name="Bytes">Of values in them, about.</param>
public sealed record CommittedAppend(long Position, string ExecutionId, string WorkflowId, int FirstSequence, ImmutableArray<ExecutionEvent> Events, long Bytes = 0);

/// <summary>Some of them.</summary>
/// <param name="Position">Everything up to here has been looked at; go on after it.</param>
/// <param name="Appends">Those asked for, in order.</param>
public sealed record CommittedPage(long Position, ImmutableArray<CommittedAppend> Appends);

/// <summary>The journals of all executions as one, in the order they were written.</summary>
public interface ICommittedJournal
{
    /// <summary>The newest position; 0: there is nothing.</summary>
    Task<long> LastAsync(CancellationToken cancellationToken);

    /// <summary>What was committed after a position. A page without appends whose position has not moved: there is nothing more yet.</summary>
    /// <param name="after">A position, whether or not something is there.</param>
    /// <param name="workflowId">Of this workflow; <c>null</c>: of all.</param>
    /// <param name="limit">Most appends.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<CommittedPage> ReadAsync(long after, string? workflowId, int limit, CancellationToken cancellationToken);
}
