using System.Net;
using DataFlow.Web.Api.Replies;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Primitives;

namespace DataFlow.Web.Hosting;

/// <summary>
/// Keeps web pages of others away from a server without login: foreign host names (DNS rebinding), foreign origins (cross-site requests and WebSockets), and
/// proxies that would make the whole internet look like this machine.
/// </summary>
internal sealed class RequestGuards(RequestDelegate next, IServer server)
{
    private static readonly string[] s_proxyHeaders =
        ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Forwarded-Server", "X-Original-For", "X-Real-IP", "Via"];

    private bool? local;

    public Task Invoke(HttpContext http)
    {
        var refusal = Check(http.Request);
        if (refusal is null) return next(http);
        if (refusal == ProblemKind.MethodNotAllowed) http.Response.Headers.Allow = "GET, POST, PUT, DELETE";
        return ProblemReply.WriteAsync(http, refusal);
    }

    private ProblemKind? Check(HttpRequest request)
    {
        // TRACE would tell a page headers that it may not see.
        if (HttpMethods.IsTrace(request.Method)) return ProblemKind.MethodNotAllowed;
        if (IsLocal)
        {
            if (!ListeningAddresses.IsLoopbackHost(request.Host.Host)) return ProblemKind.HostNotAllowed;
            foreach (var name in s_proxyHeaders)
                if (request.Headers.ContainsKey(name)) return ProblemKind.ProxyNotConfigured;
        }
        return ChangesSomething(request) && !IsSameOrigin(request) ? ProblemKind.OriginNotAllowed : null;
    }

    /// <summary>Whether every address the server listens on is loopback: known once it listens.</summary>
    private bool IsLocal => local ??= server.Features.Get<IServerAddressesFeature>()?.Addresses is not { Count: > 0 } addresses || addresses.All(ListeningAddresses.IsLoopback);

    private static bool ChangesSomething(HttpRequest request) =>
        !(HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method))
        || request.Headers.Upgrade.Count > 0
        || HttpMethods.IsConnect(request.Method)
        || request.Path.StartsWithSegments("/_blazor", StringComparison.OrdinalIgnoreCase)
        || request.Path.StartsWithSegments("/hubs", StringComparison.OrdinalIgnoreCase);

    private static bool IsSameOrigin(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin" && site != "none") return false;
        StringValues origin = request.Headers.Origin;
        if (origin.Count == 0) return true;
        // Programs send none; a browser's names the page's own scheme, host and port. The scheme is left out: behind TLS termination it differs.
        return Uri.TryCreate(origin.ToString(), UriKind.Absolute, out var uri) && uri.IsDefaultPort
            ? IsSameHost(request.Host, uri.IdnHost, uri.Port, isDefaultPort: true)
            : uri is not null && IsSameHost(request.Host, uri.IdnHost, uri.Port, isDefaultPort: false);
    }

    private static bool IsSameHost(HostString host, string name, int port, bool isDefaultPort) =>
        host.Host.Trim('[', ']').Equals(name.Trim('[', ']'), StringComparison.OrdinalIgnoreCase) && (host.Port is { } given ? given == port : isDefaultPort);
}
