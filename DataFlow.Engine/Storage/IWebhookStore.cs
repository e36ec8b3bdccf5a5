using System.Collections.Immutable;

namespace DataFlow.Engine.Storage;

/// <summary>Whose executions a webhook is told of: those that name its URL themselves, those of one workflow, or all.</summary>
/// <param name="Text"><c>execution</c>, <c>*</c>, or a workflow's id.</param>
public readonly record struct WebhookScope(string Text)
{
    /// <summary>Executions that were started with its URL as <c>webhook_url</c>.</summary>
    public static WebhookScope Executions { get; } = new("execution");

    /// <summary>Every execution.</summary>
    public static WebhookScope AllWorkflows { get; } = new("*");

    /// <summary>Whether somebody subscribed, rather than an execution naming the URL.</summary>
    public bool IsSubscription => this != Executions;

    /// <summary>The one workflow; <c>null</c> for the others.</summary>
    public string? WorkflowId => this == Executions || this == AllWorkflows ? null : Text;

    /// <summary>Of one workflow, or of all (<c>null</c>).</summary>
    public static WebhookScope Of(string? workflowId) => workflowId is null ? AllWorkflows : new(workflowId);
}

/// <summary>Why nothing is sent to a webhook.</summary>
public enum WebhookDisabledReason
{
    /// <summary>Somebody asked for it.</summary>
    Asked,

    /// <summary>The receiver answered 410.</summary>
    Gone,

    /// <summary>Nothing but failures for days.</summary>
    OnlyFailures,
}

/// <summary>Where messages go, and which; at most one for each URL and scope.</summary>
/// <param name="Id"><c>we-…</c></param>
/// <param name="Url">The URL.</param>
/// <param name="Scope">Whose executions.</param>
/// <param name="Events">Names of the events a subscription asks for.</param>
/// <param name="Description">For people.</param>
/// <param name="ProtectedSecret">The signing secrets, encrypted.</param>
/// <param name="CreatedAt">When it was made, or first used.</param>
public sealed record WebhookEndpoint(
    string Id, string Url, WebhookScope Scope, ImmutableArray<string> Events, string? Description, byte[] ProtectedSecret, DateTimeOffset CreatedAt)
{
    /// <summary>Set while deliveries to it are stopped.</summary>
    public DateTimeOffset? DisabledAt { get; init; }

    /// <summary>Why they are.</summary>
    public WebhookDisabledReason? DisabledReason { get; init; }

    /// <summary>First failure since the last success or since it was enabled; <c>null</c>: there was none.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    /// <summary>When the last attempt was made.</summary>
    public DateTimeOffset? LastAttemptAt { get; init; }

    /// <summary>Whether it was accepted.</summary>
    public bool? LastAttemptSucceeded { get; init; }

    /// <summary>Nobody was ever told its secret, so no receiver verifies by it: made for a URL that an execution named, it goes with its last message.</summary>
    public bool IsSecretUntold { get; init; }
}

/// <summary>How a delivery stands.</summary>
public enum DeliveryStatus
{
    /// <summary>Due now or later; not at all while its webhook is disabled.</summary>
    Pending,

    /// <summary>Accepted with 2xx.</summary>
    Delivered,

    /// <summary>Given up.</summary>
    Failed,
}

/// <summary>A message on its way. All its attempts carry the same id and bytes.</summary>
/// <param name="Id">The <c>webhook-id</c>.</param>
/// <param name="ExecutionId">Whose state changed; <c>null</c>: a test message.</param>
/// <param name="Sequence">Sequence of the event it tells of.</param>
/// <param name="Url">Where it goes.</param>
/// <param name="Type">Name of the event.</param>
/// <param name="Body">UTF-8 JSON.</param>
/// <param name="CreatedAt">When it was committed.</param>
/// <param name="Status">How it stands.</param>
/// <param name="AttemptCount">Attempts made.</param>
/// <param name="NextAttemptAt">When the next one is due; <c>null</c> when it has ended, or its webhook is disabled.</param>
/// <param name="Attempts">Oldest first.</param>
public sealed record WebhookDelivery(
    string Id, string? ExecutionId, int Sequence, string Url, string Type, ReadOnlyMemory<byte> Body, DateTimeOffset CreatedAt,
    DeliveryStatus Status, int AttemptCount, DateTimeOffset? NextAttemptAt, ImmutableArray<DeliveryAttempt> Attempts)
{
    /// <summary><c>we-…</c>; <c>null</c> until a URL that an execution names is first used.</summary>
    public string? WebhookId { get; init; }

    /// <summary>Attempts made before it was last asked to be sent again: the schedule begins anew after them.</summary>
    public int AttemptsBefore { get; init; }
}

/// <summary>One try.</summary>
/// <param name="At">When it started.</param>
/// <param name="DurationMilliseconds">How long it took.</param>
/// <param name="StatusCode">HTTP status, when there was a reply.</param>
/// <param name="Error">A failure code such as <c>timeout</c> or <c>egress_denied</c>, when there was none.</param>
/// <param name="ResponseBody">First 1 KB of the reply, as text.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, int DurationMilliseconds, int? StatusCode, string? Error, string? ResponseBody);

/// <summary>Which webhooks to list, newest first.</summary>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">From the page before.</param>
/// <param name="Subscriptions">Only those somebody subscribed (true), or only those named by executions (false).</param>
/// <param name="WorkflowId">Only subscriptions that are told of this workflow: its own, and those for all.</param>
public sealed record WebhookQuery(int Limit = 20, string? Cursor = null, bool? Subscriptions = null, string? WorkflowId = null);

