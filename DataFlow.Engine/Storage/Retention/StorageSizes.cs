using System.Collections.Immutable;

namespace DataFlow.Engine.Storage.Retention;

/// <summary>What the database holds and how much of the disk it takes.</summary>
public sealed record StorageSizes
{
    /// <summary>Bytes of the database file, once the log is written back to it.</summary>
    public required long DatabaseBytes { get; init; }

    /// <summary>Bytes of the log beside it, which is written back into it from time to time.</summary>
    public required long LogBytes { get; init; }

    /// <summary>Bytes of the file that hold nothing: used again, or given back to the file system.</summary>
    public required long FreeBytes { get; init; }

    /// <summary>What there is, most bytes first. Rows are counted; bytes are estimated from a sample.</summary>
    public required ImmutableArray<StoredKind> Kinds { get; init; }

    /// <summary>Workflows with the most executions, most first.</summary>
    public required ImmutableArray<StoredWorkflow> Workflows { get; init; }

    /// <summary>When the oldest execution that is kept was accepted; <c>null</c>: there is none.</summary>
    public DateTimeOffset? OldestAt { get; init; }
}

/// <summary>One kind of thing.</summary>
/// <param name="Kind"><c>executions</c>, <c>journal</c>, <c>values</c>, <c>logs</c>, <c>deliveries</c>, <c>labels</c>, <c>keys</c>, <c>workflows</c>, <c>figures</c>, <c>other</c> (indexes and what pages leave empty).</param>
/// <param name="Rows">How many.</param>
/// <param name="Bytes">About how large, together.</param>
public sealed record StoredKind(string Kind, long Rows, long Bytes);

/// <summary>What one workflow has.</summary>
/// <param name="WorkflowId"><c>wf-…</c></param>
/// <param name="Name">Its name now; <c>null</c>: unknown.</param>
/// <param name="Executions">How many.</param>
/// <param name="JournalBytes">About how large their journals are.</param>
public sealed record StoredWorkflow(string WorkflowId, string? Name, long Executions, long JournalBytes);

/// <summary>What is kept, what it takes, and what retention does about it.</summary>
/// <param name="Sizes">What there is.</param>
/// <param name="Limits">In force.</param>
/// <param name="Last">The last look at the limits; <c>null</c>: none since the start.</param>
/// <param name="NextAt">When the next one is due.</param>
/// <param name="RemovedSinceStart">Executions removed by all looks since the start.</param>
/// <param name="ReadAt">When this was read: it is read anew at most every few seconds.</param>
public sealed record StorageReport(StorageSizes Sizes, RetentionOptions Limits, RetentionRun? Last, DateTimeOffset? NextAt, long RemovedSinceStart, DateTimeOffset ReadAt)
{
    /// <summary>A run that is under way; <c>null</c>: none.</summary>
    public RetentionProgress? Running { get; init; }
}
