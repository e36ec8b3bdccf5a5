using System.Collections.Immutable;

namespace DataFlow.Engine.Storage.InMemory;

/// <summary>Webhooks and their outbox in memory, for tests.</summary>
internal sealed class InMemoryWebhookStore(InMemoryDatabase database) : IWebhookStore
{
    public Task<ImmutableArray<WebhookDelivery>> ListDueAsync(DateTimeOffset now, int limit, IReadOnlySet<string> excludedHosts, CancellationToken cancellationToken) =>
        Locked<ImmutableArray<WebhookDelivery>>(() => [.. Deliverable()
            .Where(delivery => delivery.NextAttemptAt <= now && !excludedHosts.Contains(WebhookAddress.HostOf(delivery.Url)))
            .OrderBy(delivery => delivery.NextAttemptAt)
            .Take(limit)]);

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => Locked(() => Deliverable().Min(delivery => delivery.NextAttemptAt));

    public Task RecordAttemptAsync(string deliveryId, DeliveryAttempt attempt, DeliveryStatus status, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken) => Locked(() =>
    {
        if (database.Deliveries.Find(delivery => delivery.Id == deliveryId) is not { } before)
            return false;
        var at = StoredTime.Round(attempt.At);
        var disabled = before.WebhookId is { } id && database.FindEndpoint(endpoint => endpoint.Id == id)?.DisabledAt is not null;
        database.ChangeDeliveries(delivery => delivery.Id == deliveryId, delivery => delivery with
        {
            Status = status,
            AttemptCount = delivery.AttemptCount + 1,
            NextAttemptAt = status == DeliveryStatus.Pending && !disabled ? StoredTime.Round(nextAttemptAt) : null,
            Attempts = delivery.Attempts.Add(attempt with { At = at }),
        });
        var succeeded = status == DeliveryStatus.Delivered;
        if (before.WebhookId is { } webhookId)
            database.ChangeEndpoint(webhookId, endpoint => endpoint with { FailingSince = succeeded ? null : endpoint.FailingSince ?? at, LastAttemptAt = at, LastAttemptSucceeded = succeeded });
        return true;
    });

    public Task<ImmutableArray<WebhookDelivery>> ListByExecutionAsync(string executionId, CancellationToken cancellationToken) =>
        Locked<ImmutableArray<WebhookDelivery>>(() => [.. database.Deliveries.Where(delivery => delivery.ExecutionId == executionId)]);

    public Task<Page<WebhookDelivery>> ListByWebhookAsync(string webhookId, WebhookDeliveryQuery query, CancellationToken cancellationToken)
    {
        var list = Lists.Describe(webhookId, query);
        var before = Cursor.Decode(query.Cursor, list)?.Major ?? long.MaxValue;
        return Locked(() => Page(list, query.Limit, database.Deliveries.Select(static (delivery, index) => (Key: index + 1L, Row: delivery))
            .Where(row => row.Key < before && row.Row.WebhookId == webhookId && (query.Status is not { } status || row.Row.Status == status))));
    }

