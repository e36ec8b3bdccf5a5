using System.Collections.Immutable;

namespace DataFlow.Engine.Storage.InMemory;

/// <summary>Messages getting into the outbox; the caller holds the gate.</summary>
internal static class InMemoryOutbox
{
    public static void Check(InMemoryDatabase database, ImmutableArray<OutboxMessage> messages)
    {
        foreach (var message in messages)
        {
            if (database.DeliveryIds.Contains(message.Id))
                throw new DuplicateIdException(message.Id);
        }
    }

    public static void Add(InMemoryDatabase database, ImmutableArray<OutboxMessage> messages)
    {
        foreach (var message in messages)
        {
            var webhook = message.WebhookId is { } id
                ? database.FindEndpoint(endpoint => endpoint.Id == id)
                : database.FindEndpoint(endpoint => endpoint.Url == message.Url && endpoint.Scope == WebhookScope.Executions);
            if (webhook is null && message.WebhookId is not null)
                continue;
            var at = StoredTime.Round(message.CreatedAt);
            database.DeliveryIds.Add(message.Id);
            database.Deliveries.Add(new WebhookDelivery(
                message.Id, message.ExecutionId, message.Sequence, webhook?.Url ?? message.Url, message.Type, message.Body.ToArray(), at, DeliveryStatus.Pending, 0,
                webhook?.DisabledAt is null ? at : null, [])
            {
                WebhookId = webhook?.Id,
            });
        }
    }
}
