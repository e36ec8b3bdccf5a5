using System.Net;

namespace DataFlow.Engine.Egress;

/// <summary>Follows redirects as the fetch standard says, each checked like a first request, and lets no credential cross to another origin.</summary>
internal sealed class RedirectHandler(EgressPurpose purpose, EgressPolicy policy, int most, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    // All a stranger may see. Any other header was meant for the first host and may hold a key, whatever its name.
    private static readonly HashSet<string> Harmless = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept", "Accept-Charset", "Accept-Encoding", "Accept-Language", "Cache-Control", "Date", "Idempotency-Key", "Pragma", "Range", "User-Agent",
    };

    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException("Send asynchronously.");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var url = request.RequestUri ?? throw new InvalidOperationException("The request has no URL.");
        Demand(policy.Check(purpose, url));
        for (var followed = 0; ; followed++)
        {
            var response = await base.SendAsync(request, cancellationToken);
            if (most == 0 || Target(url, response) is not { } found) return response;
            response.Dispose();

            if (followed == most) throw new EgressLimitException(new("too_many_redirects", $"The server redirected more than {most} times; the URL may lead in circles."));
            if (!EgressUrl.TryParse(found.AbsoluteUri, out var next, out var refusal)) throw EgressDeniedException.Counted(purpose, refusal);
            Demand(policy.CheckRedirect(purpose, url, next));

            Redirect(request, response.StatusCode);
            if (!SameOrigin(url, next)) DropWhatMayBeSecret(request);
            if (next.Fragment.Length == 0 && url.Fragment.Length > 0) next = new UriBuilder(next) { Fragment = url.Fragment }.Uri;
            request.RequestUri = url = next;
        }
    }

    private static Uri? Target(Uri url, HttpResponseMessage response) =>
        response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect
        && response.Headers.Location is { } location
            ? Uri.TryCreate(url, location, out var target) ? target : throw new EgressDeniedException(new("url_format", "The server redirected to something that is not a URL."))
            : null;

    private static void Redirect(HttpRequestMessage request, HttpStatusCode status)
    {
        var toGet = status switch
        {
            HttpStatusCode.MovedPermanently or HttpStatusCode.Found => request.Method == HttpMethod.Post,
            HttpStatusCode.SeeOther => request.Method != HttpMethod.Get && request.Method != HttpMethod.Head,
            _ => false,
        };
        if (!toGet) return;
        request.Method = HttpMethod.Get;
        request.Content = null;
        request.Headers.TransferEncodingChunked = null;
    }

    private static void DropWhatMayBeSecret(HttpRequestMessage request)
    {
        foreach (var name in request.Headers.Select(header => header.Key).Where(name => !Harmless.Contains(name)).ToArray())
            request.Headers.Remove(name);
        request.Headers.Host = null;
    }

    private static bool SameOrigin(Uri one, Uri other) =>
        one.Scheme == other.Scheme && one.Port == other.Port && string.Equals(one.IdnHost, other.IdnHost, StringComparison.OrdinalIgnoreCase);

    private void Demand(EgressRefusal? refusal)
    {
        if (refusal is not null) throw EgressDeniedException.Counted(purpose, refusal);
    }
}
