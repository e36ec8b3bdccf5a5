using System.Collections.Immutable;

namespace DataFlow.Engine.Storage;

/// <summary>Where webhooks go; one for each distinct URL.</summary>
/// <param name="Id"><c>we-…</c></param>
/// <param name="Url">The URL.</param>
/// <param name="ProtectedSecret">The signing secret, encrypted.</param>
/// <param name="CreatedAt">When it was first used.</param>
/// <param name="DisabledAt">Set when deliveries to it have been stopped.</param>
/// <param name="FailingSince">First failure since the last success; <c>null</c>: the last delivery succeeded, or there was none.</param>
public sealed record WebhookEndpoint(string Id, string Url, byte[] ProtectedSecret, DateTimeOffset CreatedAt, DateTimeOffset? DisabledAt, DateTimeOffset? FailingSince);

/// <summary>How a delivery stands.</summary>
public enum DeliveryStatus
{
    /// <summary>Due now or later.</summary>
    Pending,

    /// <summary>Accepted with 2xx.</summary>
    Delivered,

    /// <summary>Given up.</summary>
    Failed,
}

/// <summary>A message on its way. All its attempts carry the same id and bytes.</summary>
public sealed record WebhookDelivery(
    string Id, string ExecutionId, int Sequence, string Url, string Type, ReadOnlyMemory<byte> Body, DateTimeOffset CreatedAt,
    DeliveryStatus Status, int AttemptCount, DateTimeOffset? NextAttemptAt, ImmutableArray<DeliveryAttempt> Attempts);

/// <summary>One try.</summary>
/// <param name="At">When it started.</param>
/// <param name="DurationMilliseconds">How long it took.</param>
/// <param name="StatusCode">HTTP status, when there was a reply.</param>
/// <param name="Error">A failure code such as <c>timeout</c> or <c>egress_denied</c>, when there was none.</param>
/// <param name="ResponseBody">First 1 KB of the reply, as text.</param>
public sealed record DeliveryAttempt(DateTimeOffset At, int DurationMilliseconds, int? StatusCode, string? Error, string? ResponseBody);

/// <summary>The outbox and its log. Messages get in by <see cref="IExecutionStore.AppendAsync"/>.</summary>
public interface IWebhookStore
{
    /// <summary>Pending deliveries due at or before <paramref name="now"/>, oldest first, leaving out those to <paramref name="excludedHosts"/> (lower-case host:port) and to disabled endpoints.</summary>
    Task<ImmutableArray<WebhookDelivery>> ListDueAsync(DateTimeOffset now, int limit, IReadOnlySet<string> excludedHosts, CancellationToken cancellationToken);

    /// <summary>When the next pending delivery to an endpoint that is not disabled is due; <c>null</c>: there is none.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken);

    /// <summary>Records a try and what follows: the next time, or an end. Updates the endpoint's <see cref="WebhookEndpoint.FailingSince"/>. Nothing when there is no such delivery.</summary>
    Task RecordAttemptAsync(string deliveryId, DeliveryAttempt attempt, DeliveryStatus status, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken);

    /// <summary>Deliveries of an execution, oldest first, with their attempts.</summary>
    Task<ImmutableArray<WebhookDelivery>> ListByExecutionAsync(string executionId, CancellationToken cancellationToken);

    /// <summary>Makes a delivery of that execution due now, whatever its status; enables its endpoint. False when there is none.</summary>
    Task<bool> RedeliverAsync(string executionId, string deliveryId, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>The endpoint of a URL; creates it with the given id and secret when there is none yet.</summary>
    Task<WebhookEndpoint> GetOrAddEndpointAsync(string url, string newId, byte[] newProtectedSecret, DateTimeOffset now, CancellationToken cancellationToken);

    /// <summary>All endpoints, newest first, at most 100.</summary>
    Task<ImmutableArray<WebhookEndpoint>> ListEndpointsAsync(CancellationToken cancellationToken);

    /// <summary>Stops deliveries to an endpoint (<paramref name="at"/> set) or lets them go on (<c>null</c>).</summary>
    Task SetDisabledAsync(string url, DateTimeOffset? at, CancellationToken cancellationToken);
}
