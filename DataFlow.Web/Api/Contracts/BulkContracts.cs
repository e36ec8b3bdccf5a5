using System.ComponentModel;

namespace DataFlow.Web.Api.Contracts;

[Description("What came of a change of many executions.")]
internal sealed record BulkReply(
    [property: Description("Executions that were looked at.")] int Matched,
    [property: Description("Those whose change is committed; of a dry run: that would be changed.")] int Changed,
    [property: Description("Those that stay as they were, and why.")] IReadOnlyList<BulkRefused> Refused,
    [property: Description("Whether there are more beyond the limit.")] bool More,
    [property: Description("With a filter and more: cursor of the request that goes on.")] string? NextCursor);

[Description("An execution that stays as it was.")]
internal sealed record BulkRefused(
    string ExecutionId,
    [property: Description("The code that the operation on this one execution would have answered.")] string Code,
    [property: Description("For a person.")] string Detail);
