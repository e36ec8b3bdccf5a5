using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using MudBlazor;

namespace DataFlow.Web.Components;

/// <summary>How a status looks: one word, one icon, one tone, the same on every page. Tones are the <c>tone-…</c> classes of <c>app.css</c>.</summary>
public sealed record StatusView(string Word, string Icon, string Tone)
{
    private static readonly StatusView Pending = new("Pending", Icons.Material.Outlined.Schedule, "pending");
    private static readonly StatusView Running = new("Running", Icons.Material.Outlined.Autorenew, "running");
    private static readonly StatusView Completed = new("Completed", Icons.Material.Outlined.CheckCircle, "completed");
    private static readonly StatusView Failed = new("Failed", Icons.Material.Outlined.ErrorOutline, "failed");
    private static readonly StatusView Cancelled = new("Cancelled", Icons.Material.Outlined.Block, "cancelled");
    private static readonly StatusView Skipped = new("Skipped", Icons.Material.Outlined.Redo, "skipped");
    private static readonly StatusView Delivered = Completed with { Word = "Delivered" };

    public static StatusView Of(ExecutionStatus status) => status switch
    {
        ExecutionStatus.Pending => Pending,
        ExecutionStatus.Running => Running,
        ExecutionStatus.Completed => Completed,
        ExecutionStatus.Failed => Failed,
        ExecutionStatus.Cancelled => Cancelled,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    public static StatusView Of(TaskRunStatus status) => status switch
    {
        TaskRunStatus.Pending => Pending,
        TaskRunStatus.Running => Running,
        TaskRunStatus.Completed => Completed,
        TaskRunStatus.Failed => Failed,
        TaskRunStatus.Cancelled => Cancelled,
        TaskRunStatus.Skipped => Skipped,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };

    public static StatusView Of(DeliveryStatus status) => status switch
    {
        DeliveryStatus.Pending => Pending,
        DeliveryStatus.Delivered => Delivered,
        DeliveryStatus.Failed => Failed,
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, null),
    };
}
