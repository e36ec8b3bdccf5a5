namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>What becomes of deliveries, on the writer's thread.</summary>
internal static class DeliveryWrites
{
    private static readonly Sql s_find = new("SELECT key, attempt_count, webhook_id FROM webhook_delivery WHERE id = ?");

    private static readonly Sql s_insertAttempt = new("""
        INSERT INTO webhook_attempt (delivery_key, number, at, duration_milliseconds, status_code, error, response_body) VALUES (?, ?, ?, ?, ?, ?, ?)
        """);

    private static readonly Sql s_attempted = new("""
        UPDATE webhook_delivery SET status = ?1, attempt_count = ?2,
            next_attempt_at = CASE WHEN EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.id = webhook_id AND e.disabled_at IS NOT NULL) THEN NULL ELSE ?3 END
        WHERE key = ?4
        """);

    private static readonly Sql s_succeeded = new("UPDATE webhook_endpoint SET failing_since = NULL, last_attempt_at = ?, last_attempt_succeeded = 1 WHERE id = ?");

    private static readonly Sql s_failed = new(
        "UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, ?1), last_attempt_at = ?1, last_attempt_succeeded = 0 WHERE id = ?2");

    // What was sent to a webhook that is gone can be sent nowhere.
    private static readonly Sql s_redeliver = new("""
        UPDATE webhook_delivery SET status = 0, attempts_before = attempt_count, next_attempt_at = ?
        WHERE id = ? AND (webhook_id IS NULL OR EXISTS (SELECT 1 FROM webhook_endpoint e WHERE e.id = webhook_id)) RETURNING webhook_id
        """);

    private static readonly Sql s_recover = new("""
        UPDATE webhook_delivery SET status = 0, attempts_before = attempt_count, next_attempt_at = ? WHERE webhook_id = ? AND status = 2 AND created_at >= ?
        """);

    private static readonly Sql s_disable = new("UPDATE webhook_endpoint SET disabled_at = ?, disabled_reason = ? WHERE id = ? AND disabled_at IS NULL");

    private static readonly Sql s_disableFailing = new(
        "UPDATE webhook_endpoint SET disabled_at = ?, disabled_reason = ? WHERE id = ? AND disabled_at IS NULL AND failing_since <= ?");

    // Without a time they are no entries of the list of what is due, however many they are.
    private static readonly Sql s_park = new("UPDATE webhook_delivery SET next_attempt_at = NULL WHERE webhook_id = ? AND status = 0");

    private static readonly Sql s_enable = new("UPDATE webhook_endpoint SET disabled_at = NULL, disabled_reason = NULL, failing_since = NULL WHERE id = ?");

    private static readonly Sql s_isDisabled = new("SELECT 1 FROM webhook_endpoint WHERE id = ? AND disabled_at IS NOT NULL");

    private static readonly Sql s_hurry = new(
        "UPDATE webhook_delivery SET next_attempt_at = ?1 WHERE webhook_id = ?2 AND status = 0 AND (next_attempt_at IS NULL OR next_attempt_at > ?1)");

    // They belong to no execution, so retention does not see them. Attempts go with them.
    private static readonly Sql s_oldTests = new("""
        DELETE FROM webhook_delivery WHERE webhook_id = ?1 AND execution_id = '' AND status <> 0 AND key <=
            (SELECT key FROM webhook_delivery WHERE webhook_id = ?1 AND execution_id = '' ORDER BY key DESC LIMIT 1 OFFSET 99)
        """);

    /// <summary>Of messages that were sent on trial the last hundred are kept.</summary>
    public static void ForgetOldTests(Connection connection, string webhookId) => connection[s_oldTests].Add(webhookId).Run();

    public static bool Record(Connection connection, string deliveryId, DeliveryAttempt attempt, DeliveryStatus status, DateTimeOffset? nextAttemptAt)
    {
        var row = connection[s_find].Add(deliveryId);
        if (!row.Step())
            return false;
        var (key, number, webhookId) = (row.Long(0), row.Int(1) + 1, row.OptionalText(2));
        row.Reset();
        var at = StoredTime.ToMicroseconds(attempt.At);
        connection[s_insertAttempt].Add(key).Add(number).Add(at).Add(attempt.DurationMilliseconds).Add(attempt.StatusCode).Add(attempt.Error).Add(attempt.ResponseBody).Run();
        connection[s_attempted].Add((int)status).Add(number).Add(status == DeliveryStatus.Pending ? StoredTime.ToMicroseconds(nextAttemptAt) : null).Add(key).Run();
        connection[status == DeliveryStatus.Delivered ? s_succeeded : s_failed].Add(at).Add(webhookId).Run();
        return true;
    }

    public static bool Redeliver(Connection connection, string deliveryId, DateTimeOffset now)
    {
        var row = connection[s_redeliver].Add(StoredTime.ToMicroseconds(now)).Add(deliveryId);
        if (!row.Step())
            return false;
        var webhookId = row.OptionalText(0);
        row.Reset();
        if (webhookId is not null)
            EnableIfDisabled(connection, webhookId, now);
        return true;
    }

    public static int Recover(Connection connection, string webhookId, DateTimeOffset since, DateTimeOffset now)
    {
        connection[s_recover].Add(StoredTime.ToMicroseconds(now)).Add(webhookId).Add(StoredTime.ToMicroseconds(since)).Run();
        var count = connection.Changes;
        EnableIfDisabled(connection, webhookId, now);
        return count;
    }

    public static bool Disable(Connection connection, string webhookId, DateTimeOffset at, WebhookDisabledReason reason)
    {
        connection[s_disable].Add(StoredTime.ToMicroseconds(at)).Add((int)reason).Add(webhookId).Run();
        connection[s_park].Add(webhookId).Run();
        return true;
    }

    public static bool DisableFailing(Connection connection, string webhookId, DateTimeOffset at, DateTimeOffset since)
    {
        connection[s_disableFailing].Add(StoredTime.ToMicroseconds(at)).Add((int)WebhookDisabledReason.OnlyFailures).Add(webhookId).Add(StoredTime.ToMicroseconds(since)).Run();
        if (connection.Changes == 0)
            return false;
        connection[s_park].Add(webhookId).Run();
        return true;
    }

    public static bool Enable(Connection connection, string webhookId, DateTimeOffset now)
    {
        connection[s_enable].Add(webhookId).Run();
        connection[s_hurry].Add(StoredTime.ToMicroseconds(now)).Add(webhookId).Run();
        return true;
    }

    // Asking one that is enabled for a message again does not hurry the others.
    private static void EnableIfDisabled(Connection connection, string webhookId, DateTimeOffset now)
    {
        var row = connection[s_isDisabled].Add(webhookId);
        var isDisabled = row.Step();
        row.Reset();
        if (isDisabled)
            Enable(connection, webhookId, now);
    }
}
