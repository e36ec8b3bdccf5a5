namespace DataFlow.Web.Components;

/// <summary>Where every page lives; no other file spells a path of a page.</summary>
internal static class Addresses
{
    public const string Home = "/";
    public const string Workflows = "/app/workflows";
    public const string NewWorkflow = "/app/workflows/new";

    /// <summary>The ways to begin one.</summary>
    public const string CreateWorkflow = "/app/workflows/create";
    public const string Executions = "/app/executions";
    public const string TaskTypes = "/app/task-types";

    public const string Settings = "/app/settings";
    public const string Webhooks = "/app/settings/webhooks";
    public const string Storage = "/app/settings/storage";
    public const string About = "/app/settings/about";

    /// <summary>The editor with a sample in it that nobody has saved.</summary>
    public static string NewWorkflowFrom(string sample) => $"{NewWorkflow}?sample={Uri.EscapeDataString(sample)}";

    public static string Webhook(string id) => $"{Webhooks}?webhook={Uri.EscapeDataString(id)}";

    public static string Workflow(string id) => $"{Workflows}/{Uri.EscapeDataString(id)}";

    public static string Run(string id) => $"{Workflow(id)}?run=1";

    /// <summary>The editor with a run painted on its graph.</summary>
    public static string WorkflowWith(string id, string executionId) => $"{Workflow(id)}?execution={Uri.EscapeDataString(executionId)}";

    public static string Execution(string id, string? task = null, string? view = null) =>
        $"{Executions}/{Uri.EscapeDataString(id)}"
        + (task is not null ? $"?task={Uri.EscapeDataString(task)}" : view is not null ? $"?view={Uri.EscapeDataString(view)}" : "");

    /// <summary>Two executions side by side; without the other: a choice of others.</summary>
    public static string Compare(string id, string? other = null) => $"{Execution(id)}/compare{(other is null ? "" : $"/{Uri.EscapeDataString(other)}")}";

    public static string ExecutionsOf(string workflowId) => $"{Executions}?workflow={Uri.EscapeDataString(workflowId)}";

    public static string TaskType(string type) => $"{TaskTypes}/{Uri.EscapeDataString(type)}";
}
