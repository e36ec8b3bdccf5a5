using System.ComponentModel;
using DataFlow.Engine.Executions;

namespace DataFlow.Web.Api.Contracts;

[Description("An execution was accepted. It is committed and runs whatever becomes of the caller.")]
internal sealed record ExecutionAcceptedReply(
    string WorkflowId,
    [property: Description("The version it runs.")] int WorkflowVersion,
    string ExecutionId,
    [property: Description("Always PENDING.")] ExecutionStatus Status);

[Description("A replay was accepted.")]
internal sealed record ReplayAcceptedReply(
    string WorkflowId, int WorkflowVersion, string ExecutionId, ExecutionStatus Status,
    [property: Description("The execution it replays.")] string ReplayOf);

[Description("What a replay would do. Nothing was made.")]
internal sealed record ReplayPreviewReply(
    string WorkflowId,
    [property: Description("The version it would run.")] int WorkflowVersion,
    [property: Description("The execution it would replay.")] string ReplayOf,
    [property: Description("In the order of the definition.")] IReadOnlyList<ReplayPreviewTask> Tasks);

[Description("What a replay would do with one task.")]
internal sealed record ReplayPreviewTask(
    string Ref,
    string Type,
    [property: Description("Whether its end is taken over; else it runs again.")] bool Reused,
    [property: Description("Why it runs again: chosen, not_ended, new, changed, after (comes after one that runs again) or all. Null when reused.")] string? Reason);

[Description("Executions, newest first.")]
internal sealed record ExecutionList(
    IReadOnlyList<ExecutionRow> Executions,
    [property: Description("Asks for the next page; null on the last one.")] string? NextCursor);

[Description("An execution as lists show it.")]
internal sealed record ExecutionRow(
    string ExecutionId,
    ExecutionStatus Status,
    DateTimeOffset CreatedAt,
    [property: Description("Null until it starts.")] DateTimeOffset? StartedAt,
    [property: Description("Null until it ends, however it ends.")] DateTimeOffset? CompletedAt,
    string WorkflowId,
    int WorkflowVersion,
    string? WorkflowName,
    [property: Description("Why it failed; null unless FAILED.")] RowError? Error,
    [property: Description("What started it: api, ui or replay.")] string? Trigger,
    [property: Description("The execution it replays, if it does.")] string? ReplayOf);

[Description("Why an execution failed, in short; the execution document says more.")]
internal sealed record RowError(
    [property: Description("A stable word, such as http_status or timeout.")] string Code,
    [property: Description("The task that failed it.")] string? Ref);

[Description("Events in words and lines of tasks, oldest first.")]
internal sealed record LogList(
    IReadOnlyList<LogLine> Logs,
    [property: Description("Asks for the lines after these; null when there are none yet.")] string? NextCursor);

[Description("One line.")]
internal sealed record LogLine(
    DateTimeOffset At,
    [property: Description("debug, info, warning or error.")] string Level,
    [property: Description("The task it is about; null: the execution.")] string? Ref,
    string Message,
    [property: Description("The attempt it is about.")] int? Attempt,
    [property: Description("Of the event it tells; null: a task wrote it.")] int? Sequence,
    [property: Description("Of a line that a task wrote, from 1 without gaps; null: it tells an event.")] int? Number);

[Description("How far a task has come.")]
internal sealed record ProgressReport(
    DateTimeOffset At,
    string Ref,
    int Attempt,
    [property: Description("0 to 100; null: unknown.")] double? Percent,
    long? Done,
    [property: Description("Null: unknown.")] long? Total,
    [property: Description("bytes, parts, …")] string? Unit,
    string? Note);
