using System.Collections.Immutable;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Messages getting into the outbox, on the writer's thread.</summary>
internal static class OutboxWrites
{
    private static readonly Sql s_find = new("SELECT 1 FROM webhook_delivery WHERE id = ?");

    private static readonly Sql s_subscription = new("SELECT id, url, disabled_at FROM webhook_endpoint WHERE id = ?");

    private static readonly Sql s_named = new($"SELECT id, url, disabled_at FROM webhook_endpoint WHERE url = ? AND scope = '{WebhookScope.Executions.Text}'");

    private static readonly Sql s_insert = new("""
        INSERT INTO webhook_delivery (id, execution_id, sequence, url, host, type, body, created_at, status, attempt_count, next_attempt_at, webhook_id)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?)
        """);

    /// <summary>Before the first write.</summary>
    /// <exception cref="DuplicateIdException">The id of a message is taken.</exception>
    public static void Check(Connection connection, ImmutableArray<OutboxMessage> messages)
    {
        foreach (var message in messages)
        {
            var found = connection[s_find].Add(message.Id);
            var isTaken = found.Step();
            found.Reset();
            if (isTaken)
                throw new DuplicateIdException(message.Id);
        }
    }

    public static void Add(Connection connection, ImmutableArray<OutboxMessage> messages)
    {
        foreach (var message in messages)
            Add(connection, message);
    }

    private static void Add(Connection connection, OutboxMessage message)
    {
        var webhook = message.WebhookId is { } id ? connection[s_subscription].Add(id) : connection[s_named].Add(message.Url);
        var (webhookId, url, isDisabled) = webhook.Step() ? (webhook.Text(0), webhook.Text(1), !webhook.IsNull(2)) : (null, message.Url, false);
        webhook.Reset();
        if (webhookId is null && message.WebhookId is not null)
            return;

        var at = StoredTime.ToMicroseconds(message.CreatedAt);
        connection[s_insert].Add(message.Id).Add(message.ExecutionId ?? "").Add(message.Sequence).Add(url).Add(WebhookAddress.HostOf(url))
            .Add(message.Type).Add(message.Body.Span).Add(at).Add(isDisabled ? null : at).Add(webhookId).Run();
    }
}
