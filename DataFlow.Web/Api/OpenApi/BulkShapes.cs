using System.ComponentModel;
using DataFlow.Engine.Executions;

namespace DataFlow.Web.Api.OpenApi;

[DisplayName("BulkRequest"), Description("Which executions: exactly one of ids and filter.")]
internal sealed record BulkBody(
    [property: Description("1 to 1000 executions.")] IReadOnlyList<string>? Ids = null,
    [property: Description("As in the list of executions; {} is all.")] BulkFilterShape? Filter = null,
    [property: Description("The most to change, 1 to 1000 (1000).")] int? Limit = null,
    [property: Description("next_cursor of the request before; only with filter.")] string? Cursor = null,
    [property: Description("true: only says what would be changed.")] bool? DryRun = null);

[DisplayName("BulkReplayRequest"), Description("Which executions, exactly one of ids and filter, and from where.")]
internal sealed record BulkReplayBody(
    [property: Description("1 to 1000 executions.")] IReadOnlyList<string>? Ids = null,
    [property: Description("As in the list of executions; {} is all.")] BulkFilterShape? Filter = null,
    [property: Description("The most to replay, 1 to 1000 (1000).")] int? Limit = null,
    [property: Description("next_cursor of the request before; only with filter.")] string? Cursor = null,
    [property: Description("true: only says what would be replayed.")] bool? DryRun = null,
    [property: Description("failed (default): the task that failed and all after it, or all when none failed. start: all.")] string? From = null);

[DisplayName("BulkFilter"), Description("Executions, as the list of executions would show them. What the operation can do nothing about is left out.")]
internal sealed record BulkFilterShape(
    [property: Description("Of this workflow only.")] string? WorkflowId = null,
    [property: Description("Any of these.")] IReadOnlyList<ExecutionStatus>? Status = null,
    [property: Description("A label that must be there: key, or key=value.")] string? Label = null,
    [property: Description("What the list's parameter text searches.")] string? Text = null,
    [property: Description("Accepted at or after this time (RFC 3339, or a day).")] DateTimeOffset? CreatedFrom = null,
    [property: Description("Accepted before this time (RFC 3339, or a day).")] DateTimeOffset? CreatedTo = null);
