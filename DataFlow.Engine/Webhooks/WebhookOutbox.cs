using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>What the runtime asks of this room: messages to commit with a change, and a nudge after.</summary>
internal sealed class WebhookOutbox(IIdGenerator ids, IWebhookSignal signal) : IOutbox
{
    // Most executions have no webhook, and drawing an id is the dear part.
    public OutboxMessage? MessageFor(Execution after, ExecutionEvent e) =>
        after.WebhookUrl is null ? null : WebhookMessages.From(ids.Next("msg_"), after, after.Sequence, e);

    public void Committed() => signal.Raise();
}
