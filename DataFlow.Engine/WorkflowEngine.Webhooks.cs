using System.Collections.Immutable;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Webhooks;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>Webhooks: who is told of executions, and what became of it.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>What a webhook can be told of.</summary>
    public static ImmutableArray<WebhookEventType> WebhookEvents => WebhookEventTypes.All;

    /// <summary>Webhooks, newest first. Not found when the query names an unknown workflow.</summary>
    public async Task<Answer<Page<Webhook>>> ListWebhooksAsync(WebhookQuery query, CancellationToken cancellationToken) =>
        query.WorkflowId is { } workflowId && !await IsWorkflowAsync(workflowId, cancellationToken) ? NoWorkflow : await _webhooks.ListAsync(query, cancellationToken);

    /// <summary>One webhook.</summary>
    public Task<Answer<Webhook>> GetWebhookAsync(string webhookId, CancellationToken cancellationToken) => _webhooks.GetAsync(webhookId, cancellationToken);

    /// <summary>Makes a webhook. What happens from now on is told to it. Every problem at once, by pointer into <c>{url, workflow_id, events, description, enabled}</c>.</summary>
    public async Task<Answer<WebhookWithSecret>> CreateWebhookAsync(WebhookDraft draft, CancellationToken cancellationToken)
    {
        if (draft.WorkflowId is not { } workflowId || await IsWorkflowAsync(workflowId, cancellationToken))
            return await _webhooks.CreateAsync(draft, cancellationToken);
        return new Refusal(RefusalKind.Invalid, "validation", "The request has problems.")
        {
            Problems = [new Problem("#/workflow_id", "unknown_workflow", "There is no such workflow.")],
        };
    }

    /// <summary>Changes a webhook. A new URL is where messages that wait go, too.</summary>
    public Task<Answer<Webhook>> ChangeWebhookAsync(string webhookId, WebhookChange change, CancellationToken cancellationToken) =>
        _webhooks.ChangeAsync(webhookId, change, cancellationToken);

    /// <summary>Removes a webhook and the messages that wait for it.</summary>
    public Task<Answer<bool>> DeleteWebhookAsync(string webhookId, CancellationToken cancellationToken) => _webhooks.DeleteAsync(webhookId, cancellationToken);

    /// <summary>Lets messages go to a webhook; those that wait are due now.</summary>
    public Task<Answer<Webhook>> EnableWebhookAsync(string webhookId, CancellationToken cancellationToken) => _webhooks.EnableAsync(webhookId, true, cancellationToken);

    /// <summary>Stops messages to a webhook; they wait until it is enabled.</summary>
    public Task<Answer<Webhook>> DisableWebhookAsync(string webhookId, CancellationToken cancellationToken) => _webhooks.EnableAsync(webhookId, false, cancellationToken);

    /// <summary>Gives a webhook a new secret, also when the one before cannot be read any more.</summary>
    /// <param name="webhookId">Which.</param>
    /// <param name="overlap">For how long the secrets before still sign; <c>null</c>: as configured.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Answer<WebhookWithSecret>> RotateWebhookSecretAsync(string webhookId, TimeSpan? overlap, CancellationToken cancellationToken) =>
        _webhooks.RotateAsync(webhookId, overlap, cancellationToken);

    /// <summary>Sends a webhook a test message, once. Conflict <c>webhook_disabled</c> or <c>secret_unreadable</c>.</summary>
    public Task<Answer<WebhookDelivery>> TestWebhookAsync(string webhookId, CancellationToken cancellationToken) => _webhooks.TestAsync(webhookId, cancellationToken);

    /// <summary>Makes every delivery of a webhook that failed, and was created at or after a moment, due now; enables it. Answers how many.</summary>
    public Task<Answer<int>> RecoverWebhookAsync(string webhookId, DateTimeOffset since, CancellationToken cancellationToken) => _webhooks.RecoverAsync(webhookId, since, cancellationToken);

    /// <summary>Deliveries of a webhook with their attempts, newest first.</summary>
    public Task<Answer<Page<WebhookDelivery>>> ListWebhookDeliveriesAsync(string webhookId, WebhookDeliveryQuery query, CancellationToken cancellationToken) =>
        _deliveries.ListOfWebhookAsync(webhookId, query, cancellationToken);

    /// <summary>One delivery of a webhook, with its message.</summary>
    public Task<Answer<WebhookDelivery>> GetWebhookDeliveryAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        _deliveries.FindOfWebhookAsync(webhookId, deliveryId, cancellationToken);

    /// <summary>Makes a delivery of a webhook due now.</summary>
    public async Task<Answer<bool>> RedeliverOfWebhookAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        await _deliveries.RedeliverOfWebhookAsync(webhookId, deliveryId, cancellationToken) ? true : NoDelivery;

    /// <summary>Webhook deliveries of an execution with their attempts, oldest first.</summary>
    public async Task<Answer<ImmutableArray<WebhookDelivery>>> ListDeliveriesAsync(string executionId, CancellationToken cancellationToken) =>
        await _executions.FindAsync(executionId, cancellationToken) is null ? NoExecution : await _deliveries.ListAsync(executionId, cancellationToken);

    /// <summary>Makes a delivery due now.</summary>
    public async Task<Answer<bool>> RedeliverAsync(string executionId, string deliveryId, CancellationToken cancellationToken) =>
        await _deliveries.RedeliverAsync(executionId, deliveryId, cancellationToken) ? true : NoDelivery;

    /// <summary>The signing secret (<c>whsec_…</c>) of an execution's webhook URL.</summary>
    public async Task<Answer<string>> GetWebhookSecretAsync(string executionId, CancellationToken cancellationToken)
    {
        if (await CurrentAsync(executionId, cancellationToken) is not { } execution) return NoExecution;
        return execution.WebhookUrl is { } url
            ? await _deliveries.GetSecretAsync(url, cancellationToken)
            : new Refusal(RefusalKind.NotFound, "no_webhook", "The execution was started without a webhook_url.");
    }

    private async Task<bool> IsWorkflowAsync(string workflowId, CancellationToken cancellationToken) =>
        await _versions.GetAsync(workflowId, null, cancellationToken) is not null;

    private static Refusal NoDelivery => new(RefusalKind.NotFound, "not_found", "There is no such delivery.");
}
