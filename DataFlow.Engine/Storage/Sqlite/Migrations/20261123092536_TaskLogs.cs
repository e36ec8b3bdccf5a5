using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DataFlow.Engine.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class TaskLogs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "task_log_line",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false),
                    execution_key = table.Column<long>(type: "INTEGER", nullable: false),
                    number = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    @ref = table.Column<string>(name: "ref", type: "TEXT", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    level = table.Column<int>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    total_bytes = table.Column<long>(type: "INTEGER", nullable: false),
                    is_full = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_task_log_line", x => x.key);
                });

            migrationBuilder.CreateIndex(
                name: "task_log_line_execution",
                table: "task_log_line",
                columns: new[] { "execution_key", "number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "task_log_line");
        }
    }
}
