using System.Collections.Immutable;
using Microsoft.Data.Sqlite;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Webhooks themselves, on the writer's thread. Every check comes before the first write.</summary>
internal static class WebhookWrites
{
    private static readonly Sql s_taken = new("SELECT 1 FROM webhook_endpoint WHERE url = ? AND scope = ? AND id <> ?");

    private static readonly Sql s_count = new("SELECT count(*) FROM webhook_endpoint WHERE scope = ?");

    private static readonly Sql s_insert = new("""
        INSERT INTO webhook_endpoint (id, url, scope, events, description, secret, created_at, disabled_at, disabled_reason) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """);

    // Messages that were committed before the URL was first used.
    private static readonly Sql s_assign = new("UPDATE webhook_delivery SET webhook_id = ? WHERE url = ? AND webhook_id IS NULL");

    private static readonly Sql s_change = new("UPDATE webhook_endpoint SET url = ?, description = ?, events = ? WHERE id = ?");

    private static readonly Sql s_redirect = new("UPDATE webhook_delivery SET url = ?, host = ? WHERE webhook_id = ? AND status = 0");

    private static readonly Sql s_setSecret = new($"UPDATE webhook_endpoint SET secret = ?, events = nullif(events, '{WebhookRows.Untold}') WHERE id = ? AND secret = ?");

    private static readonly Sql s_tellSecret = new($"UPDATE webhook_endpoint SET events = nullif(events, '{WebhookRows.Untold}') WHERE id = ?");

    // Whoever has given it a description or stopped it wants it to stay so.
    private static readonly Sql s_deleteUnused = new($"""
        DELETE FROM webhook_endpoint WHERE id = ?1 AND events = '{WebhookRows.Untold}' AND description IS NULL AND disabled_reason IS NOT {(int)WebhookDisabledReason.Asked}
            AND NOT EXISTS (SELECT 1 FROM webhook_delivery WHERE webhook_id = ?1)
        """);

    private static readonly Sql s_delete = new("DELETE FROM webhook_endpoint WHERE id = ?");

    // A test message belongs to no execution that would keep it.
    private static readonly Sql s_deleteWaiting = new("DELETE FROM webhook_delivery WHERE webhook_id = ? AND (status = 0 OR execution_id = '')");

    public static WebhookEndpoint GetOrAdd(Connection connection, string url, string newId, byte[] newProtectedSecret, DateTimeOffset now)
    {
        if (WebhookRows.FindNamed(connection, url) is { } found)
            return found;
        Insert(connection, new WebhookEndpoint(newId, url, WebhookScope.Executions, [], null, newProtectedSecret, now) { IsSecretUntold = true });
        connection[s_assign].Add(newId).Add(url).Run();
        return WebhookRows.FindNamed(connection, url)!;
    }

    public static WebhookWrite Add(Connection connection, WebhookEndpoint endpoint, int most)
    {
        if (IsTaken(connection, endpoint.Url, endpoint.Scope, endpoint.Id))
            return WebhookWrite.Duplicate;
        var row = connection[s_count].Add(endpoint.Scope.Text);
        row.Step();
        var count = row.Int(0);
        row.Reset();
        if (count >= most)
            return WebhookWrite.Full;
        Insert(connection, endpoint);
        return WebhookWrite.Done;
    }

    public static WebhookWrite Change(Connection connection, string id, string url, string? description, ImmutableArray<string> events)
    {
        if (WebhookRows.FindEndpoint(connection, id) is not { } before)
            return WebhookWrite.NotFound;
        if (IsTaken(connection, url, before.Scope, id))
            return WebhookWrite.Duplicate;
        connection[s_change].Add(url).Add(description).Add(Text(events)).Add(id).Run();
        if (url != before.Url)
            connection[s_redirect].Add(url).Add(WebhookAddress.HostOf(url)).Add(id).Run();
        return WebhookWrite.Done;
    }

    public static bool SetSecret(Connection connection, string id, byte[] expected, byte[] protectedSecret)
    {
        connection[s_setSecret].Add(protectedSecret).Add(id).Add(expected).Run();
        return connection.Changes > 0;
    }

    public static bool TellSecret(Connection connection, string id)
    {
        connection[s_tellSecret].Add(id).Run();
        return connection.Changes > 0;
    }

    /// <summary>Removes one that was made for a URL an execution named, if it was never anything else and has no messages any more.</summary>
    public static void DeleteUnused(Connection connection, string id) => connection[s_deleteUnused].Add(id).Run();

    public static bool Delete(Connection connection, string id)
    {
        connection[s_delete].Add(id).Run();
        if (connection.Changes == 0)
            return false;
        connection[s_deleteWaiting].Add(id).Run();
        return true;
    }

    private static bool IsTaken(Connection connection, string url, WebhookScope scope, string except)
    {
        var row = connection[s_taken].Add(url).Add(scope.Text).Add(except);
        var isTaken = row.Step();
        row.Reset();
        return isTaken;
    }

    private static void Insert(Connection connection, WebhookEndpoint endpoint)
    {
        try
        {
            connection[s_insert].Add(endpoint.Id).Add(endpoint.Url).Add(endpoint.Scope.Text).Add(endpoint.IsSecretUntold ? WebhookRows.Untold : Text(endpoint.Events)).Add(endpoint.Description)
                .Add(endpoint.ProtectedSecret).Add(StoredTime.ToMicroseconds(endpoint.CreatedAt)).Add(StoredTime.ToMicroseconds(endpoint.DisabledAt))
                .Add(endpoint.DisabledReason is { } reason ? (long)reason : null).Run();
        }
        catch (SqliteException error) when (error.SqliteExtendedErrorCode == SQLitePCL.raw.SQLITE_CONSTRAINT_UNIQUE)
        {
            throw new DuplicateIdException(endpoint.Id);
        }
    }

    private static string? Text(ImmutableArray<string> events) => events.IsEmpty ? null : string.Join(' ', events);
}
