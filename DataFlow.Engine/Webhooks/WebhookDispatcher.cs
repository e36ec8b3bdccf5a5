using System.Collections.Concurrent;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Webhooks;

/// <summary>
/// Drains the outbox: due deliveries -> POST -> log. At least once: an attempt is recorded after it was made, so that one cut short
/// by the end of the process is made again with the same id and bytes. One loop decides what starts; attempts only report to it.
/// </summary>
internal sealed partial class WebhookDispatcher(
    IWebhookStore store, WebhookEndpoints endpoints, WebhookSender sender, WebhookSchedule schedule, WebhookSignal signal, WebhookTrace traces,
    TimeProvider clock, IOptions<WebhookOptions> options, ILogger<WebhookDispatcher> logger) : BackgroundService
{
    // While something is due that has no place, nothing tells when its host's pause ends or what is due behind it.
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(1);

    // Timers round down to this: waking a little early would be for nothing, again and again until the time has come.
    private static readonly TimeSpan TimerResolution = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestStoragePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestStoragePause = TimeSpan.FromSeconds(30);

    private readonly HostCircuits circuits = new(options.Value.PerHostConcurrency);
    private readonly Dictionary<string, Task> underWay = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<Ended> ended = new();

    private sealed record Ended(string DeliveryId, string Host, bool? HostReached, DateTimeOffset At);

    /// <summary>Attempts under way get a time of their own to end: that of the host may be used up by whoever stopped before.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(StopGrace * 2, clock);
        await base.StopAsync(late.Token);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var abandon = new CancellationTokenSource(Timeout.InfiniteTimeSpan, clock);
        try
        {
            while (true)
            {
                var wait = await PersistAsync(token => TurnAsync(abandon.Token, token), stoppingToken);
                await signal.WaitAsync(wait, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
        }

        abandon.CancelAfter(StopGrace);
        await Task.WhenAll(underWay.Values);
    }

    /// <summary>Starts everything that is due and has a place.</summary>
    /// <returns>How long there is nothing to do unless the signal is raised.</returns>
    private async Task<TimeSpan> TurnAsync(CancellationToken abandon, CancellationToken cancellationToken)
    {
        while (ended.TryDequeue(out var end))
        {
            underWay.Remove(end.DeliveryId);
            circuits.Leave(end.Host, end.HostReached, end.At);
        }

        EngineMetrics.OpenCircuits.Record(circuits.Tripped);

        var looked = clock.GetUtcNow();
        while (underWay.Count < options.Value.Concurrency && await StartDueAsync(looked, abandon, cancellationToken))
            looked = clock.GetUtcNow();

        if (underWay.Count == options.Value.Concurrency || await store.NextDueAsync(cancellationToken) is not { } next)
            return Timeout.InfiniteTimeSpan;

        var now = clock.GetUtcNow();
        if (next > now)
            return next - now + TimerResolution;
        // What has come due since is looked for at once; what was due and has no place is waited for.
        return next > looked ? TimeSpan.Zero : Recheck;
    }

    // A page is as long as all places, so that what is under way (still due until recorded) never fills it alone.
    private async Task<bool> StartDueAsync(DateTimeOffset now, CancellationToken abandon, CancellationToken cancellationToken)
    {
        var started = false;
        foreach (var delivery in await store.ListDueAsync(now, options.Value.Concurrency, circuits.Closed(now), cancellationToken))
        {
            if (underWay.Count == options.Value.Concurrency)
                break;

            var host = WebhookAddress.HostOf(delivery.Url);
            if (underWay.ContainsKey(delivery.Id) || !circuits.TryEnter(host, now))
                continue;

            underWay.Add(delivery.Id, Task.Run(() => RunAsync(delivery, host, abandon), CancellationToken.None));
            started = true;
        }

        return started;
    }

    private async Task RunAsync(WebhookDelivery delivery, string host, CancellationToken abandon)
    {
        bool? reached = null;
        DateTimeOffset? answered = null;
        try
        {
            if (await PersistAsync(token => endpoints.OfAsync(delivery, token), abandon) is not { } target)
                return;
            var trace = delivery.ExecutionId is { } told ? await PersistAsync(token => traces.FindAsync(told, token), abandon) : null;
            using var span = trace?.Enter("webhook", trace.Value.Execution);
            var outcome = target.Secrets is { } secrets
                ? await sender.SendAsync(delivery, secrets, abandon)
                : new SendOutcome(new DeliveryAttempt(clock.GetUtcNow(), 0, null, "secret_unreadable", null), null);
            (reached, answered) = (outcome.HostReached, clock.GetUtcNow());
            await RecordAsync(delivery, target.Endpoint, outcome, abandon);
        }
        catch (Exception exception)
        {
            if (!abandon.IsCancellationRequested)
                AttemptBroke(exception, delivery.Id, delivery.ExecutionId);
        }
        finally
        {
            // A host's pause counts from what it did, not from when the loop hears of it: by then the next message may be due.
            ended.Enqueue(new Ended(delivery.Id, host, reached, answered ?? clock.GetUtcNow()));
            signal.Raise();
        }
    }

    private async Task RecordAsync(WebhookDelivery delivery, WebhookEndpoint endpoint, SendOutcome outcome, CancellationToken abandon)
    {
        var attempts = delivery.AttemptCount + 1 - delivery.AttemptsBefore;
        var now = clock.GetUtcNow();
        // Somebody looks at what becomes of a test now, not in three days.
        var isTest = delivery.ExecutionId is null;
        var next = outcome.IsAccepted || outcome.IsGone || isTest ? null : schedule.Next(attempts, now, outcome.RetryAfter);
        var status = outcome.IsAccepted ? DeliveryStatus.Delivered : next is null ? DeliveryStatus.Failed : DeliveryStatus.Pending;

        await PersistAsync(_ => store.RecordAttemptAsync(delivery.Id, outcome.Attempt, status, next, CancellationToken.None), abandon);
        WebhookMetrics.Record(delivery, outcome, status, now);
        if (status is DeliveryStatus.Failed)
            GaveUp(delivery.Id, delivery.ExecutionId, attempts, outcome.Attempt.StatusCode, outcome.Attempt.Error);

        if (outcome.IsGone)
        {
            await PersistAsync(_ => store.DisableAsync(endpoint.Id, now, WebhookDisabledReason.Gone, CancellationToken.None), abandon);
            Disabled(endpoint.Id, WebhookDisabledReason.Gone);
        }
        // As it was before this attempt, which may have taken longer than others that were accepted meanwhile: the store looks again.
        else if (!outcome.IsAccepted && endpoint.FailingSince is { } since && now - since >= TimeSpan.FromDays(options.Value.DisableAfterDays)
            && await PersistAsync(_ => store.DisableFailingAsync(endpoint.Id, now, since, CancellationToken.None), abandon))
        {
            Disabled(endpoint.Id, WebhookDisabledReason.OnlyFailures);
        }
    }

    private Task<bool> PersistAsync(Func<CancellationToken, Task> use, CancellationToken cancellationToken) =>
        PersistAsync(
            async token =>
            {
                await use(token);
                return true;
            },
            cancellationToken);

    // Until the store works again an attempt keeps its place: giving it up would send the message again and again meanwhile.
    private async Task<T> PersistAsync<T>(Func<CancellationToken, Task<T>> use, CancellationToken cancellationToken)
    {
        for (var pause = ShortestStoragePause; ; pause = pause * 2 < LongestStoragePause ? pause * 2 : LongestStoragePause)
        {
            try
            {
                return await use(cancellationToken);
            }
            catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
            {
                StoreFailed(exception, pause);
                await Task.Delay(pause, clock, cancellationToken);
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The webhook store failed; trying again in {Pause}")]
    private partial void StoreFailed(Exception exception, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Error, Message = "An attempt of webhook message {MessageId} of {ExecutionId} broke")]
    private partial void AttemptBroke(Exception exception, string messageId, string? executionId);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Gave up webhook message {MessageId} of {ExecutionId} after {Attempts} attempts (status {StatusCode}, failure {Failure})")]
    private partial void GaveUp(string messageId, string? executionId, int attempts, int? statusCode, string? failure);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Webhook {WebhookId} gets nothing more: {Reason}")]
    private partial void Disabled(string webhookId, WebhookDisabledReason reason);
}