    public Task<WebhookDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken) =>
        Locked(() => database.Deliveries.Find(delivery => delivery.Id == deliveryId));

    public Task<bool> RedeliverAsync(string deliveryId, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() =>
    {
        if (database.Deliveries.Find(delivery => delivery.Id == deliveryId) is not { } found)
            return false;
        if (found.WebhookId is { } gone && database.FindEndpoint(endpoint => endpoint.Id == gone) is null)
            return false;
        SendAgain(delivery => delivery.Id == deliveryId, now);
        if (found.WebhookId is { } webhookId)
            EnableIfDisabled(webhookId, now);
        return true;
    });

    public Task<int> RecoverAsync(string webhookId, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() =>
    {
        var count = SendAgain(delivery => delivery.WebhookId == webhookId && delivery.Status == DeliveryStatus.Failed && delivery.CreatedAt >= StoredTime.Round(since), now);
        EnableIfDisabled(webhookId, now);
        return count;
    });

    public Task<bool> AddMessageAsync(OutboxMessage message, CancellationToken cancellationToken) => Locked(() =>
    {
        if (database.FindEndpoint(endpoint => endpoint.Id == message.WebhookId) is not { DisabledAt: null })
            return false;
        InMemoryOutbox.Check(database, [message]);
        InMemoryOutbox.Add(database, [message]);
        return true;
    });

    public Task<WebhookEndpoint> GetOrAddEndpointAsync(string url, string newId, byte[] newProtectedSecret, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() =>
    {
        if (database.FindEndpoint(endpoint => endpoint.Url == url && endpoint.Scope == WebhookScope.Executions) is { } found)
            return found;
        var added = Add(new WebhookEndpoint(newId, url, WebhookScope.Executions, [], null, newProtectedSecret, now) { IsSecretUntold = true });
        database.ChangeDeliveries(delivery => delivery.Url == url && delivery.WebhookId is null, delivery => delivery with { WebhookId = newId });
        return added;
    });

    public Task<WebhookWrite> AddEndpointAsync(WebhookEndpoint endpoint, int most, CancellationToken cancellationToken) => Locked(() =>
    {
        if (IsTaken(endpoint.Url, endpoint.Scope, endpoint.Id))
            return WebhookWrite.Duplicate;
        if (database.Endpoints.Count(row => row.Endpoint.Scope == endpoint.Scope) >= most)
            return WebhookWrite.Full;
        Add(endpoint);
        return WebhookWrite.Done;
    });

    public Task<WebhookEndpoint?> FindEndpointAsync(string id, CancellationToken cancellationToken) => Locked(() => database.FindEndpoint(endpoint => endpoint.Id == id));

    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(WebhookQuery query, CancellationToken cancellationToken)
    {
        var list = Lists.Describe(query);
        var before = Cursor.Decode(query.Cursor, list)?.Major ?? long.MaxValue;
        return Locked(() => Page(list, query.Limit, database.Endpoints.Where(row => row.Key < before
            && (query.Subscriptions is not { } wanted || row.Endpoint.Scope.IsSubscription == wanted)
            && (query.WorkflowId is not { } workflow || row.Endpoint.Scope == WebhookScope.AllWorkflows || row.Endpoint.Scope.WorkflowId == workflow))));
    }

    public Task<ImmutableArray<WebhookEndpoint>> ListSubscriptionsAsync(CancellationToken cancellationToken) =>
        Locked<ImmutableArray<WebhookEndpoint>>(() => [.. database.Endpoints.Select(row => row.Endpoint).Where(endpoint => endpoint.Scope.IsSubscription)]);

    public Task<WebhookWrite> ChangeEndpointAsync(string id, string url, string? description, ImmutableArray<string> events, CancellationToken cancellationToken) => Locked(() =>
    {
        if (database.FindEndpoint(endpoint => endpoint.Id == id) is not { } before)
            return WebhookWrite.NotFound;
        if (IsTaken(url, before.Scope, id))
            return WebhookWrite.Duplicate;
        database.ChangeEndpoint(id, endpoint => endpoint with { Url = url, Description = description, Events = events, IsSecretUntold = false });
        database.ChangeDeliveries(delivery => delivery.WebhookId == id && delivery.Status == DeliveryStatus.Pending, delivery => delivery with { Url = url });
        return WebhookWrite.Done;
    });

    public Task<bool> SetSecretAsync(string id, byte[] expected, byte[] protectedSecret, CancellationToken cancellationToken) => Locked(() =>
    {
        if (database.FindEndpoint(endpoint => endpoint.Id == id)?.ProtectedSecret.AsSpan().SequenceEqual(expected) is not true)
            return false;
        database.ChangeEndpoint(id, endpoint => endpoint with { ProtectedSecret = protectedSecret, IsSecretUntold = false });
        return true;
    });

    public Task<bool> TellSecretAsync(string id, CancellationToken cancellationToken) => Locked(() =>
    {
        database.ChangeEndpoint(id, endpoint => endpoint with { IsSecretUntold = false });
        return database.FindEndpoint(endpoint => endpoint.Id == id) is not null;
    });

    public Task DisableAsync(string id, DateTimeOffset at, WebhookDisabledReason reason, CancellationToken cancellationToken) =>
        Locked(() => Disable(id, at, reason));

    public Task<bool> DisableFailingAsync(string id, DateTimeOffset at, DateTimeOffset since, CancellationToken cancellationToken) => Locked(() =>
    {
        if (database.FindEndpoint(endpoint => endpoint.Id == id) is not { DisabledAt: null, FailingSince: { } failing } || failing > StoredTime.Round(since))
            return false;
        Disable(id, at, WebhookDisabledReason.OnlyFailures);
        return true;
    });

    public Task EnableAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => Locked(() => Enable(id, now));

    public Task<bool> DeleteEndpointAsync(string id, CancellationToken cancellationToken) => Locked(() =>
    {
        if (database.Endpoints.RemoveAll(row => row.Endpoint.Id == id) == 0)
            return false;
        database.Deliveries.RemoveAll(delivery => delivery.WebhookId == id && (delivery.Status == DeliveryStatus.Pending || delivery.ExecutionId is null));
        return true;
    });

    private Task<T> Locked<T>(Func<T> work)
    {
        lock (database.Gate)
        {
            try
            {
                return Task.FromResult(work());
            }
            catch (DuplicateIdException taken)
            {
                return Task.FromException<T>(taken);
            }
        }
    }

    private WebhookEndpoint Add(WebhookEndpoint endpoint)
    {
        if (database.Endpoints.Exists(row => row.Endpoint.Id == endpoint.Id))
            throw new DuplicateIdException(endpoint.Id);
        var kept = endpoint with { CreatedAt = StoredTime.Round(endpoint.CreatedAt), DisabledAt = StoredTime.Round(endpoint.DisabledAt) };
        database.Endpoints.Add((++database.LastEndpointKey, kept));
        return kept;
    }

    private bool IsTaken(string url, WebhookScope scope, string except) =>
        database.FindEndpoint(endpoint => endpoint.Url == url && endpoint.Scope == scope && endpoint.Id != except) is not null;

    private int SendAgain(Func<WebhookDelivery, bool> which, DateTimeOffset now) => database.ChangeDeliveries(which, delivery => delivery with
    {
        Status = DeliveryStatus.Pending,
        NextAttemptAt = StoredTime.Round(now),
        AttemptsBefore = delivery.AttemptCount,
    });

    private void EnableIfDisabled(string id, DateTimeOffset now)
    {
        if (database.FindEndpoint(endpoint => endpoint.Id == id)?.DisabledAt is not null)
            Enable(id, now);
    }

    private int Disable(string id, DateTimeOffset at, WebhookDisabledReason reason)
    {
        database.ChangeEndpoint(id, endpoint => endpoint.DisabledAt is null ? endpoint with { DisabledAt = StoredTime.Round(at), DisabledReason = reason } : endpoint);
        return database.ChangeDeliveries(delivery => delivery.WebhookId == id && delivery.Status == DeliveryStatus.Pending, delivery => delivery with { NextAttemptAt = null });
    }

    private int Enable(string id, DateTimeOffset now)
    {
        database.ChangeEndpoint(id, endpoint => endpoint with { DisabledAt = null, DisabledReason = null, FailingSince = null });
        var at = StoredTime.Round(now);
        return database.ChangeDeliveries(
            delivery => delivery.WebhookId == id && delivery.Status == DeliveryStatus.Pending && !(delivery.NextAttemptAt <= at), delivery => delivery with { NextAttemptAt = at });
    }

    private static Page<T> Page<T>(string list, int limit, IEnumerable<(long Key, T Row)> rows)
    {
        var most = Lists.Limit(limit);
        var page = rows.OrderByDescending(row => row.Key).Take(most + 1).ToArray();
        return new Page<T>([.. page.Take(most).Select(row => row.Row)], page.Length > most ? new Cursor(page[most - 1].Key, 0).Encode(list) : null);
    }

    private IEnumerable<WebhookDelivery> Deliverable() =>
        database.Deliveries.Where(delivery => delivery is { Status: DeliveryStatus.Pending, NextAttemptAt: not null });
}
