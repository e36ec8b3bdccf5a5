using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>The webhook outbox in SQLite.</summary>
internal sealed class SqliteWebhookStore(SqliteDatabase database) : IWebhookStore
{
    private const string Columns = "d.key, d.id, d.execution_id, d.sequence, d.url, d.type, d.body, d.created_at, d.status, d.attempt_count, d.next_attempt_at";

    private const string EndpointColumns = "id, url, secret, created_at, disabled_at, failing_since";

    private const string Deliverable = "d.status = 0 AND NOT EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.url = d.url AND e.disabled_at IS NOT NULL)";

    private static readonly Sql s_due = new($"""
        SELECT {Columns} FROM webhook_delivery d
        WHERE d.next_attempt_at <= ? AND d.host NOT IN (SELECT value FROM json_each(?)) AND {Deliverable}
        ORDER BY d.next_attempt_at, d.key LIMIT ?
        """);

    private static readonly Sql s_nextDue = new($"SELECT d.next_attempt_at FROM webhook_delivery d WHERE d.next_attempt_at IS NOT NULL AND {Deliverable} ORDER BY d.next_attempt_at LIMIT 1");

    private static readonly Sql s_byExecution = new($"SELECT {Columns} FROM webhook_delivery d WHERE d.execution_id = ? ORDER BY d.key");

    private static readonly Sql s_attempts = new(
        "SELECT at, duration_milliseconds, status_code, error, response_body FROM webhook_attempt WHERE delivery_key = ? ORDER BY number");

    private static readonly Sql s_find = new("SELECT key, attempt_count, url FROM webhook_delivery WHERE id = ?");

    private static readonly Sql s_insertAttempt = new("""
        INSERT INTO webhook_attempt (delivery_key, number, at, duration_milliseconds, status_code, error, response_body) VALUES (?, ?, ?, ?, ?, ?, ?)
        """);

    private static readonly Sql s_attempted = new("UPDATE webhook_delivery SET status = ?, attempt_count = ?, next_attempt_at = ? WHERE key = ?");

    private static readonly Sql s_succeeded = new("UPDATE webhook_endpoint SET failing_since = NULL WHERE url = ?");

    private static readonly Sql s_failed = new("UPDATE webhook_endpoint SET failing_since = ? WHERE url = ? AND failing_since IS NULL");

    private static readonly Sql s_redeliver = new("UPDATE webhook_delivery SET status = 0, next_attempt_at = ? WHERE id = ? AND execution_id = ? RETURNING url");

    private static readonly Sql s_endpoint = new($"SELECT {EndpointColumns} FROM webhook_endpoint WHERE url = ?");

    private static readonly Sql s_endpoints = new($"SELECT {EndpointColumns} FROM webhook_endpoint ORDER BY created_at DESC, key DESC LIMIT {Lists.LongestPage}");

    private static readonly Sql s_insertEndpoint = new("INSERT INTO webhook_endpoint (id, url, secret, created_at) VALUES (?, ?, ?, ?)");

    private static readonly Sql s_setDisabled = new("UPDATE webhook_endpoint SET disabled_at = ? WHERE url = ?");

