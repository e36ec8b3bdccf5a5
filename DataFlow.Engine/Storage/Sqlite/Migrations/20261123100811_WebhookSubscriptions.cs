using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DataFlow.Engine.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class WebhookSubscriptions : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "webhook_endpoint_url",
                table: "webhook_endpoint");

            migrationBuilder.AddColumn<string>(
                name: "description",
                table: "webhook_endpoint",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "disabled_reason",
                table: "webhook_endpoint",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "events",
                table: "webhook_endpoint",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "last_attempt_at",
                table: "webhook_endpoint",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "last_attempt_succeeded",
                table: "webhook_endpoint",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "scope",
                table: "webhook_endpoint",
                type: "TEXT",
                nullable: false,
                defaultValue: "execution");

            migrationBuilder.AddColumn<int>(
                name: "attempts_before",
                table: "webhook_delivery",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "webhook_id",
                table: "webhook_delivery",
                type: "TEXT",
                nullable: true);

            migrationBuilder.Sql("UPDATE webhook_delivery SET webhook_id = (SELECT e.id FROM webhook_endpoint e WHERE e.url = webhook_delivery.url);");

            migrationBuilder.Sql("UPDATE webhook_delivery SET next_attempt_at = NULL WHERE status = 0 AND webhook_id IN (SELECT e.id FROM webhook_endpoint e WHERE e.disabled_at IS NOT NULL);");

            migrationBuilder.CreateIndex(
                name: "webhook_endpoint_scope",
                table: "webhook_endpoint",
                column: "scope");

            migrationBuilder.CreateIndex(
                name: "webhook_endpoint_url",
                table: "webhook_endpoint",
                columns: new[] { "url", "scope" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "webhook_delivery_unassigned",
                table: "webhook_delivery",
                column: "url",
                filter: "webhook_id IS NULL");

            migrationBuilder.CreateIndex(
                name: "webhook_delivery_webhook",
                table: "webhook_delivery",
                column: "webhook_id",
                filter: "webhook_id IS NOT NULL");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "webhook_endpoint_scope",
                table: "webhook_endpoint");

            migrationBuilder.DropIndex(
                name: "webhook_endpoint_url",
                table: "webhook_endpoint");

            migrationBuilder.DropIndex(
                name: "webhook_delivery_unassigned",
                table: "webhook_delivery");

            migrationBuilder.DropIndex(
                name: "webhook_delivery_webhook",
                table: "webhook_delivery");

            migrationBuilder.DropColumn(
                name: "description",
                table: "webhook_endpoint");

            migrationBuilder.DropColumn(
                name: "disabled_reason",
                table: "webhook_endpoint");

            migrationBuilder.DropColumn(
                name: "events",
                table: "webhook_endpoint");

            migrationBuilder.DropColumn(
                name: "last_attempt_at",
                table: "webhook_endpoint");

            migrationBuilder.DropColumn(
                name: "last_attempt_succeeded",
                table: "webhook_endpoint");

            migrationBuilder.DropColumn(
                name: "scope",
                table: "webhook_endpoint");

            migrationBuilder.DropColumn(
                name: "attempts_before",
                table: "webhook_delivery");

            migrationBuilder.DropColumn(
                name: "webhook_id",
                table: "webhook_delivery");

            migrationBuilder.CreateIndex(
                name: "webhook_endpoint_url",
                table: "webhook_endpoint",
                column: "url",
                unique: true);
        }
    }
}
