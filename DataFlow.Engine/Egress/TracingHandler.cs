using System.Diagnostics;
using DataFlow.Engine.Observability;

namespace DataFlow.Engine.Egress;

/// <summary>
/// A span for each request that goes out, each redirect being one, with <c>traceparent</c> and <c>tracestate</c> on it. The platform's own instrumentation is left out: it records
/// whole paths, and paths of webhooks and signed downloads are secrets.
/// </summary>
internal sealed class TracingHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (Activity.Current is not { IdFormat: ActivityIdFormat.W3C } parent) return await base.SendAsync(request, cancellationToken);
        using var span = EngineTracing.Source.StartActivity(request.Method.Method, ActivityKind.Client);
        // A workflow that sends its own is believed to know why.
        var ours = !request.Headers.Contains(EngineTracing.Header) && request.Headers.TryAddWithoutValidation(EngineTracing.Header, TraceOrigin.Text((span ?? parent).Context));
        var state = ours && (span ?? parent).TraceStateString is { Length: > 0 } others && !request.Headers.Contains(EngineTracing.StateHeader)
            && request.Headers.TryAddWithoutValidation(EngineTracing.StateHeader, others);
        span?.SetTag("http.request.method", request.Method.Method).SetTag("url.scheme", request.RequestUri!.Scheme)
            .SetTag("server.address", request.RequestUri.IdnHost).SetTag("server.port", request.RequestUri.Port);
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            var status = (int)response.StatusCode;
            span?.SetTag("http.response.status_code", status);
            if (status >= 400) span?.SetTag("error.type", status.ToString(System.Globalization.CultureInfo.InvariantCulture)).SetStatus(ActivityStatusCode.Error);
            return response;
        }
        catch (Exception exception) when (span is not null)
        {
            var code = EgressFailures.From(exception, cancellationToken)?.Code ?? "cancelled";
            span.SetTag("error.type", code).SetStatus(ActivityStatusCode.Error, code);
            throw;
        }
        finally
        {
            if (ours) request.Headers.Remove(EngineTracing.Header);
            if (state) request.Headers.Remove(EngineTracing.StateHeader);
        }
    }
}
