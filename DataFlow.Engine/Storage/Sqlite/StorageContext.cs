using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Metadata;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// The model behind the migrations. Reading and writing go through prepared statements: they are a tenth of the cost, and starting does not pay for a query
/// compiler.
/// </summary>
internal sealed class StorageContext(DbContextOptions<StorageContext> options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ExecutionRow>(row =>
        {
            row.ToTable("execution").HasKey(e => e.Key);
            // Assigned by the writer: the order of acceptance.
            row.Property(e => e.Key).ValueGeneratedNever();
            row.HasIndex(e => e.Id, "execution_id").IsUnique();
            // Every index ends in the key, so each of these lists newest first by itself.
            row.HasIndex(e => new { e.WorkflowId, e.Status }, "execution_workflow");
            row.HasIndex(e => e.Status, "execution_status");
            // Holds all that retention reads of an execution, and that the figures of an older database are filled from, so that neither touches the table.
            row.HasIndex(e => new { e.CompletedAt, e.Status, e.WorkflowId, e.StartedAt }, "execution_ended").HasFilter("completed_at IS NOT NULL");
        });
        modelBuilder.Entity<LabelRow>(row =>
        {
            row.ToTable("label").HasKey(e => e.Key);
            row.Property(e => e.Key).ValueGeneratedNever();
            row.HasIndex(e => e.Text, "label_text").IsUnique();
        });
        modelBuilder.Entity<ExecutionLabelRow>(row => row.ToTable("execution_label").HasKey(e => new { e.LabelKey, e.ExecutionKey }));
        modelBuilder.Entity<JournalRow>(row =>
        {
            row.ToTable("journal").HasKey(e => e.Key);
            // SQLite numbers rows by itself; generated values would mean AUTOINCREMENT and one more table to write.
            row.Property(e => e.Key).ValueGeneratedNever();
            row.HasIndex(e => new { e.ExecutionKey, e.FirstSequence }, "journal_execution").IsUnique();
        });
        modelBuilder.Entity<CreatedMinuteRow>(row =>
        {
            row.ToTable("created_minute").HasKey(e => e.Minute);
            row.Property(e => e.Minute).ValueGeneratedNever();
        });
        modelBuilder.Entity<EndedSlotRow>(row =>
        {
            row.ToTable("ended_slot").HasKey(e => e.Slot);
            row.Property(e => e.Slot).ValueGeneratedNever();
        });
        modelBuilder.Entity<EndedWorkflowRow>(row => row.ToTable("ended_workflow").HasKey(e => new { e.WorkflowId, e.Slot }));
        modelBuilder.Entity<WorkflowLabelRow>(row => row.ToTable("workflow_label").HasKey(e => new { e.LabelKey, e.WorkflowId }));
        modelBuilder.Entity<ValueRow>(row =>
        {
            row.ToTable("stored_value").HasKey(e => e.Key);
            row.HasIndex(e => e.Hash, "stored_value_hash").IsUnique();
        });
        modelBuilder.Entity<ValueUseRow>(row =>
        {
            row.ToTable("stored_value_use").HasKey(e => new { e.ExecutionKey, e.ValueKey });
            row.HasIndex(e => e.ValueKey, "stored_value_use_value");
        });
        modelBuilder.Entity<TaskLogLineRow>(row =>
        {
            row.ToTable("task_log_line").HasKey(e => e.Key);
            row.Property(e => e.Key).ValueGeneratedNever();
            row.HasIndex(e => new { e.ExecutionKey, e.Number }, "task_log_line_execution").IsUnique();
        });
        modelBuilder.Entity<IdempotencyKeyRow>(row =>
        {
            row.ToTable("idempotency_key").HasKey(e => new { e.WorkflowId, e.Key });
            row.HasIndex(e => e.ExpiresAt, "idempotency_key_expiry");
        });
        modelBuilder.Entity<WorkflowRow>(row =>
        {
            row.ToTable("workflow").HasKey(e => e.Key);
            row.HasIndex(e => e.Id, "workflow_id").IsUnique();
        });
        modelBuilder.Entity<WorkflowVersionRow>(row =>
        {
            row.ToTable("workflow_version").HasKey(e => new { e.WorkflowId, e.Version });
            // Lists are searched by name, and a definition beside each name would make that a walk through them all.
            row.HasIndex(e => new { e.Name, e.WorkflowId }, "workflow_version_name");
        });
        modelBuilder.Entity<WebhookDeliveryRow>(row =>
        {
            row.ToTable("webhook_delivery").HasKey(e => e.Key);
            row.HasIndex(e => e.Id, "webhook_delivery_id").IsUnique();
            row.HasIndex(e => e.ExecutionId, "webhook_delivery_execution");
            row.HasIndex(e => new { e.NextAttemptAt, e.Host }, "webhook_delivery_due").HasFilter("status = 0");
            row.HasIndex(e => e.WebhookId, "webhook_delivery_webhook").HasFilter("webhook_id IS NOT NULL");
            // Messages to a URL that was never used before, for the moment until it is.
            row.HasIndex(e => e.Url, "webhook_delivery_unassigned").HasFilter("webhook_id IS NULL");
            row.Property(e => e.AttemptsBefore).HasDefaultValue(0);
        });
        modelBuilder.Entity<WebhookAttemptRow>(row =>
        {
            row.ToTable("webhook_attempt").HasKey(e => new { e.DeliveryKey, e.Number });
            row.HasOne<WebhookDeliveryRow>().WithMany().HasForeignKey(e => e.DeliveryKey);
        });
        modelBuilder.Entity<WebhookEndpointRow>(row =>
        {
            row.ToTable("webhook_endpoint").HasKey(e => e.Key);
            row.HasIndex(e => e.Id, "webhook_endpoint_id").IsUnique();
            row.HasIndex(e => new { e.Url, e.Scope }, "webhook_endpoint_url").IsUnique();
            row.HasIndex(e => e.Scope, "webhook_endpoint_scope");
            row.Property(e => e.Scope).HasDefaultValue(WebhookScope.Executions.Text);
        });
        // By its name EF first takes an Id for the key, and afterwards for optional.
        foreach (var id in modelBuilder.Model.GetEntityTypes().Select(type => type.FindProperty("Id")).OfType<IMutableProperty>())
            id.IsNullable = false;
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(type => type.GetProperties()))
            property.SetColumnName(JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name));
    }

    public static StorageContext Open(string databasePath) =>
        new(new DbContextOptionsBuilder<StorageContext>().UseSqlite($"Data Source={databasePath};Pooling=False").Options);
}

/// <summary>For <c>dotnet ef migrations</c>.</summary>
internal sealed class StorageContextFactory : IDesignTimeDbContextFactory<StorageContext>
{
    public StorageContext CreateDbContext(string[] args) => StorageContext.Open("design-time.db");
}
