using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Webhooks and their outbox in SQLite.</summary>
internal sealed class SqliteWebhookStore(SqliteDatabase database) : IWebhookStore
{
    private static readonly Sql s_due = new($"""
        SELECT {WebhookRows.DeliveryColumns} FROM webhook_delivery d
        WHERE d.status = 0 AND d.next_attempt_at <= ? AND d.host NOT IN (SELECT value FROM json_each(?))
        ORDER BY d.next_attempt_at, d.key LIMIT ?
        """);

    private static readonly Sql s_nextDue = new("SELECT next_attempt_at FROM webhook_delivery WHERE status = 0 AND next_attempt_at IS NOT NULL ORDER BY next_attempt_at LIMIT 1");

    private static readonly Sql s_byExecution = new($"SELECT {WebhookRows.DeliveryColumns} FROM webhook_delivery d WHERE d.execution_id = ? ORDER BY d.key");

    private static readonly Sql s_byWebhook = new($"""
        SELECT {WebhookRows.DeliveryColumns} FROM webhook_delivery d
        WHERE d.webhook_id = ?1 AND d.key < ?2 AND (?3 IS NULL OR d.status = ?3) ORDER BY d.key DESC LIMIT ?4
        """);

    private static readonly Sql s_delivery = new($"SELECT {WebhookRows.DeliveryColumns} FROM webhook_delivery d WHERE d.id = ?");

    private static readonly Sql s_endpoints = new($"""
        SELECT {WebhookRows.EndpointColumns} FROM webhook_endpoint
        WHERE key < ?1 AND (?2 IS NULL OR (scope <> '{WebhookScope.Executions.Text}') = ?2) AND (?3 IS NULL OR scope IN ('{WebhookScope.AllWorkflows.Text}', ?3))
        ORDER BY key DESC LIMIT ?4
        """);

    private static readonly Sql s_subscriptions = new($"SELECT {WebhookRows.EndpointColumns} FROM webhook_endpoint WHERE scope <> '{WebhookScope.Executions.Text}' ORDER BY key");

