using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DataFlow.Engine.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Figures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // The table of figures as they were stays until what is made here has been filled from it; ListIndexBackfill takes it out.
            migrationBuilder.CreateTable(
                name: "ended_slot",
                columns: table => new
                {
                    slot = table.Column<long>(type: "INTEGER", nullable: false),
                    completed = table.Column<long>(type: "INTEGER", nullable: false),
                    failed = table.Column<long>(type: "INTEGER", nullable: false),
                    cancelled = table.Column<long>(type: "INTEGER", nullable: false),
                    durations = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_ended_slot", x => x.slot);
                });

            // Without a rowid each is one tree instead of two, and EF Core has no word for it; nor for an index of texts.
            migrationBuilder.Sql("""
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
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ended_slot");

            migrationBuilder.DropTable(
                name: "ended_workflow");

            migrationBuilder.DropTable(
                name: "workflow_label");

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
        }
    }
}
