using System.Collections.Immutable;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>What people and programs can ask about webhooks; called by the door.</summary>
internal sealed class WebhookDeliveries(IWebhookStore store, WebhookEndpoints endpoints, IWebhookSignal signal, TimeProvider clock)
{
    /// <summary>Deliveries of an execution with their attempts, oldest first.</summary>
    public Task<ImmutableArray<WebhookDelivery>> ListAsync(string executionId, CancellationToken cancellationToken) =>
        store.ListByExecutionAsync(executionId, cancellationToken);

    /// <summary>Sends a delivery again now, whatever became of it, and lets its webhook get messages again. False when the execution has no such delivery.</summary>
    public Task<bool> RedeliverAsync(string executionId, string deliveryId, CancellationToken cancellationToken) =>
        RedeliverAsync(deliveryId, delivery => delivery.ExecutionId == executionId, cancellationToken);

    /// <summary>As <see cref="RedeliverAsync(string, string, CancellationToken)"/>, of a webhook.</summary>
    public Task<bool> RedeliverOfWebhookAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        RedeliverAsync(deliveryId, delivery => delivery.WebhookId == webhookId, cancellationToken);

    /// <summary>Deliveries of a webhook, newest first; not found when there is none, <c>invalid_cursor</c> when the cursor is not ours.</summary>
    public async Task<Answer<Page<WebhookDelivery>>> ListOfWebhookAsync(string webhookId, WebhookDeliveryQuery query, CancellationToken cancellationToken)
    {
        if (await store.FindEndpointAsync(webhookId, cancellationToken) is null)
            return WebhookRegister.NoWebhook;
        try
        {
            return await store.ListByWebhookAsync(webhookId, query, cancellationToken);
        }
        catch (InvalidCursorException)
        {
            return WebhookRegister.BadCursor;
        }
    }

    /// <summary>One delivery of a webhook.</summary>
    public async Task<Answer<WebhookDelivery>> FindOfWebhookAsync(string webhookId, string deliveryId, CancellationToken cancellationToken) =>
        await store.FindDeliveryAsync(deliveryId, cancellationToken) is { } found && found.WebhookId == webhookId ? found : WebhookRegister.NoWebhook;

    /// <summary>The secret (<c>whsec_…</c>) to verify messages to a URL that executions name, made now if the URL is new. Conflict <c>secret_unreadable</c> when the key that encrypted it is gone.</summary>
    public async Task<Answer<string>> GetSecretAsync(string url, CancellationToken cancellationToken)
    {
        // Noted before it is told: from then on it is not removed with its last message.
        SigningEndpoint webhook;
        do
            webhook = await endpoints.GetOrAddAsync(url, cancellationToken);
        while (!await store.TellSecretAsync(webhook.Endpoint.Id, cancellationToken));
        return webhook.Secrets is { } secrets ? secrets.Newest.Reveal() : WebhookRegister.Unreadable;
    }

    private async Task<bool> RedeliverAsync(string deliveryId, Func<WebhookDelivery, bool> isTheirs, CancellationToken cancellationToken)
    {
        if (await store.FindDeliveryAsync(deliveryId, cancellationToken) is not { } found || !isTheirs(found)
            || !await store.RedeliverAsync(deliveryId, clock.GetUtcNow(), cancellationToken))
            return false;

        signal.Raise();
        return true;
    }
}
