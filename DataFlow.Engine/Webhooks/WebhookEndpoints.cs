using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>An endpoint and what messages to it are signed with.</summary>
/// <param name="Endpoint">Its row.</param>
/// <param name="Secrets">The newest first; <c>null</c>: they were encrypted with a key that is gone.</param>
internal sealed record SigningEndpoint(WebhookEndpoint Endpoint, IReadOnlyList<WebhookSecret>? Secrets);

/// <summary>Endpoints by URL; the first use of a URL gives it a secret of its own.</summary>
internal sealed class WebhookEndpoints(IWebhookStore store, ISecretProtector protector, IIdGenerator ids, TimeProvider clock)
{
    private const int MostDraws = 5;

    /// <summary>The endpoint of a URL.</summary>
    public async Task<SigningEndpoint> GetOrAddAsync(string url, CancellationToken cancellationToken)
    {
        var fresh = protector.Protect(WebhookSecret.Format([WebhookSecret.Generate()]));
        var endpoint = await GetOrAddAsync(url, fresh, cancellationToken);
        var stored = protector.Unprotect(endpoint.ProtectedSecret);
        return new SigningEndpoint(endpoint, stored is null ? null : WebhookSecret.ParseAll(stored));
    }

    private async Task<WebhookEndpoint> GetOrAddAsync(string url, byte[] freshSecret, CancellationToken cancellationToken)
    {
        for (var draw = 1; ; draw++)
        {
            try
            {
                return await store.GetOrAddEndpointAsync(url, ids.Next("we-"), freshSecret, clock.GetUtcNow(), cancellationToken);
            }
            catch (DuplicateIdException) when (draw < MostDraws)
            {
            }
        }
    }
}
