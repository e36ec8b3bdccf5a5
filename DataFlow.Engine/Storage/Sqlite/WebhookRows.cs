using System.Collections.Immutable;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Rows of webhooks and deliveries as records.</summary>
internal static class WebhookRows
{
    public const string DeliveryColumns =
        "d.key, d.id, d.execution_id, d.sequence, d.url, d.type, d.body, d.created_at, d.status, d.attempt_count, d.next_attempt_at, d.webhook_id, d.attempts_before";

    public const string EndpointColumns =
        "key, id, url, scope, events, description, secret, created_at, disabled_at, disabled_reason, failing_since, last_attempt_at, last_attempt_succeeded";

    /// <summary>In place of events, which a webhook that executions name does not have: nobody was told its secret. Rows of before have nothing there, and stay.</summary>
    public const string Untold = "untold";

    private static readonly Sql s_attempts = new(
        "SELECT at, duration_milliseconds, status_code, error, response_body FROM webhook_attempt WHERE delivery_key = ? ORDER BY number");

    private static readonly Sql s_endpoint = new($"SELECT {EndpointColumns} FROM webhook_endpoint WHERE id = ?");

    private static readonly Sql s_named = new($"SELECT {EndpointColumns} FROM webhook_endpoint WHERE url = ? AND scope = '{WebhookScope.Executions.Text}'");

    public static ImmutableArray<(long Key, WebhookDelivery Delivery)> ReadDeliveries(Connection connection, Statement rows)
    {
        var deliveries = ImmutableArray.CreateBuilder<(long, WebhookDelivery)>();
        while (rows.Step())
        {
            var delivery = new WebhookDelivery(
                rows.Text(1), rows.Text(2) is { Length: > 0 } execution ? execution : null, rows.Int(3), rows.Text(4), rows.Text(5), rows.Bytes(6).ToArray(),
                StoredTime.FromMicroseconds(rows.Long(7)), (DeliveryStatus)rows.Int(8), rows.Int(9), StoredTime.FromMicroseconds(rows.OptionalLong(10)),
                rows.Int(9) == 0 ? [] : ReadAttempts(connection, rows.Long(0)))
            {
                WebhookId = rows.OptionalText(11),
                AttemptsBefore = rows.Int(12),
            };
            deliveries.Add((rows.Long(0), delivery));
        }
        return deliveries.DrainToImmutable();
    }

    public static WebhookEndpoint? FindEndpoint(Connection connection, string id) => First(connection[s_endpoint].Add(id));

    /// <summary>The webhook of a URL named by executions.</summary>
    public static WebhookEndpoint? FindNamed(Connection connection, string url) => First(connection[s_named].Add(url));

    public static (long Key, WebhookEndpoint Endpoint) ReadEndpoint(Statement row) => (row.Long(0), new WebhookEndpoint(
        row.Text(1), row.Text(2), new WebhookScope(row.Text(3)), row.OptionalText(4) is { Length: > 0 } events and not Untold ? [.. events.Split(' ')] : [], row.OptionalText(5),
        row.OptionalBytes(6) ?? [], StoredTime.FromMicroseconds(row.Long(7)))
    {
        DisabledAt = StoredTime.FromMicroseconds(row.OptionalLong(8)),
        DisabledReason = (WebhookDisabledReason?)row.OptionalInt(9),
        FailingSince = StoredTime.FromMicroseconds(row.OptionalLong(10)),
        LastAttemptAt = StoredTime.FromMicroseconds(row.OptionalLong(11)),
        LastAttemptSucceeded = row.OptionalInt(12) is { } succeeded ? succeeded != 0 : null,
        IsSecretUntold = row.OptionalText(4) == Untold,
    });

    private static WebhookEndpoint? First(Statement row)
    {
        WebhookEndpoint? endpoint = row.Step() ? ReadEndpoint(row).Endpoint : null;
        row.Reset();
        return endpoint;
    }

    private static ImmutableArray<DeliveryAttempt> ReadAttempts(Connection connection, long deliveryKey)
    {
        var attempts = ImmutableArray.CreateBuilder<DeliveryAttempt>();
        var rows = connection[s_attempts].Add(deliveryKey);
        while (rows.Step())
            attempts.Add(new DeliveryAttempt(StoredTime.FromMicroseconds(rows.Long(0)), rows.Int(1), rows.OptionalInt(2), rows.OptionalText(3), rows.OptionalText(4)));
        return attempts.DrainToImmutable();
    }
}
