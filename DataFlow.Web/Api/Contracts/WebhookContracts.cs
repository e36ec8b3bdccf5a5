using System.ComponentModel;
using DataFlow.Engine.Storage;

namespace DataFlow.Web.Api.Contracts;

[Description("Webhook deliveries of one execution, oldest first.")]
internal sealed record DeliveryList(IReadOnlyList<DeliveryRow> Deliveries);

[Description("A message on its way; all its attempts carry the same id and bytes.")]
internal sealed record DeliveryRow(
    [property: Description("The webhook-id header.")] string DeliveryId,
    [property: Description("execution.started, execution.completed, execution.failed or execution.cancelled.")] string Type,
    [property: Description("Sequence of the event it tells of.")] int Sequence,
    string Url,
    DeliveryStatus Status,
    int AttemptCount,
    DateTimeOffset CreatedAt,
    [property: Description("When it is tried next; null when it is not.")] DateTimeOffset? NextAttemptAt,
    IReadOnlyList<DeliveryAttemptRow> Attempts);

[Description("One try.")]
internal sealed record DeliveryAttemptRow(
    DateTimeOffset At,
    int DurationMs,
    [property: Description("HTTP status of the reply; null when there was none.")] int? StatusCode,
    [property: Description("Why there was no reply, such as timeout or egress_denied.")] string? Error,
    [property: Description("The first 1 KB of the reply, as text.")] string? ResponseBody);

[Description("A delivery is due again.")]
internal sealed record RedeliveryReply(string DeliveryId, DeliveryStatus Status);

[Description("The key receivers check webhook-signature with (Standard Webhooks).")]
internal sealed record WebhookSecretReply([property: Description("whsec_ and base64.")] string Secret);
