using System.Collections.Immutable;
using System.Threading.Channels;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Webhooks;

/// <summary>What was recorded of one attempt.</summary>
internal sealed record Recorded(string DeliveryId, DeliveryAttempt Attempt, DeliveryStatus Status, DateTimeOffset? NextAttemptAt);

/// <summary>A store that tells the test what is recorded, and that can be made to fail.</summary>
internal sealed class ObservedWebhookStore(IWebhookStore inner) : IWebhookStore
{
    private readonly Channel<Recorded> attempts = Channel.CreateUnbounded<Recorded>();
    private bool isDiskFull;
    private readonly Channel<bool> refusals = Channel.CreateUnbounded<bool>();

    /// <summary>While set nothing can be recorded.</summary>
    public bool IsDiskFull { get => Volatile.Read(ref isDiskFull); set => Volatile.Write(ref isDiskFull, value); }

    private readonly Channel<string> disabled = Channel.CreateUnbounded<string>();

    /// <summary>What happens after an attempt is stored and before whoever stored it goes on.</summary>
    public Action OnRecorded { get; set; } = () => { };

    /// <summary>What happens after it was looked up when the next is due and before whoever asked goes on.</summary>
    public Action<DateTimeOffset?> OnNextDue { get; set; } = _ => { };

    /// <summary>The URL of the next endpoint that is disabled.</summary>
    public Task<string> NextDisabledAsync() => disabled.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest);

    /// <summary>The next attempt that is recorded.</summary>
    public Task<Recorded> NextAsync() => attempts.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest);

    /// <summary>The next record that failed because the disk is full.</summary>
    public Task<bool> NextRefusalAsync() => refusals.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest);

    public async Task RecordAttemptAsync(string deliveryId, DeliveryAttempt attempt, DeliveryStatus status, DateTimeOffset? nextAttemptAt, CancellationToken cancellationToken)
    {
        if (IsDiskFull)
        {
            refusals.Writer.TryWrite(true);
            throw new StorageUnavailableException("The disk is full.");
        }

        await inner.RecordAttemptAsync(deliveryId, attempt, status, nextAttemptAt, cancellationToken);
        OnRecorded();
        attempts.Writer.TryWrite(new Recorded(deliveryId, attempt, status, nextAttemptAt));
    }

    public Task<ImmutableArray<WebhookDelivery>> ListDueAsync(DateTimeOffset now, int limit, IReadOnlySet<string> excludedHosts, CancellationToken cancellationToken) =>
        inner.ListDueAsync(now, limit, excludedHosts, cancellationToken);

    public async Task<DateTimeOffset?> NextDueAsync(CancellationToken cancellationToken)
    {
        var next = await inner.NextDueAsync(cancellationToken);
        OnNextDue(next);
        return next;
    }

    public Task<ImmutableArray<WebhookDelivery>> ListByExecutionAsync(string executionId, CancellationToken cancellationToken) =>
        inner.ListByExecutionAsync(executionId, cancellationToken);

    public async Task DisableAsync(string id, DateTimeOffset at, WebhookDisabledReason reason, CancellationToken cancellationToken)
    {
        await inner.DisableAsync(id, at, reason, cancellationToken);
        disabled.Writer.TryWrite((await inner.FindEndpointAsync(id, cancellationToken))!.Url);
    }

    public Task<Page<WebhookDelivery>> ListByWebhookAsync(string webhookId, WebhookDeliveryQuery query, CancellationToken cancellationToken) =>
        inner.ListByWebhookAsync(webhookId, query, cancellationToken);

    public Task<WebhookDelivery?> FindDeliveryAsync(string deliveryId, CancellationToken cancellationToken) => inner.FindDeliveryAsync(deliveryId, cancellationToken);

    public Task<bool> RedeliverAsync(string deliveryId, DateTimeOffset now, CancellationToken cancellationToken) => inner.RedeliverAsync(deliveryId, now, cancellationToken);

    public Task<int> RecoverAsync(string webhookId, DateTimeOffset since, DateTimeOffset now, CancellationToken cancellationToken) =>
        inner.RecoverAsync(webhookId, since, now, cancellationToken);

    public Task<bool> AddMessageAsync(OutboxMessage message, CancellationToken cancellationToken) => inner.AddMessageAsync(message, cancellationToken);

    public Task<WebhookEndpoint> GetOrAddEndpointAsync(string url, string newId, byte[] newProtectedSecret, DateTimeOffset now, CancellationToken cancellationToken) =>
        inner.GetOrAddEndpointAsync(url, newId, newProtectedSecret, now, cancellationToken);

    public Task<WebhookWrite> AddEndpointAsync(WebhookEndpoint endpoint, int most, CancellationToken cancellationToken) => inner.AddEndpointAsync(endpoint, most, cancellationToken);

    public Task<WebhookEndpoint?> FindEndpointAsync(string id, CancellationToken cancellationToken) => inner.FindEndpointAsync(id, cancellationToken);

    public Task<Page<WebhookEndpoint>> ListEndpointsAsync(WebhookQuery query, CancellationToken cancellationToken) => inner.ListEndpointsAsync(query, cancellationToken);

    public Task<ImmutableArray<WebhookEndpoint>> ListSubscriptionsAsync(CancellationToken cancellationToken) => inner.ListSubscriptionsAsync(cancellationToken);

    public Task<WebhookWrite> ChangeEndpointAsync(string id, string url, string? description, ImmutableArray<string> events, CancellationToken cancellationToken) =>
        inner.ChangeEndpointAsync(id, url, description, events, cancellationToken);

    public Task<bool> SetSecretAsync(string id, byte[] expected, byte[] protectedSecret, CancellationToken cancellationToken) => inner.SetSecretAsync(id, expected, protectedSecret, cancellationToken);

    public Task<bool> TellSecretAsync(string id, CancellationToken cancellationToken) => inner.TellSecretAsync(id, cancellationToken);

    public async Task<bool> DisableFailingAsync(string id, DateTimeOffset at, DateTimeOffset since, CancellationToken cancellationToken)
    {
        var done = await inner.DisableFailingAsync(id, at, since, cancellationToken);
        if (done) disabled.Writer.TryWrite((await inner.FindEndpointAsync(id, cancellationToken))!.Url);
        return done;
    }

    public Task EnableAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => inner.EnableAsync(id, now, cancellationToken);

    public Task<bool> DeleteEndpointAsync(string id, CancellationToken cancellationToken) => inner.DeleteEndpointAsync(id, cancellationToken);
}