    public Task<ImmutableArray<WebhookDelivery>> ListDueAsync(DateTimeOffset now, int limit, IReadOnlySet<string> excludedHosts, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => Deliveries(
            connection, connection[s_due].Add(StoredTime.ToMicroseconds(now)).Add(JsonSerializer.Serialize(excludedHosts)).Add(limit))));

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(connection =>
    {
        var row = connection[s_nextDue];
        var next = row.Step() ? StoredTime.FromMicroseconds(row.OptionalLong(0)) : null;
        row.Reset();
        return next;
    }));

    public Task RecordAttemptAsync(string deliveryId, DeliveryAttempt attempt, DeliveryStatus status, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken) =>
        WriteAsync(connection => DeliveryWrites.Record(connection, deliveryId, attempt, status, nextAttemptAt), cancellationToken);

    public Task<ImmutableArray<WebhookDelivery>> ListByExecutionAsync(string executionId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => Deliveries(connection, connection[s_byExecution].Add(executionId))));

    public Task<Page<WebhookDelivery>> ListByWebhookAsync(string webhookId, WebhookDeliveryQuery query, CancellationToken cancellationToken)
    {
        var list = Lists.Describe(webhookId, query);
        var before = Cursor.Decode(query.Cursor, list)?.Major ?? long.MaxValue;
        return Task.FromResult(database.Read(connection => Page(list, query.Limit, WebhookRows.ReadDeliveries(
            connection, connection[s_byWebhook].Add(webhookId).Add(before).Add((long?)query.Status).Add(Lists.Limit(query.Limit) + 1)))));
    }

    public Task<WebhookDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => Deliveries(connection, connection[s_delivery].Add(deliveryId)).SingleOrDefault()));

    public Task<bool> RedeliverAsync(string deliveryId, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(connection => DeliveryWrites.Redeliver(connection, deliveryId, now), cancellationToken);

    public Task<int> RecoverAsync(string webhookId, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(connection => DeliveryWrites.Recover(connection, webhookId, since, now), cancellationToken);

    public Task<bool> AddMessageAsync(OutboxMessage message, CancellationToken cancellationToken) => WriteAsync(
        connection =>
        {
            if (WebhookRows.FindEndpoint(connection, message.WebhookId ?? "") is not { DisabledAt: null })
                return false;
            OutboxWrites.Check(connection, [message]);
            OutboxWrites.Add(connection, [message]);
            DeliveryWrites.ForgetOldTests(connection, message.WebhookId!);
            return true;
        },
        cancellationToken);

    public Task<WebhookEndpoint> GetOrAddEndpointAsync(string url, string newId, byte[] newProtectedSecret, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.Read(connection => WebhookRows.FindNamed(connection, url)) is { } known
            ? Task.FromResult(known)
            : WriteAsync(connection => WebhookWrites.GetOrAdd(connection, url, newId, newProtectedSecret, now), cancellationToken);
    }

    public Task<WebhookWrite> AddEndpointAsync(WebhookEndpoint endpoint, int most, CancellationToken cancellationToken) =>
        WriteAsync(connection => WebhookWrites.Add(connection, endpoint, most), cancellationToken);

    public Task<WebhookEndpoint?> FindEndpointAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => WebhookRows.FindEndpoint(connection, id)));

    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(WebhookQuery query, CancellationToken cancellationToken)
    {
        var list = Lists.Describe(query);
        var before = Cursor.Decode(query.Cursor, list)?.Major ?? long.MaxValue;
        return Task.FromResult(database.Read(connection => Page(list, query.Limit, Endpoints(
            connection[s_endpoints].Add(before).Add(query.Subscriptions is { } wanted ? wanted ? 1 : 0 : null).Add(query.WorkflowId).Add(Lists.Limit(query.Limit) + 1)))));
    }

    public Task<ImmutableArray<WebhookEndpoint>> ListSubscriptionsAsync(CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => Endpoints(connection[s_subscriptions]).Select(static row => row.Row).ToImmutableArray()));

    public Task<WebhookWrite> ChangeEndpointAsync(string id, string url, string? description, ImmutableArray<string> events, CancellationToken cancellationToken) =>
        WriteAsync(connection => WebhookWrites.Change(connection, id, url, description, events), cancellationToken);

    public Task<bool> SetSecretAsync(string id, byte[] expected, byte[] protectedSecret, CancellationToken cancellationToken) =>
        WriteAsync(connection => WebhookWrites.SetSecret(connection, id, expected, protectedSecret), cancellationToken);

    public Task<bool> TellSecretAsync(string id, CancellationToken cancellationToken) => WriteAsync(connection => WebhookWrites.TellSecret(connection, id), cancellationToken);

    public Task DisableAsync(string id, DateTimeOffset at, WebhookDisabledReason reason, CancellationToken cancellationToken) =>
        WriteAsync(connection => DeliveryWrites.Disable(connection, id, at, reason), cancellationToken);

    public Task<bool> DisableFailingAsync(string id, DateTimeOffset at, DateTimeOffset since, CancellationToken cancellationToken) =>
        WriteAsync(connection => DeliveryWrites.DisableFailing(connection, id, at, since), cancellationToken);

    public Task EnableAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) =>
        WriteAsync(connection => DeliveryWrites.Enable(connection, id, now), cancellationToken);

    public Task<bool> DeleteEndpointAsync(string id, CancellationToken cancellationToken) =>
        WriteAsync(connection => WebhookWrites.Delete(connection, id), cancellationToken);

    private Task<T> WriteAsync<T>(Func<Connection, T> write, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.WriteAsync(session => write(session.Connection));
    }

    private static ImmutableArray<WebhookDelivery> Deliveries(Connection connection, Statement rows) =>
        [.. WebhookRows.ReadDeliveries(connection, rows).Select(static row => row.Delivery)];

    private static ImmutableArray<(long Key, WebhookEndpoint Row)> Endpoints(Statement rows)
    {
        var endpoints = ImmutableArray.CreateBuilder<(long, WebhookEndpoint)>();
        while (rows.Step())
            endpoints.Add(WebhookRows.ReadEndpoint(rows));
        return endpoints.DrainToImmutable();
    }

    private static Page<T> Page<T>(string list, int limit, ImmutableArray<(long Key, T Row)> rows)
    {
        var most = Lists.Limit(limit);
        return new Page<T>([.. rows.Take(most).Select(static row => row.Row)], rows.Length > most ? new Cursor(rows[most - 1].Key, 0).Encode(list) : null);
    }
}