    public Task<ImmutableArray<WebhookDelivery>> ListDueAsync(DateTimeOffset now, int limit, IReadOnlySet<string> excludedHosts, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection =>
            ReadDeliveries(connection, connection[s_due].Add(StoredTime.ToMicroseconds(now)).Add(JsonSerializer.Serialize(excludedHosts)).Add(limit))));

    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(connection =>
    {
        var row = connection[s_nextDue];
        var next = row.Step() ? StoredTime.FromMicroseconds(row.OptionalLong(0)) : null;
        row.Reset();
        return next;
    }));

    public Task RecordAttemptAsync(string deliveryId, DeliveryAttempt attempt, DeliveryStatus status, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.WriteAsync(session =>
        {
            var connection = session.Connection;
            var row = connection[s_find].Add(deliveryId);
            if (!row.Step())
                return false;
            var (key, number, url) = (row.Long(0), row.Int(1) + 1, row.Text(2));
            row.Reset();
            var at = StoredTime.ToMicroseconds(attempt.At);
            connection[s_insertAttempt].Add(key).Add(number).Add(at).Add(attempt.DurationMilliseconds).Add(attempt.StatusCode).Add(attempt.Error).Add(attempt.ResponseBody).Run();
            connection[s_attempted].Add((int)status).Add(number).Add(status == DeliveryStatus.Pending ? StoredTime.ToMicroseconds(nextAttemptAt) : null).Add(key).Run();
            if (status == DeliveryStatus.Delivered)
                connection[s_succeeded].Add(url).Run();
            else
                connection[s_failed].Add(at).Add(url).Run();
            return true;
        });
    }

    public Task<ImmutableArray<WebhookDelivery>> ListByExecutionAsync(string executionId, CancellationToken cancellationToken) =>
        Task.FromResult(database.Read(connection => ReadDeliveries(connection, connection[s_byExecution].Add(executionId))));

    public Task<bool> RedeliverAsync(string executionId, string deliveryId, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.WriteAsync(session =>
        {
            var row = session.Connection[s_redeliver].Add(StoredTime.ToMicroseconds(now)).Add(deliveryId).Add(executionId);
            if (!row.Step())
                return false;
            var url = row.Text(0);
            row.Reset();
            session.Connection[s_setDisabled].AddNull().Add(url).Run();
            return true;
        });
    }

    public Task<WebhookEndpoint> GetOrAddEndpointAsync(string url, string newId, byte[] newProtectedSecret, DateTimeOffset now, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.Read(connection => FindEndpoint(connection, url)) is { } known ? Task.FromResult(known) : database.WriteAsync(session =>
        {
            if (FindEndpoint(session.Connection, url) is { } found)
                return found;
            try
            {
                session.Connection[s_insertEndpoint].Add(newId).Add(url).Add(newProtectedSecret).Add(StoredTime.ToMicroseconds(now)).Run();
            }
            catch (SqliteException error) when (error.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE)
            {
                throw new DuplicateIdException(newId);
            }
            return FindEndpoint(session.Connection, url)!;
        });
    }

    public Task<ImmutableArray<WebhookEndpoint>> ListEndpointsAsync(CancellationToken cancellationToken) => Task.FromResult(database.Read(connection =>
    {
        var endpoints = ImmutableArray.CreateBuilder<WebhookEndpoint>();
        var rows = connection[s_endpoints];
        while (rows.Step())
            endpoints.Add(ReadEndpoint(rows));
        return endpoints.DrainToImmutable();
    }));

    public Task SetDisabledAsync(string url, DateTimeOffset? at, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return database.WriteAsync(session =>
        {
            session.Connection[s_setDisabled].Add(StoredTime.ToMicroseconds(at)).Add(url).Run();
            return true;
        });
    }

    private static ImmutableArray<WebhookDelivery> ReadDeliveries(Connection connection, Statement rows)
    {
        var deliveries = ImmutableArray.CreateBuilder<WebhookDelivery>();
        while (rows.Step())
        {
            deliveries.Add(new WebhookDelivery(
                rows.Text(1), rows.Text(2), rows.Int(3), rows.Text(4), rows.Text(5), rows.Bytes(6).ToArray(), StoredTime.FromMicroseconds(rows.Long(7)),
                (DeliveryStatus)rows.Int(8), rows.Int(9), StoredTime.FromMicroseconds(rows.OptionalLong(10)),
                rows.Int(9) == 0 ? [] : ReadAttempts(connection, rows.Long(0))));
        }
        return deliveries.DrainToImmutable();
    }

    private static ImmutableArray<DeliveryAttempt> ReadAttempts(Connection connection, long deliveryKey)
    {
        var attempts = ImmutableArray.CreateBuilder<DeliveryAttempt>();
        var rows = connection[s_attempts].Add(deliveryKey);
        while (rows.Step())
            attempts.Add(new DeliveryAttempt(StoredTime.FromMicroseconds(rows.Long(0)), rows.Int(1), rows.OptionalInt(2), rows.OptionalText(3), rows.OptionalText(4)));
        return attempts.DrainToImmutable();
    }

    private static WebhookEndpoint? FindEndpoint(Connection connection, string url)
    {
        var row = connection[s_endpoint].Add(url);
        var endpoint = row.Step() ? ReadEndpoint(row) : null;
        row.Reset();
        return endpoint;
    }

    private static WebhookEndpoint ReadEndpoint(Statement row) => new(
        row.Text(0), row.Text(1), row.OptionalBytes(2) ?? [], StoredTime.FromMicroseconds(row.Long(3)),
        StoredTime.FromMicroseconds(row.OptionalLong(4)), StoredTime.FromMicroseconds(row.OptionalLong(5)));
}
