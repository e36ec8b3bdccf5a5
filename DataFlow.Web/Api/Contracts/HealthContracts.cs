using System.ComponentModel;

namespace DataFlow.Web.Api.Contracts;

[Description("The process answers.")]
internal sealed record LiveReply([property: Description("ok")] string Status);

[Description("Whether work should be sent here.")]
internal sealed record HealthReply(
    [property: Description("ok")] string Status,
    [property: Description("What was looked at.")] IReadOnlyList<HealthEntry> Checks);

[Description("One thing that was looked at.")]
internal sealed record HealthEntry(
    [property: Description("store_read, store_write, disk_space, recovery or stop.")] string Name,
    [property: Description("ok; busy: it passes, and work is taken meanwhile; failing: no work should be sent.")] string Status,
    [property: Description("For a person.")] string Detail);
