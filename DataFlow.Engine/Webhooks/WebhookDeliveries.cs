using System.Collections.Immutable;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>What people and programs can ask about webhooks; called by the door.</summary>
internal sealed class WebhookDeliveries(IWebhookStore store, WebhookEndpoints endpoints, IWebhookSignal signal, TimeProvider clock)
{
    /// <summary>Deliveries of an execution with their attempts, oldest first.</summary>
    public Task<ImmutableArray<WebhookDelivery>> ListAsync(string executionId, CancellationToken cancellationToken) =>
        store.ListByExecutionAsync(executionId, cancellationToken);

    /// <summary>Sends a delivery again now, whatever became of it, and lets its endpoint get messages again. False when the execution has no such delivery.</summary>
    public async Task<bool> RedeliverAsync(string executionId, string deliveryId, CancellationToken cancellationToken)
    {
        if (!await store.RedeliverAsync(executionId, deliveryId, clock.GetUtcNow(), cancellationToken))
            return false;

        signal.Raise();
        return true;
    }

    /// <summary>The secret (<c>whsec_…</c>) to verify messages to a URL with, made now if the URL is new. Conflict <c>secret_unreadable</c> when the key that encrypted it is gone.</summary>
    public async Task<Answer<string>> GetSecretAsync(string url, CancellationToken cancellationToken)
    {
        var endpoint = await endpoints.GetOrAddAsync(url, cancellationToken);
        return endpoint.Secrets is [var newest, ..]
            ? newest.Reveal()
            : new Refusal(RefusalKind.Conflict, "secret_unreadable", "The signing secret of this webhook was encrypted with a key that is gone. Restore the key folder of the data directory.");
    }
}
