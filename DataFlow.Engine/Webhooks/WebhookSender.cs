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
    public async Task<SendOutcome> SendAsync(WebhookDelivery delivery, WebhookSecrets secrets, CancellationToken cancellationToken)
    {
        var at = clock.GetUtcNow();
        var started = clock.GetTimestamp();
        var longest = TimeSpan.FromSeconds(options.Value.TimeoutSeconds);
        using var timeout = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            using var request = Sign(delivery, secrets, at);
            request.SetTimeout(longest);
            using var response = await egress.For(EgressPurpose.Webhooks).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            var reply = await ReadBeginningAsync(response.Content, either.Token);
            return new SendOutcome(new DeliveryAttempt(at, Elapsed(), (int)response.StatusCode, null, reply), true, RetryAfter(response));
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            return Explain(exception, at, Elapsed(), cancellationToken);
        }

        int Elapsed() => (int)clock.GetElapsedTime(started).TotalMilliseconds;
    }

    private static HttpRequestMessage Sign(WebhookDelivery delivery, WebhookSecrets secrets, DateTimeOffset at)
    {
        var timestamp = at.ToUnixTimeSeconds();
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(delivery.Url, UriKind.Absolute)) { Content = new ReadOnlyMemoryContent(delivery.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("webhook-id", delivery.Id);
        request.Headers.Add("webhook-timestamp", timestamp.ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSigner.Sign(secrets.At(at), delivery.Id, timestamp, delivery.Body.Span));
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

    private static SendOutcome Explain(Exception exception, DateTimeOffset at, int milliseconds, CancellationToken cancellationToken)
    {
        var code = exception is UriFormatException ? "url_format" : EgressFailures.From(exception, cancellationToken)?.Code ?? "unexpected";
        bool? reached = code switch
        {
            "dns_failed" or "connect_failed" or "tls_failed" or "connection_lost" or "timeout" => false,
            "bad_response" => true,
            _ => null,
        };
        return new SendOutcome(new DeliveryAttempt(at, milliseconds, null, code, null), reached);
    }
}
