using System.Net;

namespace DataFlow.Engine.Egress;

/// <summary>Bounds one request and its reply in time and size, and says in plain words what ended it.</summary>
internal sealed class LimitHandler(EgressLimits usual, TimeProvider clock, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) => throw new NotSupportedException("Send asynchronously.");

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // HTTP/3 opens its own sockets, past the connector's check.
        if (request.Version > HttpVersion.Version20) request.Version = HttpVersion.Version20;
        request.VersionPolicy = HttpVersionPolicy.RequestVersionOrLower;

        var limits = request.Limits(usual);
        var total = new CancellationTokenSource(limits.Total, clock);
        HttpResponseMessage? response = null;
        try
        {
            using var headers = new CancellationTokenSource(limits.Headers, clock);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, total.Token, headers.Token);
            try
            {
                response = await base.SendAsync(request, linked.Token);
            }
            catch (Exception failure) when (Plain(failure) is { } plain)
            {
                throw plain;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                // Neither of ours: the connection itself took too long (its time covers TLS too).
                throw EgressLimitException.Timeout(
                    total.IsCancellationRequested || headers.IsCancellationRequested
                        ? $"{Where(request)} did not answer within {Seconds(limits.Headers < limits.Total ? limits.Headers : limits.Total)} s."
                        : $"The connection to {Where(request)} could not be made in time.");
            }

            if (!limits.Truncate && response.Content.Headers.ContentLength > limits.Bytes) throw EgressLimitException.TooLarge(limits.Bytes);
            var content = new LimitedContent(response.Content, limits, total, clock, Where(request));
            response.Content = content;
            return response;
        }
        catch
        {
            response?.Dispose();
            total.Dispose();
            throw;
        }
    }

    internal static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.##", System.Globalization.CultureInfo.InvariantCulture);

    private static string Where(HttpRequestMessage request) => request.RequestUri?.IdnHost ?? "The server";

    // The connection pool wraps what the connector throws, and hands one exception to every request that waited for the connection.
    private static HttpRequestException? Plain(Exception failure)
    {
        for (var inner = failure.InnerException; inner is not null; inner = inner.InnerException)
        {
            if (inner is EgressDeniedException denied) return new EgressDeniedException(denied.Refusal);
            if (inner is EgressLimitException limit) return new EgressLimitException(limit.Failure, limit.InnerException);
        }
        return null;
    }
}
