using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Webhooks;

/// <summary>What became of one try.</summary>
/// <param name="Attempt">For the delivery log.</param>
/// <param name="HostReached">Whether the host answered, whatever it said; <c>null</c>: it was not tried.</param>
/// <param name="RetryAfter">The least wait it asked for.</param>
internal sealed record SendOutcome(DeliveryAttempt Attempt, bool? HostReached, TimeSpan? RetryAfter = null)
{
    /// <summary>2xx and nothing else: a redirect is somebody's mistake, not an acceptance.</summary>
    public bool IsAccepted => Attempt.StatusCode is >= 200 and < 300;

    /// <summary>410: the receiver wants nothing more.</summary>
    public bool IsGone => Attempt.StatusCode == (int)HttpStatusCode.Gone;
}

/// <summary>Makes one attempt: signs, posts, reads the beginning of the reply. Never throws for what the other side does.</summary>
internal sealed class WebhookSender(IEgressClientFactory egress, TimeProvider clock, IOptions<WebhookOptions> options)
{
    private const int MostReplyBytes = 16 * 1024;
    private const int LoggedReplyBytes = 1024;

    /// <summary>Sends the delivery's bytes, signed for this moment.</summary>
    public async Task<SendOutcome> SendAsync(WebhookDelivery delivery, IReadOnlyList<WebhookSecret> secrets, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        using var timeout = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.TimeoutSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = Sign(delivery, secrets, at);
            using var response = await egress.For(EgressPurpose.Webhooks).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var reply = await ReadBeginningAsync(response.Content, either.Token);
            return new SendOutcome(new DeliveryAttempt(at, Elapsed(), (int)response.StatusCode, null, reply), true, RetryAfter(response));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            var (code, reached) = Explain(exception);
            return new SendOutcome(new DeliveryAttempt(at, Elapsed(), null, code, null), reached);
        }

        int Elapsed() => (int)clock.GetElapsedTime(started).TotalMilliseconds;
    }

    private static HttpRequestMessage Sign(WebhookDelivery delivery, IReadOnlyList<WebhookSecret> secrets, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, delivery.Url) { Content = new ReadOnlyMemoryContent(delivery.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", delivery.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSigner.Sign(secrets, delivery.Id, timestamp, delivery.Body.Span));
        return request;
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout))
            return null;

        var asked = response.Headers.RetryAfter;
        return asked?.Delta ?? (asked?.Date is { } date ? date - clock.GetUtcNow() : null);
    }

    // The status line has decided by now: a reply that drips, breaks off or never ends changes nothing but what can be shown of it.
    private static async Task<string> ReadBeginningAsync(HttpContent content, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(MostReplyBytes);
        var length = 0;
        try
        {
            await using var stream = await content.ReadAsStreamAsync(cancellationToken);
            while (length < MostReplyBytes && await stream.ReadAsync(buffer.AsMemory(length, MostReplyBytes - length), cancellationToken) is > 0 and var read)
                length += read;
        }
        catch (Exception)
        {
            // What was read so far is shown.
        }

        var text = Encoding.UTF8.GetString(buffer, 0, Math.Min(length, LoggedReplyBytes));
        ArrayPool<byte>.Shared.Return(buffer);
        return string.Concat(text.Select(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t') ? '\uFFFD' : character));
    }

    private static (string Code, bool? HostReached) Explain(Exception exception) => exception switch
    {
        EgressDeniedException or { InnerException: EgressDeniedException } => ("egress_denied", null),
        UriFormatException or InvalidOperationException or NotSupportedException => ("url_format", null),
        OperationCanceledException => ("timeout", false),
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => ("dns_failed", false),
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => ("tls_failed", false),
        HttpRequestException or IOException => ("connection_failed", false),
        _ => ("send_failed", null),
    };
}
