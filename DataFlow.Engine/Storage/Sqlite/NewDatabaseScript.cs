namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// All migrations as one script, for a database that does not exist yet: applying them by EF Core costs a second of the first start.
/// A test holds it equal to what EF Core makes of the migrations.
/// </summary>
internal static class NewDatabaseScript
{
    public const string Text = """
        CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
            "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
            "ProductVersion" TEXT NOT NULL
        );

        BEGIN TRANSACTION;
        CREATE TABLE "created_minute" (
            "minute" INTEGER NOT NULL CONSTRAINT "PK_created_minute" PRIMARY KEY,
            "first_key" INTEGER NOT NULL,
            "last_key" INTEGER NOT NULL
        );

        CREATE TABLE "ended_minute" (
            "minute" INTEGER NOT NULL,
            "workflow_id" TEXT NOT NULL,
            "completed" INTEGER NOT NULL,
            "failed" INTEGER NOT NULL,
            "cancelled" INTEGER NOT NULL,
            CONSTRAINT "PK_ended_minute" PRIMARY KEY ("minute", "workflow_id")
        );

        CREATE TABLE "execution" (
            "key" INTEGER NOT NULL CONSTRAINT "PK_execution" PRIMARY KEY,
            "id" TEXT NOT NULL,
            "workflow_id" TEXT NOT NULL,
            "workflow_version" INTEGER NOT NULL,
            "status" INTEGER NOT NULL,
            "created_at" INTEGER NOT NULL,
            "started_at" INTEGER NULL,
            "completed_at" INTEGER NULL,
            "sequence" INTEGER NOT NULL,
            "failure_code" TEXT NULL,
            "failed_ref" TEXT NULL,
            "trigger" TEXT NULL,
            "replay_of" TEXT NULL,
            "labels" TEXT NULL,
            "credentials" BLOB NULL
        );

        CREATE TABLE "idempotency_key" (
            "workflow_id" TEXT NOT NULL,
            "key" TEXT NOT NULL,
            "body_hash" TEXT NOT NULL,
            "execution_id" TEXT NOT NULL,
            "workflow_version" INTEGER NOT NULL,
            "expires_at" INTEGER NOT NULL,
            CONSTRAINT "PK_idempotency_key" PRIMARY KEY ("workflow_id", "key")
        );

        CREATE TABLE "journal" (
            "key" INTEGER NOT NULL CONSTRAINT "PK_journal" PRIMARY KEY,
            "execution_key" INTEGER NOT NULL,
            "first_sequence" INTEGER NOT NULL,
            "events" BLOB NOT NULL
        );

        CREATE TABLE "stored_value" (
            "key" INTEGER NOT NULL CONSTRAINT "PK_stored_value" PRIMARY KEY AUTOINCREMENT,
            "hash" BLOB NOT NULL,
            "encoding" INTEGER NOT NULL,
            "bytes" BLOB NOT NULL
        );

        CREATE TABLE "stored_value_use" (
            "execution_key" INTEGER NOT NULL,
            "value_key" INTEGER NOT NULL,
            CONSTRAINT "PK_stored_value_use" PRIMARY KEY ("execution_key", "value_key")
        );

        CREATE TABLE "webhook_delivery" (
            "key" INTEGER NOT NULL CONSTRAINT "PK_webhook_delivery" PRIMARY KEY AUTOINCREMENT,
            "id" TEXT NOT NULL,
            "execution_id" TEXT NOT NULL,
            "sequence" INTEGER NOT NULL,
            "url" TEXT NOT NULL,
            "host" TEXT NOT NULL,
            "type" TEXT NOT NULL,
            "body" BLOB NOT NULL,
            "created_at" INTEGER NOT NULL,
            "status" INTEGER NOT NULL,
            "attempt_count" INTEGER NOT NULL,
            "next_attempt_at" INTEGER NULL
        );

        CREATE TABLE "webhook_endpoint" (
            "key" INTEGER NOT NULL CONSTRAINT "PK_webhook_endpoint" PRIMARY KEY AUTOINCREMENT,
            "id" TEXT NOT NULL,
            "url" TEXT NOT NULL,
            "secret" BLOB NOT NULL,
            "created_at" INTEGER NOT NULL,
            "disabled_at" INTEGER NULL,
            "failing_since" INTEGER NULL
        );

        CREATE TABLE "workflow" (
            "key" INTEGER NOT NULL CONSTRAINT "PK_workflow" PRIMARY KEY AUTOINCREMENT,
            "id" TEXT NOT NULL,
            "version" INTEGER NOT NULL,
            "name" TEXT NOT NULL,
            "description" TEXT NULL,
            "task_count" INTEGER NOT NULL,
            "labels" TEXT NULL,
            "created_at" INTEGER NOT NULL,
            "updated_at" INTEGER NOT NULL,
            "deleted_at" INTEGER NULL
        );

        CREATE TABLE "workflow_version" (
            "workflow_id" TEXT NOT NULL,
            "version" INTEGER NOT NULL,
            "name" TEXT NOT NULL,
            "definition" TEXT NOT NULL,
            "created_at" INTEGER NOT NULL,
            CONSTRAINT "PK_workflow_version" PRIMARY KEY ("workflow_id", "version")
        );

        CREATE TABLE "webhook_attempt" (
            "delivery_key" INTEGER NOT NULL,
            "number" INTEGER NOT NULL,
            "at" INTEGER NOT NULL,
            "duration_milliseconds" INTEGER NOT NULL,
            "status_code" INTEGER NULL,
            "error" TEXT NULL,
            "response_body" TEXT NULL,
            CONSTRAINT "PK_webhook_attempt" PRIMARY KEY ("delivery_key", "number"),
            CONSTRAINT "FK_webhook_attempt_webhook_delivery_delivery_key" FOREIGN KEY ("delivery_key") REFERENCES "webhook_delivery" ("key") ON DELETE CASCADE
        );

        CREATE INDEX "execution_ended" ON "execution" ("completed_at", "status", "workflow_id", "started_at") WHERE completed_at IS NOT NULL;

        CREATE UNIQUE INDEX "execution_id" ON "execution" ("id");

        CREATE INDEX "execution_status" ON "execution" ("status");

        CREATE INDEX "execution_workflow" ON "execution" ("workflow_id");

        CREATE INDEX "idempotency_key_expiry" ON "idempotency_key" ("expires_at");

        CREATE UNIQUE INDEX "journal_execution" ON "journal" ("execution_key", "first_sequence");

        CREATE UNIQUE INDEX "stored_value_hash" ON "stored_value" ("hash");

        CREATE INDEX "stored_value_use_value" ON "stored_value_use" ("value_key");

        CREATE INDEX "webhook_delivery_due" ON "webhook_delivery" ("next_attempt_at", "host") WHERE status = 0;

        CREATE INDEX "webhook_delivery_execution" ON "webhook_delivery" ("execution_id");

        CREATE UNIQUE INDEX "webhook_delivery_id" ON "webhook_delivery" ("id");

        CREATE UNIQUE INDEX "webhook_endpoint_id" ON "webhook_endpoint" ("id");

        CREATE UNIQUE INDEX "webhook_endpoint_url" ON "webhook_endpoint" ("url");

        CREATE UNIQUE INDEX "workflow_id" ON "workflow" ("id");

        INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
        VALUES ('20261123074904_Initial', '10.0.15');

        COMMIT;

        BEGIN TRANSACTION;
        CREATE TABLE "task_log_line" (
            "key" INTEGER NOT NULL CONSTRAINT "PK_task_log_line" PRIMARY KEY,
            "execution_key" INTEGER NOT NULL,
            "number" INTEGER NOT NULL,
            "at" INTEGER NOT NULL,
            "ref" TEXT NOT NULL,
            "attempt" INTEGER NOT NULL,
            "level" INTEGER NOT NULL,
            "text" TEXT NOT NULL,
            "total_bytes" INTEGER NOT NULL,
            "is_full" INTEGER NOT NULL
        );

        CREATE UNIQUE INDEX "task_log_line_execution" ON "task_log_line" ("execution_key", "number");

        INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
        VALUES ('20261123092536_TaskLogs', '10.0.15');

        COMMIT;

        BEGIN TRANSACTION;
        DROP INDEX "webhook_endpoint_url";

        ALTER TABLE "webhook_endpoint" ADD "description" TEXT NULL;

        ALTER TABLE "webhook_endpoint" ADD "disabled_reason" INTEGER NULL;

        ALTER TABLE "webhook_endpoint" ADD "events" TEXT NULL;

        ALTER TABLE "webhook_endpoint" ADD "last_attempt_at" INTEGER NULL;

        ALTER TABLE "webhook_endpoint" ADD "last_attempt_succeeded" INTEGER NULL;

        ALTER TABLE "webhook_endpoint" ADD "scope" TEXT NOT NULL DEFAULT 'execution';

        ALTER TABLE "webhook_delivery" ADD "attempts_before" INTEGER NOT NULL DEFAULT 0;

        ALTER TABLE "webhook_delivery" ADD "webhook_id" TEXT NULL;

        UPDATE webhook_delivery SET webhook_id = (SELECT e.id FROM webhook_endpoint e WHERE e.url = webhook_delivery.url);

        UPDATE webhook_delivery SET next_attempt_at = NULL WHERE status = 0 AND webhook_id IN (SELECT e.id FROM webhook_endpoint e WHERE e.disabled_at IS NOT NULL);

        CREATE INDEX "webhook_endpoint_scope" ON "webhook_endpoint" ("scope");

        CREATE UNIQUE INDEX "webhook_endpoint_url" ON "webhook_endpoint" ("url", "scope");

        CREATE INDEX "webhook_delivery_unassigned" ON "webhook_delivery" ("url") WHERE webhook_id IS NULL;

        CREATE INDEX "webhook_delivery_webhook" ON "webhook_delivery" ("webhook_id") WHERE webhook_id IS NOT NULL;

        INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
        VALUES ('20261123100811_WebhookSubscriptions', '10.0.15');

        COMMIT;

        BEGIN TRANSACTION;
        DROP INDEX "execution_workflow";

        ALTER TABLE "execution" ADD "failure_message" TEXT NULL;

        CREATE TABLE "execution_label" (
            "label_key" INTEGER NOT NULL,
            "execution_key" INTEGER NOT NULL,
            CONSTRAINT "PK_execution_label" PRIMARY KEY ("label_key", "execution_key")
        ) WITHOUT ROWID;

        CREATE TABLE "label" (
            "key" INTEGER NOT NULL CONSTRAINT "PK_label" PRIMARY KEY,
            "text" TEXT NOT NULL
        );

        CREATE INDEX "workflow_version_name" ON "workflow_version" ("name", "workflow_id");

        CREATE INDEX "execution_workflow" ON "execution" ("workflow_id", "status");

        CREATE UNIQUE INDEX "label_text" ON "label" ("text");

        INSERT OR IGNORE INTO label (text) SELECT l.key FROM execution e, json_each(e.labels) l WHERE e.labels IS NOT NULL;
        INSERT OR IGNORE INTO label (text) SELECT l.key || '=' || l.value FROM execution e, json_each(e.labels) l WHERE e.labels IS NOT NULL;
        INSERT OR IGNORE INTO execution_label (label_key, execution_key)
        SELECT label.key, e.key FROM execution e, json_each(e.labels) l CROSS JOIN label ON label.text IN (l.key, l.key || '=' || l.value)
        WHERE e.labels IS NOT NULL;

        UPDATE created_minute SET first_key = of.first_key, last_key = of.last_key
        FROM (
            SELECT minute, min(first_key) OVER (ORDER BY minute DESC) AS first_key, max(last_key) OVER (ORDER BY minute) AS last_key FROM created_minute
        ) AS of WHERE of.minute = created_minute.minute;

        INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
        VALUES ('20261123101127_Lists', '10.0.15');

        COMMIT;

        BEGIN TRANSACTION;
        CREATE TABLE "ended_slot" (
            "slot" INTEGER NOT NULL CONSTRAINT "PK_ended_slot" PRIMARY KEY,
            "completed" INTEGER NOT NULL,
            "failed" INTEGER NOT NULL,
            "cancelled" INTEGER NOT NULL,
            "durations" BLOB NOT NULL
        );

        CREATE TABLE "ended_workflow" (
            "workflow_id" TEXT NOT NULL,
            "slot" INTEGER NOT NULL,
            "failed" INTEGER NOT NULL,
            "ended" INTEGER NOT NULL,
            CONSTRAINT "PK_ended_workflow" PRIMARY KEY ("workflow_id", "slot")
        ) WITHOUT ROWID;
        CREATE TABLE "workflow_label" (
            "label_key" INTEGER NOT NULL,
            "workflow_id" TEXT NOT NULL,
            "first_key" INTEGER NOT NULL,
            "last_key" INTEGER NOT NULL,
            CONSTRAINT "PK_workflow_label" PRIMARY KEY ("label_key", "workflow_id")
        ) WITHOUT ROWID;

        INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
        VALUES ('20261128175500_Figures', '10.0.15');

        COMMIT;
        """;
}
