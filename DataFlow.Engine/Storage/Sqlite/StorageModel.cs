namespace DataFlow.Engine.Storage.Sqlite;

// Rows as EF Core knows them, for migrations. Times are microseconds since 1970.

internal sealed class ExecutionRow
{
    public long Key { get; set; }
    public required string Id { get; set; }
    public required string WorkflowId { get; set; }
    public int WorkflowVersion { get; set; }
    public int Status { get; set; }
    public long CreatedAt { get; set; }
    public long? StartedAt { get; set; }
    public long? CompletedAt { get; set; }
    public int Sequence { get; set; }
    public string? FailureCode { get; set; }
    public string? FailedRef { get; set; }
    public string? FailureMessage { get; set; }
    public string? Trigger { get; set; }
    public string? ReplayOf { get; set; }
    public string? Labels { get; set; }
    public byte[]? Credentials { get; set; }
}

/// <summary>A label as lists ask for it, <c>name</c> or <c>name=value</c>.</summary>
internal sealed class LabelRow
{
    public long Key { get; set; }
    public required string Text { get; set; }
}

/// <summary>Which executions have a label; in the order of the key, so that the executions of one label are read newest first.</summary>
internal sealed class ExecutionLabelRow
{
    public long LabelKey { get; set; }
    public long ExecutionKey { get; set; }
}

/// <summary>The events of one append. Rows come in the order of writing, so that a commit fills the last page instead of touching one for each execution.</summary>
internal sealed class JournalRow
{
    public long Key { get; set; }
    public long ExecutionKey { get; set; }
    public int FirstSequence { get; set; }
    public required byte[] Events { get; set; }
}

/// <summary>
/// Turns a time into a range of keys without an index entry for every execution: the first execution accepted in this minute or a later one, the last accepted
/// in this minute or an earlier one. Both hold also when the clock went backwards.
/// </summary>
internal sealed class CreatedMinuteRow
{
    public long Minute { get; set; }
    public long FirstKey { get; set; }
    public long LastKey { get; set; }
}

/// <summary>
/// How many executions had ended by the end of a piece of five minutes, and how long those took that ended well (<see cref="DurationSketch"/>). The piece 0 is the
/// sum of all that is not known piece by piece any more.
/// </summary>
internal sealed class EndedSlotRow
{
    public long Slot { get; set; }
    public long Completed { get; set; }
    public long Failed { get; set; }
    public long Cancelled { get; set; }
    public required byte[] Durations { get; set; }
}

/// <summary>The same of one workflow.</summary>
internal sealed class EndedWorkflowRow
{
    public required string WorkflowId { get; set; }
    public long Slot { get; set; }
    public long Failed { get; set; }
    public long Ended { get; set; }
}

/// <summary>
/// That executions of a workflow have a label, none before the first key and none after the last. Both may be of executions that are gone.
/// </summary>
internal sealed class WorkflowLabelRow
{
    public long LabelKey { get; set; }
    public required string WorkflowId { get; set; }
    public long FirstKey { get; set; }
    public long LastKey { get; set; }
}

/// <summary>A value too large to be kept in every place it is used.</summary>
internal sealed class ValueRow
{
    public long Key { get; set; }
    public required byte[] Hash { get; set; }
    public int Encoding { get; set; }
    public required byte[] Bytes { get; set; }
}

/// <summary>Which executions use a value, so that it can go with the last of them.</summary>
internal sealed class ValueUseRow
{
    public long ExecutionKey { get; set; }
    public long ValueKey { get; set; }
}

/// <summary>A line that a task wrote, with what the log of its execution holds up to it.</summary>
internal sealed class TaskLogLineRow
{
    public long Key { get; set; }
    public long ExecutionKey { get; set; }
    public int Number { get; set; }
    public long At { get; set; }
    public required string Ref { get; set; }
    public int Attempt { get; set; }
    public int Level { get; set; }
    public required string Text { get; set; }
    public long TotalBytes { get; set; }
    public int IsFull { get; set; }
}

internal sealed class IdempotencyKeyRow
{
    public required string WorkflowId { get; set; }
    public required string Key { get; set; }
    public required string BodyHash { get; set; }
    public required string ExecutionId { get; set; }
    public int WorkflowVersion { get; set; }
    public long ExpiresAt { get; set; }
}

internal sealed class WorkflowRow
{
    public long Key { get; set; }
    public required string Id { get; set; }
    public int Version { get; set; }
    public required string Name { get; set; }
    public string? Description { get; set; }
    public int TaskCount { get; set; }
    public string? Labels { get; set; }
    public long CreatedAt { get; set; }
    public long UpdatedAt { get; set; }
    public long? DeletedAt { get; set; }
}

internal sealed class WorkflowVersionRow
{
    public required string WorkflowId { get; set; }
    public int Version { get; set; }
    public required string Name { get; set; }
    public required string Definition { get; set; }
    public long CreatedAt { get; set; }
}

internal sealed class WebhookDeliveryRow
{
    public long Key { get; set; }
    public required string Id { get; set; }
    public required string ExecutionId { get; set; }
    public int Sequence { get; set; }
    public required string Url { get; set; }
    public required string Host { get; set; }
    public required string Type { get; set; }
    public required byte[] Body { get; set; }
    public long CreatedAt { get; set; }
    public int Status { get; set; }
    public int AttemptCount { get; set; }
    public long? NextAttemptAt { get; set; }
    public string? WebhookId { get; set; }
    public int AttemptsBefore { get; set; }
}

internal sealed class WebhookAttemptRow
{
    public long DeliveryKey { get; set; }
    public int Number { get; set; }
    public long At { get; set; }
    public int DurationMilliseconds { get; set; }
    public int? StatusCode { get; set; }
    public string? Error { get; set; }
    public string? ResponseBody { get; set; }
}

internal sealed class WebhookEndpointRow
{
    public long Key { get; set; }
    public required string Id { get; set; }
    public required string Url { get; set; }
    public required byte[] Secret { get; set; }
    public long CreatedAt { get; set; }
    public long? DisabledAt { get; set; }
    public long? FailingSince { get; set; }
    public required string Scope { get; set; }
    public string? Events { get; set; }
    public string? Description { get; set; }
    public int? DisabledReason { get; set; }
    public long? LastAttemptAt { get; set; }
    public bool? LastAttemptSucceeded { get; set; }
}
