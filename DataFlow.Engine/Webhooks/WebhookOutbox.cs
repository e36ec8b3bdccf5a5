using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>What the runtime asks of this room: messages to commit with a change, and a nudge after.</summary>
internal sealed class WebhookOutbox(WebhookSubscriptions subscriptions, IIdGenerator ids, IWebhookSignal signal) : IOutbox
{
    public bool IsAwaited(Execution execution) => execution.WebhookUrl is not null || subscriptions.Any(execution.WorkflowId);

    public ImmutableArray<OutboxMessage> MessagesFor(Execution after, ExecutionEvent e)
    {
        if (WebhookEventTypes.NameOf(e) is not { } type)
            return [];

        // Bodies are made only when somebody wants them, and once for all.
        ReadOnlyMemory<byte>? body = null;
        var messages = ImmutableArray.CreateBuilder<OutboxMessage>();
        if (after.WebhookUrl is { } named && WebhookEventTypes.Default.Contains(type))
            Add(named, null);
        var (own, ofAll) = subscriptions.Of(after.WorkflowId);
        foreach (var subscription in own.Where(Wants))
            Add(subscription.Url, subscription.Id);
        foreach (var subscription in ofAll.Where(Wants))
            Add(subscription.Url, subscription.Id);
        return messages.DrainToImmutable();

        bool Wants(WebhookEndpoint subscription) => subscription.Events.Contains(type);

        void Add(string url, string? webhookId) => messages.Add(new OutboxMessage(
            ids.Next("msg_"), after.Id, after.Sequence, url, type, body ??= WebhookMessages.Body(type, after, e), e.At, webhookId));
    }

    public void Committed() => signal.Raise();
}
