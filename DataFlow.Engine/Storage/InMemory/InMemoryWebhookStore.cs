using System.Collections.Immutable;

namespace DataFlow.Engine.Storage.InMemory;

/// <summary>The webhook outbox in memory, for tests.</summary>
internal sealed class InMemoryWebhookStore(InMemoryDatabase database) : IWebhookStore
{
    public Task<ImmutableArray<WebhookDelivery>> ListDueAsync(DateTimeOffset now, int limit, IReadOnlySet<string> excludedHosts, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            return Task.FromResult<ImmutableArray<WebhookDelivery>>([.. Deliverable()
                .Where(delivery => delivery.NextAttemptAt <= now && !excludedHosts.Contains(WebhookAddress.HostOf(delivery.Url)))
                .OrderBy(delivery => delivery.NextAttemptAt)
                .Take(limit)]);
        }
    }

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        lock (database.Gate)
            return Task.FromResult(Deliverable().Min(delivery => delivery.NextAttemptAt));
    }

    public Task RecordAttemptAsync(string deliveryId, DeliveryAttempt attempt, DeliveryStatus status, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var index = database.Deliveries.FindIndex(delivery => delivery.Id == deliveryId);
            if (index < 0)
                return Task.CompletedTask;
            var delivery = database.Deliveries[index];
            database.Deliveries[index] = delivery with
            {
                Status = status,
                AttemptCount = delivery.AttemptCount + 1,
                NextAttemptAt = status == DeliveryStatus.Pending ? StoredTime.Round(nextAttemptAt) : null,
                Attempts = delivery.Attempts.Add(attempt with { At = StoredTime.Round(attempt.At) }),
            };
            if (database.Endpoints.TryGetValue(delivery.Url, out var endpoint))
                database.Endpoints[delivery.Url] = endpoint with { FailingSince = status == DeliveryStatus.Delivered ? null : endpoint.FailingSince ?? StoredTime.Round(attempt.At) };
            return Task.CompletedTask;
        }
    }

    public Task<ImmutableArray<WebhookDelivery>> ListByExecutionAsync(string executionId, CancellationToken cancellationToken)
    {
        lock (database.Gate)
            return Task.FromResult<ImmutableArray<WebhookDelivery>>([.. database.Deliveries.Where(delivery => delivery.ExecutionId == executionId)]);
    }

    public Task<bool> RedeliverAsync(string executionId, string deliveryId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var index = database.Deliveries.FindIndex(delivery => delivery.Id == deliveryId && delivery.ExecutionId == executionId);
            if (index < 0)
                return Task.FromResult(false);
            var delivery = database.Deliveries[index];
            database.Deliveries[index] = delivery with { Status = DeliveryStatus.Pending, NextAttemptAt = StoredTime.Round(now) };
            SetDisabled(delivery.Url, null);
            return Task.FromResult(true);
        }
    }

    public Task<WebhookEndpoint> GetOrAddEndpointAsync(string url, string newId, byte[] newProtectedSecret, DateTimeOffset now, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            if (database.Endpoints.TryGetValue(url, out var endpoint))
                return Task.FromResult(endpoint);
            if (database.Endpoints.Values.Any(other => other.Id == newId))
                return Task.FromException<WebhookEndpoint>(new DuplicateIdException(newId));
            return Task.FromResult(database.Endpoints[url] = new WebhookEndpoint(newId, url, newProtectedSecret, StoredTime.Round(now), null, null));
        }
    }

    public Task<ImmutableArray<WebhookEndpoint>> ListEndpointsAsync(CancellationToken cancellationToken)
    {
        lock (database.Gate)
            return Task.FromResult<ImmutableArray<WebhookEndpoint>>([.. database.Endpoints.Values.Reverse().OrderByDescending(endpoint => endpoint.CreatedAt).Take(Lists.LongestPage)]);
    }

    public Task SetDisabledAsync(string url, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        lock (database.Gate)
            SetDisabled(url, at);
        return Task.CompletedTask;
    }

    private void SetDisabled(string url, DateTimeOffset? at)
    {
        if (database.Endpoints.TryGetValue(url, out var endpoint))
            database.Endpoints[url] = endpoint with { DisabledAt = StoredTime.Round(at) };
    }

    private IEnumerable<WebhookDelivery> Deliverable() => database.Deliveries.Where(delivery =>
        delivery.Status == DeliveryStatus.Pending && database.Endpoints.GetValueOrDefault(delivery.Url)?.DisabledAt is null);
}
