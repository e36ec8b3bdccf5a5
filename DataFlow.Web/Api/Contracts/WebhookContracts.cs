using System.ComponentModel;
using System.Text.Json;
using DataFlow.Engine.Storage;

namespace DataFlow.Web.Api.Contracts;

[Description("Webhook deliveries of one execution, oldest first.")]
internal sealed record DeliveryList(IReadOnlyList<DeliveryRow> Deliveries);

[Description("A message on its way; all its attempts carry the same id and bytes.")]
internal sealed record DeliveryRow(
    [property: Description("The webhook-id header.")] string DeliveryId,
    [property: Description("The webhook it goes to; null until a URL named by an execution is first used.")] string? WebhookId,
    [property: Description("The execution it tells of; null for a test message.")] string? ExecutionId,
    [property: Description("Such as execution.completed.")] string Type,
    [property: Description("Sequence of the event it tells of.")] int Sequence,
    string Url,
    DeliveryStatus Status,
    int AttemptCount,
    DateTimeOffset CreatedAt,
    [property: Description("When it is tried next; null when it is not, or not until its webhook is enabled.")] DateTimeOffset? NextAttemptAt,
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

[Description("Whether anything is sent to a webhook.")]
internal enum WebhookStatus
{
    Enabled,
    Disabled,
}

[Description("What a webhook comes from.")]
internal enum WebhookSource
{
    Subscription,
    Execution,
}

[Description("A webhook: where messages go, and which.")]
internal sealed record WebhookDocument(
    string WebhookId,
    string Url,
    [property: Description("SUBSCRIPTION: it was made here. EXECUTION: executions named its URL as their webhook_url.")] WebhookSource Source,
    [property: Description("The workflow whose executions it is told of; null: all, or those that named it.")] string? WorkflowId,
    [property: Description("The events it gets: execution.started, execution.completed, execution.failed, execution.cancelled, task.started, task.completed, task.retrying, task.failed, task.skipped, task.cancelled.")] IReadOnlyList<string> Events,
    string? Description,
    WebhookStatus Status,
    [property: Description("Since when nothing is sent; null while enabled.")] DateTimeOffset? DisabledAt,
    [property: Description("ASKED, GONE (it answered 410) or ONLY_FAILURES (nothing got through for days).")] WebhookDisabledReason? DisabledReason,
    [property: Description("The first failure since the last success; null: none.")] DateTimeOffset? FailingSince,
    [property: Description("When a message was last sent.")] DateTimeOffset? LastAttemptAt,
    [property: Description("Whether that was accepted.")] bool? LastAttemptSucceeded,
    [property: Description("False: the key that encrypted its secret is gone. Rotate to give it a new one.")] bool SecretReadable,
    [property: Description("During a rotation: until when the secret before still signs, too.")] DateTimeOffset? PreviousSecretUntil,
    DateTimeOffset CreatedAt);

[Description("Webhooks, newest first.")]
internal sealed record WebhookList(
    IReadOnlyList<WebhookDocument> Webhooks,
    [property: Description("Asks for the next page; null on the last one.")] string? NextCursor);

[Description("A webhook was made.")]
internal sealed record WebhookCreatedReply(
    string WebhookId,
    [property: Description("whsec_ and base64. Told only now: keep it.")] string Secret,
    WebhookDocument Webhook);

[Description("A webhook has a new secret.")]
internal sealed record WebhookRotatedReply(
    string WebhookId,
    [property: Description("whsec_ and base64. Told only now: keep it.")] string Secret,
    [property: Description("Until when messages carry a signature by the secret before, too; null: they do not.")] DateTimeOffset? PreviousSecretUntil);

[Description("Deliveries of a webhook, newest first.")]
internal sealed record WebhookDeliveryList(
    IReadOnlyList<DeliveryRow> Deliveries,
    [property: Description("Asks for the next page; null on the last one.")] string? NextCursor);

[Description("One delivery with its message.")]
internal sealed record WebhookDeliveryDocument(DeliveryRow Delivery, [property: Description("The body, as it is sent.")] JsonElement Message);

[Description("What is sent again.")]
internal sealed record RecoveryReply(string WebhookId, [property: Description("How many messages are due now.")] int Deliveries);
