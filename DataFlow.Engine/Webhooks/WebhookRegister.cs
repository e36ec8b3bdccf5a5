using System.Collections.Immutable;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Workflows;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Webhooks;

/// <summary>Webhooks made, changed and looked at by people and programs; called by the door. Whatever it answers is committed and in force.</summary>
internal sealed class WebhookRegister(
    IWebhookStore store, WebhookEndpoints endpoints, WebhookSubscriptions subscriptions, IEgressClientFactory egress, IWebhookSignal signal,
    TimeProvider clock, IOptions<WebhookOptions> options)
{
    public static Refusal NoWebhook { get; } = new(RefusalKind.NotFound, "not_found", "There is no such webhook.");

    public static Refusal BadCursor { get; } = new(RefusalKind.Invalid, "invalid_cursor", "The cursor is not one that this list gave out. Begin without one.");

    public static Refusal Unreadable { get; } = new(
        RefusalKind.Conflict, "secret_unreadable",
        "The signing secret of this webhook was encrypted with a key that is gone. Restore the key folder of the data directory, or give it a new secret: POST /webhooks/{webhook_id}/rotate-secret.");

    private static Refusal Disabled => new(RefusalKind.Conflict, "webhook_disabled", "Nothing is sent to a disabled webhook. Enable it first.");

    public async Task<Answer<Page<Webhook>>> ListAsync(WebhookQuery query, CancellationToken cancellationToken)
    {
        try
        {
            var page = await store.ListEndpointsAsync(query, cancellationToken);
            return new Page<Webhook>([.. page.Items.Select(View)], page.NextCursor);
        }
        catch (InvalidCursorException)
        {
            return BadCursor;
        }
    }

    public async Task<Answer<Webhook>> GetAsync(string id, CancellationToken cancellationToken) =>
        await store.FindEndpointAsync(id, cancellationToken) is { } endpoint ? View(endpoint) : NoWebhook;

    public async Task<Answer<WebhookWithSecret>> CreateAsync(WebhookDraft draft, CancellationToken cancellationToken)
    {
        ImmutableArray<Problem> problems = [.. WebhookChecks.Url(draft.Url, egress), .. WebhookChecks.Events(draft.Events), .. WebhookChecks.Description(draft.Description)];
        if (!problems.IsEmpty)
            return Invalid(problems);

        var secrets = WebhookSecrets.Generate();
        var now = clock.GetUtcNow();
        var made = new WebhookEndpoint(
            "", Canonical(draft.Url!), WebhookScope.Of(draft.WorkflowId), draft.Events ?? WebhookEventTypes.Default, Text(draft.Description), endpoints.Protect(secrets), now)
        {
            DisabledAt = draft.Enabled ? null : now,
            DisabledReason = draft.Enabled ? null : WebhookDisabledReason.Asked,
        };
        var write = await endpoints.DrawAsync(async id =>
        {
            made = made with { Id = id };
            return await store.AddEndpointAsync(made, options.Value.MaxPerScope, cancellationToken);
        });
        if (write != WebhookWrite.Done)
            return Refused(write);
        await subscriptions.ReadAsync(CancellationToken.None);
        return new WebhookWithSecret(View(made), secrets.Newest.Reveal());
    }

    public async Task<Answer<Webhook>> ChangeAsync(string id, WebhookChange change, CancellationToken cancellationToken)
    {
        if (await store.FindEndpointAsync(id, cancellationToken) is not { } before)
            return NoWebhook;
        ImmutableArray<Problem> problems =
        [
            .. change.Url is null ? [] : Choosable(before, "#/url").Concat(WebhookChecks.Url(change.Url, egress)),
            .. change.Events is null ? [] : Choosable(before, "#/events").Concat(WebhookChecks.Events(change.Events)),
            .. WebhookChecks.Description(change.Description),
        ];
        if (!problems.IsEmpty)
            return Invalid(problems);

        var write = await store.ChangeEndpointAsync(
            id, change.Url is { } url ? Canonical(url) : before.Url, change.Description is { } text ? Text(text) : before.Description, change.Events ?? before.Events, cancellationToken);
        if (write != WebhookWrite.Done)
            return Refused(write);
        await subscriptions.ReadAsync(CancellationToken.None);
        if (change.Enabled is { } enabled && enabled == before.DisabledAt is not null)
            await EnableAsync(id, enabled, CancellationToken.None);
        signal.Raise();
        return await GetAsync(id, CancellationToken.None);
    }

    public async Task<Answer<bool>> DeleteAsync(string id, CancellationToken cancellationToken)
    {
        if (!await store.DeleteEndpointAsync(id, cancellationToken))
            return NoWebhook;
        await subscriptions.ReadAsync(CancellationToken.None);
        return true;
    }

    public async Task<Answer<Webhook>> EnableAsync(string id, bool enabled, CancellationToken cancellationToken)
    {
        if (await store.FindEndpointAsync(id, cancellationToken) is null)
            return NoWebhook;
        var now = clock.GetUtcNow();
        await (enabled ? store.EnableAsync(id, now, cancellationToken) : store.DisableAsync(id, now, WebhookDisabledReason.Asked, cancellationToken));
        signal.Raise();
        return await GetAsync(id, CancellationToken.None);
    }

    /// <summary>A new secret. One whose key is gone gets it too, and what waited for it is due now.</summary>
    public async Task<Answer<WebhookWithSecret>> RotateAsync(string id, TimeSpan? overlap, CancellationToken cancellationToken)
    {
        while (await store.FindEndpointAsync(id, cancellationToken) is { } endpoint)
        {
            var fresh = WebhookSecret.Generate();
            var before = endpoints.Reveal(endpoint).Secrets;
            var after = before?.Rotate(fresh, clock.GetUtcNow(), overlap ?? TimeSpan.FromSeconds(options.Value.SecretOverlapSeconds)) ?? WebhookSecrets.Of(fresh);
            if (!await store.SetSecretAsync(id, endpoint.ProtectedSecret, endpoints.Protect(after), cancellationToken))
                continue;
            if (before is null && endpoint.DisabledAt is null)
                await EnableAsync(id, true, CancellationToken.None);
            return await GetAsync(id, CancellationToken.None) is { IsOk: true } webhook ? new WebhookWithSecret(webhook.Value, fresh.Reveal()) : NoWebhook;
        }

        return NoWebhook;
    }

    /// <summary>A message that tells of nothing; tried once.</summary>
    public async Task<Answer<WebhookDelivery>> TestAsync(string id, CancellationToken cancellationToken)
    {
        if (await store.FindEndpointAsync(id, cancellationToken) is not { } endpoint)
            return NoWebhook;
        if (endpoints.Reveal(endpoint).Secrets is null)
            return Unreadable;
        var now = clock.GetUtcNow();
        var body = WebhookMessages.Test(id, now);
        var message = await endpoints.DrawAsync("msg_", async messageId =>
        {
            var made = new OutboxMessage(messageId, null, 0, endpoint.Url, WebhookEventTypes.Test, body, now, id);
            return await store.AddMessageAsync(made, cancellationToken) ? made : null;
        });
        if (message is null)
            return Disabled;
        signal.Raise();
        return await store.FindDeliveryAsync(message.Id, CancellationToken.None) is { } delivery ? delivery : NoWebhook;
    }

    /// <summary>Sends everything that failed since a moment again.</summary>
    public async Task<Answer<int>> RecoverAsync(string id, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (await store.FindEndpointAsync(id, cancellationToken) is null)
            return NoWebhook;
        var count = await store.RecoverAsync(id, since, clock.GetUtcNow(), cancellationToken);
        signal.Raise();
        return count;
    }

    private Webhook View(WebhookEndpoint endpoint)
    {
        var secrets = endpoints.Reveal(endpoint).Secrets;
        return new Webhook(
            endpoint.Id, endpoint.Url, endpoint.Scope.IsSubscription, endpoint.Scope.WorkflowId,
            endpoint.Scope.IsSubscription ? endpoint.Events : WebhookEventTypes.Default, endpoint.Description, endpoint.CreatedAt)
        {
            DisabledAt = endpoint.DisabledAt,
            DisabledReason = endpoint.DisabledReason,
            FailingSince = endpoint.FailingSince,
            LastAttemptAt = endpoint.LastAttemptAt,
            LastAttemptSucceeded = endpoint.LastAttemptSucceeded,
            HasSecret = secrets is not null,
            PreviousSecretUntil = secrets?.PreviousUntil(clock.GetUtcNow()),
        };
    }

    private static IEnumerable<Problem> Choosable(WebhookEndpoint endpoint, string pointer)
    {
        if (!endpoint.Scope.IsSubscription)
            yield return new Problem(pointer, "not_applicable", "Executions name this webhook by its URL and are all told of; it cannot be chosen here. Make a webhook of your own instead.");
    }

    private Refusal Refused(WebhookWrite write) => write switch
    {
        WebhookWrite.Duplicate => Invalid([new Problem("#/url", "duplicate", "There is a webhook with this URL for the same workflow, or for all of them. Change that one.")]),
        WebhookWrite.Full => Invalid([new Problem("#", "max_items", $"There are {options.Value.MaxPerScope} webhooks for this workflow, or for all of them, and no more are allowed (DataFlow:Webhooks:MaxPerScope).")]),
        _ => NoWebhook,
    };

    private static Refusal Invalid(ImmutableArray<Problem> problems) => new(RefusalKind.Invalid, "validation", "The request has problems.") { Problems = problems };

    private static string Canonical(string url) => EgressUrl.TryParse(url, out var canonical, out _) ? canonical.AbsoluteUri : url;

    private static string? Text(string? description) => string.IsNullOrWhiteSpace(description) ? null : description.Trim();
}
