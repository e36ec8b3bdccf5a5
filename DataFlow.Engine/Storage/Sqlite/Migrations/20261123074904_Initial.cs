using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DataFlow.Engine.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "created_minute",
                columns: table => new
                {
                    minute = table.Column<long>(type: "INTEGER", nullable: false),
                    first_key = table.Column<long>(type: "INTEGER", nullable: false),
                    last_key = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_created_minute", x => x.minute);
                });

            migrationBuilder.CreateTable(
                name: "ended_minute",
                columns: table => new
                {
                    minute = table.Column<long>(type: "INTEGER", nullable: false),
                    workflow_id = table.Column<string>(type: "TEXT", nullable: false),
                    completed = table.Column<int>(type: "INTEGER", nullable: false),
                    failed = table.Column<int>(type: "INTEGER", nullable: false),
                    cancelled = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ended_minute", x => new { x.minute, x.workflow_id });
                });

            migrationBuilder.CreateTable(
                name: "execution",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false),
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    workflow_id = table.Column<string>(type: "TEXT", nullable: false),
                    workflow_version = table.Column<int>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    started_at = table.Column<long>(type: "INTEGER", nullable: true),
                    completed_at = table.Column<long>(type: "INTEGER", nullable: true),
                    sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    failure_code = table.Column<string>(type: "TEXT", nullable: true),
                    failed_ref = table.Column<string>(type: "TEXT", nullable: true),
                    trigger = table.Column<string>(type: "TEXT", nullable: true),
                    replay_of = table.Column<string>(type: "TEXT", nullable: true),
                    labels = table.Column<string>(type: "TEXT", nullable: true),
                    credentials = table.Column<byte[]>(type: "BLOB", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_execution", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "idempotency_key",
                columns: table => new
                {
                    workflow_id = table.Column<string>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false),
                    body_hash = table.Column<string>(type: "TEXT", nullable: false),
                    execution_id = table.Column<string>(type: "TEXT", nullable: false),
                    workflow_version = table.Column<int>(type: "INTEGER", nullable: false),
                    expires_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_idempotency_key", x => new { x.workflow_id, x.key });
                });

            migrationBuilder.CreateTable(
                name: "journal",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false),
                    execution_key = table.Column<long>(type: "INTEGER", nullable: false),
                    first_sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    events = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_journal", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "stored_value",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    encoding = table.Column<int>(type: "INTEGER", nullable: false),
                    bytes = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_value", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "stored_value_use",
                columns: table => new
                {
                    execution_key = table.Column<long>(type: "INTEGER", nullable: false),
                    value_key = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_stored_value_use", x => new { x.execution_key, x.value_key });
                });

            migrationBuilder.CreateTable(
                name: "webhook_delivery",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    execution_id = table.Column<string>(type: "TEXT", nullable: false),
                    sequence = table.Column<int>(type: "INTEGER", nullable: false),
                    url = table.Column<string>(type: "TEXT", nullable: false),
                    host = table.Column<string>(type: "TEXT", nullable: false),
                    type = table.Column<string>(type: "TEXT", nullable: false),
                    body = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: false),
                    attempt_count = table.Column<int>(type: "INTEGER", nullable: false),
                    next_attempt_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_delivery", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "webhook_endpoint",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    url = table.Column<string>(type: "TEXT", nullable: false),
                    secret = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    disabled_at = table.Column<long>(type: "INTEGER", nullable: true),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_endpoint", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "workflow",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    id = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    task_count = table.Column<int>(type: "INTEGER", nullable: false),
                    labels = table.Column<string>(type: "TEXT", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workflow", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "workflow_version",
                columns: table => new
                {
                    workflow_id = table.Column<string>(type: "TEXT", nullable: false),
                    version = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    definition = table.Column<string>(type: "TEXT", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_workflow_version", x => new { x.workflow_id, x.version });
                });

            migrationBuilder.CreateTable(
                name: "webhook_attempt",
                columns: table => new
                {
                    delivery_key = table.Column<long>(type: "INTEGER", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    duration_milliseconds = table.Column<int>(type: "INTEGER", nullable: false),
                    status_code = table.Column<int>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    response_body = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_webhook_attempt", x => new { x.delivery_key, x.number });
                    table.ForeignKey(
                        name: "FK_webhook_attempt_webhook_delivery_delivery_key",
                        column: x => x.delivery_key,
                        principalTable: "webhook_delivery",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "execution_ended",
                table: "execution",
                columns: new[] { "completed_at", "status", "workflow_id", "started_at" },
                filter: "completed_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "execution_id",
                table: "execution",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "execution_status",
                table: "execution",
                column: "status");

            migrationBuilder.CreateIndex(
                name: "execution_workflow",
                table: "execution",
                column: "workflow_id");

            migrationBuilder.CreateIndex(
                name: "idempotency_key_expiry",
                table: "idempotency_key",
                column: "expires_at");

            migrationBuilder.CreateIndex(
                name: "journal_execution",
                table: "journal",
                columns: new[] { "execution_key", "first_sequence" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "stored_value_hash",
                table: "stored_value",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "stored_value_use_value",
                table: "stored_value_use",
                column: "value_key");

            migrationBuilder.CreateIndex(
                name: "webhook_delivery_due",
                table: "webhook_delivery",
                columns: new[] { "next_attempt_at", "host" },
                filter: "status = 0");

            migrationBuilder.CreateIndex(
                name: "webhook_delivery_execution",
                table: "webhook_delivery",
                column: "execution_id");

            migrationBuilder.CreateIndex(
                name: "webhook_delivery_id",
                table: "webhook_delivery",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "webhook_endpoint_id",
                table: "webhook_endpoint",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "webhook_endpoint_url",
                table: "webhook_endpoint",
                column: "url",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "workflow_id",
                table: "workflow",
                column: "id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "created_minute");

            migrationBuilder.DropTable(
                name: "ended_minute");

            migrationBuilder.DropTable(
                name: "execution");

            migrationBuilder.DropTable(
                name: "idempotency_key");

            migrationBuilder.DropTable(
                name: "journal");

            migrationBuilder.DropTable(
                name: "stored_value");

            migrationBuilder.DropTable(
                name: "stored_value_use");

            migrationBuilder.DropTable(
                name: "webhook_attempt");

            migrationBuilder.DropTable(
                name: "webhook_endpoint");

            migrationBuilder.DropTable(
                name: "workflow");

            migrationBuilder.DropTable(
                name: "workflow_version");

            migrationBuilder.DropTable(
                name: "webhook_delivery");
        }
    }
}
