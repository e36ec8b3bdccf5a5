using System.Collections.Immutable;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine;

/// <summary>What is done to many executions.</summary>
public enum BulkAction
{
    /// <summary>As <see cref="WorkflowEngine.CancelAsync"/>; of a filter: those that have not ended.</summary>
    Cancel,

    /// <summary>As <see cref="WorkflowEngine.ReplayAsync"/>; of a filter: those that have ended.</summary>
    Replay,

    /// <summary>As <see cref="WorkflowEngine.DeleteExecutionAsync"/>; of a filter: those that have ended.</summary>
    Delete,
}

/// <summary>Which executions are changed, and how.</summary>
/// <param name="Action">How.</param>
public sealed record BulkRequest(BulkAction Action)
{
    /// <summary>The most executions one request may change.</summary>
    public const int Most = 1_000;

    /// <summary>Which, by id; given twice counts once. Looked at only without <see cref="Filter"/>.</summary>
    public ImmutableArray<string> Ids { get; init; } = [];

    /// <summary>Which, as a list would show them, newest first; its <see cref="ExecutionQuery.Limit"/> is not looked at.</summary>
    public ExecutionQuery? Filter { get; init; }

    /// <summary>1 to <see cref="Most"/>.</summary>
    public int Limit { get; init; } = Most;

    /// <summary>Only says what would be changed or refused, by what stands now; a change may still be refused for other reasons.</summary>
    public bool DryRun { get; init; }

    /// <summary>Replays run every task again, not only from the one that failed.</summary>
    public bool FromStart { get; init; }

    /// <summary>For replays: the same key within 24 hours replays no execution again that it has replayed.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>For replays: as in <see cref="ExecuteRequest.Credentials"/>.</summary>
    public ImmutableDictionary<string, string> Credentials { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>An execution that stays as it was.</summary>
/// <param name="ExecutionId">Which.</param>
/// <param name="Code">As the single operation would have refused.</param>
/// <param name="Detail">For a person.</param>
public sealed record BulkRefusal(string ExecutionId, string Code, string Detail);

/// <summary>What came of a bulk change.</summary>
/// <param name="Matched">Executions that were looked at.</param>
/// <param name="Changed">Of these, those whose change is committed; of a dry run: that would be changed.</param>
/// <param name="Refused">The others, in the order they were looked at.</param>
/// <param name="More">Whether there are more beyond the limit.</param>
/// <param name="NextCursor">With a filter and more: where to go on, as <see cref="ExecutionQuery.Cursor"/>.</param>
public sealed record BulkResult(int Matched, int Changed, ImmutableArray<BulkRefusal> Refused, bool More, string? NextCursor);
