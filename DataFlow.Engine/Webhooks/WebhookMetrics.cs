using DataFlow.Engine.Observability;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>Counts and times attempts once they are recorded.</summary>
internal static class WebhookMetrics
{
    public static void Record(WebhookDelivery delivery, SendOutcome outcome, DeliveryStatus status, DateTimeOffset now)
    {
        var word = status switch
        {
            DeliveryStatus.Delivered => "delivered",
            DeliveryStatus.Pending => "retried",
            _ => outcome.IsGone ? "gone" : "given_up",
        };
        EngineMetrics.WebhookAttempts.Add(1, new KeyValuePair<string, object?>("outcome", word));
        EngineMetrics.WebhookDuration.Record(outcome.Attempt.DurationMilliseconds / 1000.0, new KeyValuePair<string, object?>("outcome", word));
        if (outcome.IsAccepted) EngineMetrics.WebhookLag.Record((now - delivery.CreatedAt).TotalSeconds);
    }
}
