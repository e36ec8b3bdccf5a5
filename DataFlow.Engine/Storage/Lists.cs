using System.Text.Json;

namespace DataFlow.Engine.Storage;

/// <summary>What all stores agree on about lists.</summary>
internal static class Lists
{
    public const int LongestPage = 100;

    public static int Limit(int asked) => Math.Clamp(asked, 1, LongestPage);

    /// <summary>Text is compared in this form, so that case does not matter in any script.</summary>
    public static string Fold(string text) => text.ToUpperInvariant();

    /// <summary>Names the rows an execution list holds; JSON because no two different filters may read alike.</summary>
    public static string Describe(ExecutionQuery query)
    {
        var statuses = query.Statuses.IsDefaultOrEmpty ? [] : query.Statuses.Distinct().Order().Select(status => (int)status).ToArray();
        return JsonSerializer.Serialize(new object?[]
        {
            "executions", query.WorkflowId, statuses, StoredTime.ToMicroseconds(query.CreatedFrom), StoredTime.ToMicroseconds(query.CreatedTo), query.Label, query.Text,
        });
    }

    /// <summary>Names the rows a workflow list holds.</summary>
    public static string Describe(WorkflowQuery query) => JsonSerializer.Serialize(new[] { "workflows", query.Text, query.Label });

    /// <summary>Names the rows a version list holds.</summary>
    public static string DescribeVersions(string workflowId) => JsonSerializer.Serialize(new[] { "versions", workflowId });

    /// <summary>Names the rows a webhook list holds.</summary>
    public static string Describe(WebhookQuery query) => JsonSerializer.Serialize(new object?[] { "webhooks", query.Subscriptions, query.WorkflowId });

    /// <summary>Names the rows a list of deliveries holds.</summary>
    public static string Describe(string webhookId, WebhookDeliveryQuery query) => JsonSerializer.Serialize(new object?[] { "deliveries", webhookId, (int?)query.Status });
}
