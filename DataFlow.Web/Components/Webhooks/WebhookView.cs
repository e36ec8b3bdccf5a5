using DataFlow.Engine;
using DataFlow.Engine.Storage;
using MudBlazor;

namespace DataFlow.Web.Components.Webhooks;

/// <summary>How a webhook stands, in a word and a sentence.</summary>
/// <param name="Chip">The word.</param>
/// <param name="Why">What it means for messages; <c>null</c> when all is well.</param>
/// <param name="Since">Since when.</param>
internal sealed record WebhookView(StatusView Chip, string? Why, DateTimeOffset? Since)
{
    private static readonly StatusView Failed = StatusView.Of(DeliveryStatus.Failed);

    /// <summary>Somebody has to do something before messages arrive again.</summary>
    public bool NeedsAttention => Why is not null;

    public static WebhookView Of(Webhook webhook) => webhook switch
    {
        { DisabledAt: { } at, DisabledReason: WebhookDisabledReason.Gone } => new(Off(isFault: true), "Its receiver answered 410 Gone. Messages wait until it is enabled.", at),
        { DisabledAt: { } at, DisabledReason: WebhookDisabledReason.OnlyFailures } => new(Off(isFault: true), "Nothing could be delivered for days. Messages wait until it is enabled.", at),
        { DisabledAt: { } at } => new(Off(isFault: false), "Somebody disabled it. Messages wait until it is enabled.", at),
        { HasSecret: false } => new(Failed with { Word = "Secret unreadable", Icon = Icons.Material.Outlined.KeyOff }, "The key that encrypted its secret is gone. Restore the key, or give it a new secret.", null),
        { FailingSince: { } at } => new(Failed with { Word = "Failing" }, "The last message was not accepted. Messages are tried again for three days.", at),
        _ => new(StatusView.Of(DeliveryStatus.Delivered) with { Word = "Active" }, null, null),
    };

    /// <summary>Whose executions it is told of, when it is not one workflow.</summary>
    public static string ScopeOf(Webhook webhook) => webhook.IsSubscription ? "All workflows" : "Executions that name it";

    /// <summary>The events in few words.</summary>
    public static string EventsOf(Webhook webhook)
    {
        var executions = webhook.Events.Count(IsOfExecution);
        var tasks = webhook.Events.Length - executions;
        return (executions, tasks) switch
        {
            _ when webhook.Events.Length <= 2 => string.Join(", ", webhook.Events),
            (4, 0) => "every execution event",
            (_, 0) => $"{executions} execution events",
            (0, _) => $"{tasks} task events",
            _ => $"{executions} execution and {tasks} task events",
        };
    }

    public static bool IsOfExecution(string name) => name.StartsWith("execution.", StringComparison.Ordinal);

    private static StatusView Off(bool isFault) => new("Disabled", Icons.Material.Outlined.PauseCircle, isFault ? "failed" : "cancelled");
}
