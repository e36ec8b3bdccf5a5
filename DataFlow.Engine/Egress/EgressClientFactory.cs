using System.Collections.Frozen;
using System.Net;

namespace DataFlow.Engine.Egress;

/// <summary>One client and one connection pool for each purpose, so that what one purpose may reach is never open to another.</summary>
internal sealed class EgressClientFactory : IEgressClientFactory, IDisposable
{
    private readonly EgressPolicy policy;
    private readonly FrozenDictionary<EgressPurpose, HttpClient> clients;

    public EgressClientFactory(EgressOptions options, EgressPolicy policy, IHostResolver resolver, TimeProvider clock)
    {
        this.policy = policy;
        clients = Enum.GetValues<EgressPurpose>().ToFrozenDictionary(purpose => purpose, purpose => Create(purpose, options, resolver, clock));
    }

    public HttpClient For(EgressPurpose purpose) => clients[purpose];

    public EgressRefusal? Check(string url) => EgressUrl.TryParse(url, out var parsed, out var refusal) ? policy.Check(EgressPurpose.Webhooks, parsed) : refusal;

    public void Dispose()
    {
        foreach (var client in clients.Values) client.Dispose();
    }

    private HttpClient Create(EgressPurpose purpose, EgressOptions options, IHostResolver resolver, TimeProvider clock)
    {
        var limits = Limits(purpose, options);
        var connect = TimeSpan.FromSeconds(options.ConnectSeconds);
        var sockets = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            AutomaticDecompression = DecompressionMethods.All,
            MaxResponseHeadersLength = 64,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            // The connector bounds resolving and connecting; this bounds the TLS handshake that follows as well.
            ConnectTimeout = connect,
            ConnectCallback = new EgressConnector(purpose, policy, resolver, connect, clock).ConnectAsync,
            ActivityHeadersPropagator = null,
            // What is left of a reply to a message is not read to keep the connection: it may be without end.
            MaxResponseDrainSize = purpose == EgressPurpose.Webhooks ? 0 : 1024 * 1024,
        };
#pragma warning disable RS0030 // This is the one place that makes clients.
        var client = new HttpClient(new LimitHandler(limits, clock, new RedirectHandler(purpose, policy, limits.Redirects, new TracingHandler(sockets))));
#pragma warning restore RS0030
        client.Timeout = Timeout.InfiniteTimeSpan;
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionOrLower;
        client.DefaultRequestHeaders.UserAgent.ParseAdd("DataFlowPlatform/1.0");
        return client;
    }

    private static EgressLimits Limits(EgressPurpose purpose, EgressOptions options)
    {
        var idle = TimeSpan.FromSeconds(options.IdleSeconds);
        return purpose switch
        {
            EgressPurpose.Webhooks => new(TimeSpan.FromSeconds(options.WebhookSeconds), idle, TimeSpan.FromSeconds(options.WebhookSeconds), 16 * 1024, Truncate: true, Redirects: 0),
            EgressPurpose.OpenAI => new(TimeSpan.FromSeconds(options.ModelSeconds), TimeSpan.FromSeconds(options.ModelSeconds), TimeSpan.FromSeconds(options.ModelSeconds), options.MaxResponseBytes, Truncate: false, Redirects: 0),
            _ => new(TimeSpan.FromSeconds(options.HeadersSeconds), idle, TimeSpan.FromSeconds(options.TotalSeconds), options.MaxResponseBytes, Truncate: false, Redirects: 5),
        };
    }
}
