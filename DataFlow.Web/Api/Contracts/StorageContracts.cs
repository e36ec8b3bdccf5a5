using System.ComponentModel;

namespace DataFlow.Web.Api.Contracts;

[Description("What the database holds, what it takes, and what retention does about it.")]
internal sealed record StorageReply(
    [property: Description("Bytes of the database file.")] long DatabaseBytes,
    [property: Description("Bytes of the log beside it, which is written back into it from time to time.")] long LogBytes,
    [property: Description("Bytes of the file that hold nothing: used again, or given back to the file system.")] long FreeBytes,
    [property: Description("Most bytes first. Rows are counted, bytes estimated from a sample.")] IReadOnlyList<StorageKind> Kinds,
    [property: Description("Those with the most executions, most first.")] IReadOnlyList<StorageWorkflow> Workflows,
    [property: Description("When the oldest execution that is kept was accepted; null: there is none.")] DateTimeOffset? OldestAt,
    StorageLimits Limits,
    [property: Description("Null: none since the start.")] PruneReply? LastRun,
    [property: Description("When retention looks at the limits next.")] DateTimeOffset? NextRunAt,
    [property: Description("Executions removed since the start.")] long RemovedSinceStart,
    [property: Description("When this was read: anew every few seconds at most.")] DateTimeOffset ReadAt);

[Description("One kind of thing that is stored.")]
internal sealed record StorageKind(
    [property: Description("executions, journal, values, logs, deliveries, labels, keys, workflows, figures, or other: indexes and what pages leave empty.")] string Kind,
    long Rows,
    [property: Description("About how many.")] long Bytes);

[Description("What one workflow has.")]
internal sealed record StorageWorkflow(
    string WorkflowId, string? WorkflowName, long Executions,
    [property: Description("About how large their journals are.")] long JournalBytes);

[Description("What is over any of these goes, oldest first; 0: no such limit.")]
internal sealed record StorageLimits(int MaxAgeDays, int FailedMaxAgeDays, int MaxExecutions, int MaxExecutionsPerWorkflow, int MaxMegabytes);

[Description("One look at the limits and what came of it.")]
internal sealed record PruneReply(
    [property: Description("When it began.")] DateTimeOffset At,
    long DurationMilliseconds,
    [property: Description("Executions removed.")] long Removed,
    [property: Description("Executions over a limit that stay because webhook messages of them are on their way.")] long Held,
    [property: Description("Bytes given back to the file system, or to be used again.")] long FreedBytes);