/// <summary>Which deliveries of a webhook to list, newest first.</summary>
/// <param name="Limit">1 to 100.</param>
/// <param name="Cursor">From the page before.</param>
/// <param name="Status">Only those.</param>
public sealed record WebhookDeliveryQuery(int Limit = 20, string? Cursor = null, DeliveryStatus? Status = null);

/// <summary>How the writing of a webhook ended.</summary>
public enum WebhookWrite
{
    /// <summary>Committed.</summary>
    Done,

    /// <summary>There is no such webhook.</summary>
    NotFound,

    /// <summary>Another one has the URL and scope.</summary>
    Duplicate,

    /// <summary>Its scope has as many as it may have.</summary>
    Full,
}

/// <summary>Webhooks, the outbox and its log. Messages of executions get in by <see cref="IExecutionStore"/>. Every write is committed (fsync) when its task completes.</summary>
public interface IWebhookStore
{
    /// <summary>Pending deliveries due at or before <paramref name="now"/>, oldest first, leaving out those to <paramref name="excludedHosts"/> (lower-case host:port) and to disabled webhooks.</summary>
    Task<ImmutableArray<WebhookDelivery>> ListDueAsync(DateTimeOffset now, int limit, IReadOnlySet<string> excludedHosts, CancellationToken cancellationToken);

    /// <summary>When the next pending delivery to a webhook that is not disabled is due; <c>null</c>: there is none.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>Records a try and what follows: the next time, or an end; and how its webhook stands by it. Nothing when there is no such delivery.</summary>
    Task RecordAttemptAsync(string deliveryId, DeliveryAttempt attempt, DeliveryStatus status, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken);

    /// <summary>Deliveries of an execution, oldest first, with their attempts.</summary>
    Task<ImmutableArray<WebhookDelivery>> ListByExecutionAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>Deliveries of a webhook, newest first, with their attempts.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not ours.</exception>
    Task<Page<WebhookDelivery>> ListByWebhookAsync(string webhookId, WebhookDeliveryQuery query, CancellationToken cancellationToken);

    /// <summary>One delivery with its attempts, or <c>null</c>.</summary>
    Task<WebhookDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken);

    /// <summary>Makes a delivery due now with a schedule of its own, whatever its status; enables its webhook if it is disabled. False when there is none.</summary>
    Task<bool> RedeliverAsync(string deliveryId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Does as <see cref="RedeliverAsync"/> with every delivery of a webhook that failed and was created at or after a moment.</summary>
    /// <returns>How many.</returns>
    Task<int> RecoverAsync(string webhookId, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>A message that belongs to no execution, due now. False when its webhook is gone or disabled.</summary>
    /// <exception cref="DuplicateIdException">The id is taken.</exception>
    Task<bool> AddMessageAsync(OutboxMessage message, CancellationToken cancellationToken);

    /// <summary>The webhook of a URL named by executions; creates it with the given id and secret, which nobody has been told, when there is none yet.</summary>
    /// <exception cref="DuplicateIdException">The id is taken.</exception>
    Task<WebhookEndpoint> GetOrAddEndpointAsync(string url, string newId, byte[] newProtectedSecret, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Notes that somebody is told the secret of a webhook: it stays, with or without messages. False when there is no such webhook.</summary>
    Task<bool> TellSecretAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a webhook: done, duplicate, or full when its scope has <paramref name="most"/>.</summary>
    /// <exception cref="DuplicateIdException">The id is taken.</exception>
    Task<WebhookWrite> AddEndpointAsync(WebhookEndpoint endpoint, int most, CancellationToken cancellationToken);

    /// <summary>One webhook, or <c>null</c>.</summary>
    Task<WebhookEndpoint?> FindEndpointAsync(string id, CancellationToken cancellationToken);

    /// <summary>A page of webhooks, newest first.</summary>
    /// <exception cref="InvalidCursorException">The cursor is not ours.</exception>
    Task<Page<WebhookEndpoint>> ListEndpointsAsync(WebhookQuery query, CancellationToken cancellationToken);

    /// <summary>All subscriptions, oldest first.</summary>
    Task<ImmutableArray<WebhookEndpoint>> ListSubscriptionsAsync(CancellationToken cancellationToken);

    /// <summary>Changes where its messages go (those that wait, too), its description and its events. Done, duplicate or not found.</summary>
    Task<WebhookWrite> ChangeEndpointAsync(string id, string url, string? description, ImmutableArray<string> events, CancellationToken cancellationToken);

    /// <summary>Replaces its secrets if they still are <paramref name="expected"/>, by ones that somebody is told; false when they are not, or there is no such webhook.</summary>
    Task<bool> SetSecretAsync(string id, byte[] expected, byte[] protectedSecret, CancellationToken cancellationToken);

    /// <summary>Stops deliveries to a webhook; those that wait go on waiting, without a time. Nothing when it is stopped already.</summary>
    Task DisableAsync(string id, DateTimeOffset at, WebhookDisabledReason reason, CancellationToken cancellationToken);

    /// <summary>Does as <see cref="DisableAsync"/> for only failures, if it still has had nothing else since a moment; false when it has, or is stopped already.</summary>
    Task<bool> DisableFailingAsync(string id, DateTimeOffset at, DateTimeOffset since, CancellationToken cancellationToken);

    /// <summary>Lets deliveries to a webhook go on; everything that waits is due now, and its failures are forgotten.</summary>
    Task EnableAsync(string id, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>Removes a webhook and what waits for it; the log of what has ended stays with its executions. False when there is none.</summary>
    Task<bool> DeleteEndpointAsync(string id, CancellationToken cancellationToken);
}
