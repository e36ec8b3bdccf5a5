using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>A webhook and what messages to it are signed with.</summary>
/// <param name="Endpoint">Its row.</param>
/// <param name="Secrets"><c>null</c>: they were encrypted with a key that is gone.</param>
internal sealed record SigningEndpoint(WebhookEndpoint Endpoint, WebhookSecrets? Secrets);

/// <summary>Webhooks with their secrets; the first use of a URL by an execution gives it one of its own.</summary>
internal sealed class WebhookEndpoints(IWebhookStore store, ISecretProtector protector, IIdGenerator ids, TimeProvider clock)
{
    private const int MostDraws = 5;

    /// <summary>Where a delivery goes; <c>null</c>: its webhook was removed.</summary>
    public async Task<SigningEndpoint?> OfAsync(WebhookDelivery delivery, CancellationToken cancellationToken)
    {
        if (delivery.WebhookId is not { } id)
            return await GetOrAddAsync(delivery.Url, cancellationToken);
        return await store.FindEndpointAsync(id, cancellationToken) is { } endpoint ? Reveal(endpoint) : null;
    }

    /// <summary>The webhook of a URL that executions name.</summary>
    public async Task<SigningEndpoint> GetOrAddAsync(string url, CancellationToken cancellationToken)
    {
        var fresh = Protect(WebhookSecrets.Generate());
        return Reveal(await DrawAsync(id => store.GetOrAddEndpointAsync(url, id, fresh, clock.GetUtcNow(), cancellationToken)));
    }

    /// <summary>With its secrets.</summary>
    public SigningEndpoint Reveal(WebhookEndpoint endpoint) =>
        new(endpoint, protector.Unprotect(endpoint.ProtectedSecret) is { } stored ? WebhookSecrets.Parse(stored) : null);

    /// <summary>As they are stored.</summary>
    public byte[] Protect(WebhookSecrets secrets) => protector.Protect(secrets.Format());

    /// <summary>Draws ids until one is free.</summary>
    public Task<T> DrawAsync<T>(Func<string, Task<T>> use) => DrawAsync("we-", use);

    /// <summary>Draws ids until one is free.</summary>
    public async Task<T> DrawAsync<T>(string prefix, Func<string, Task<T>> use)
    {
        for (var draw = 1; ; draw++)
        {
            try
            {
                return await use(ids.Next(prefix));
            }
            catch (DuplicateIdException) when (draw < MostDraws)
            {
            }
        }
    }
}
