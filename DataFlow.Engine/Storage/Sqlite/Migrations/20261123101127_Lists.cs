using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DataFlow.Engine.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Lists : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "execution_workflow",
                table: "execution");

            migrationBuilder.AddColumn<string>(
                name: "failure_message",
                table: "execution",
                type: "TEXT",
                nullable: true);

            // Only a key and in its order: without a rowid it is one tree instead of two. EF Core has no word for it.
            migrationBuilder.Sql("""
                CREATE TABLE "execution_label" (
                    "label_key" INTEGER NOT NULL,
                    "execution_key" INTEGER NOT NULL,
                    CONSTRAINT "PK_execution_label" PRIMARY KEY ("label_key", "execution_key")
                ) WITHOUT ROWID;
                """);

            migrationBuilder.CreateTable(
                name: "label",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_label", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "workflow_version_name",
                table: "workflow_version",
                columns: new[] { "name", "workflow_id" });

            migrationBuilder.CreateIndex(
                name: "execution_workflow",
                table: "execution",
                columns: new[] { "workflow_id", "status" });

            migrationBuilder.CreateIndex(
                name: "label_text",
                table: "label",
                column: "text",
                unique: true);

            migrationBuilder.Sql("""
                INSERT OR IGNORE INTO label (text) SELECT l.key FROM execution e, json_each(e.labels) l WHERE e.labels IS NOT NULL;
                INSERT OR IGNORE INTO label (text) SELECT l.key || '=' || l.value FROM execution e, json_each(e.labels) l WHERE e.labels IS NOT NULL;
                INSERT OR IGNORE INTO execution_label (label_key, execution_key)
                SELECT label.key, e.key FROM execution e, json_each(e.labels) l CROSS JOIN label ON label.text IN (l.key, l.key || '=' || l.value)
                WHERE e.labels IS NOT NULL;
                """);

            // A minute's first execution is from now on the first of that minute or a later one, its last the last of it or an earlier one.
            migrationBuilder.Sql("""
                UPDATE created_minute SET first_key = of.first_key, last_key = of.last_key
                FROM (
                    SELECT minute, min(first_key) OVER (ORDER BY minute DESC) AS first_key, max(last_key) OVER (ORDER BY minute) AS last_key FROM created_minute
                ) AS of WHERE of.minute = created_minute.minute;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "execution_label");

            migrationBuilder.DropTable(
                name: "label");

            migrationBuilder.DropIndex(
                name: "workflow_version_name",
                table: "workflow_version");

            migrationBuilder.DropIndex(
                name: "execution_workflow",
                table: "execution");

            migrationBuilder.DropColumn(
                name: "failure_message",
                table: "execution");

            migrationBuilder.CreateIndex(
                name: "execution_workflow",
                table: "execution",
                column: "workflow_id");
        }
    }
}
