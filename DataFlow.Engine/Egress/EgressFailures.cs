using System.Net.Sockets;
using System.Security.Authentication;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Egress;

/// <summary>The one place where what a request throws becomes a failure a person can act on.</summary>
internal static class EgressFailures
{
    /// <summary>The failure; <c>null</c> when the caller cancelled, or when it is not the network's doing and must go on as what it is.</summary>
    public static TaskFailure? From(Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && cancellationToken.IsCancellationRequested) return null;
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner is EgressDeniedException denied) return new(denied.Refusal.Code, denied.Refusal.Message);
            if (inner is EgressLimitException limit) return limit.Failure;
        }
        for (var inner = exception; inner is not null; inner = inner.InnerException)
        {
            var failure = inner switch
            {
                HttpRequestException request => From(request.HttpRequestError),
                HttpIOException body => From(body.HttpRequestError),
                AuthenticationException => From(HttpRequestError.SecureConnectionError),
                InvalidDataException => BadResponse,
                IOException or SocketException => Lost,
                TimeoutException or OperationCanceledException => new("timeout", "The request took too long.", Retryable: true),
                _ => null,
            };
            if (failure is not null) return failure;
        }
        // Every kind of HttpRequestException without a word of its own.
        return exception is HttpRequestException ? Lost : null;
    }

    private static TaskFailure Lost { get; } = new("connection_lost", "The connection broke before the whole reply was there.", Retryable: true);

    private static TaskFailure BadResponse { get; } = new("bad_response", "The server's reply is not valid HTTP, or its compression is broken.", Retryable: true);

    private static TaskFailure? From(HttpRequestError? error) => error switch
    {
        HttpRequestError.NameResolutionError => new("dns_failed", "No address was found for the host. Check its spelling, and that this machine can resolve names.", Retryable: true),
        HttpRequestError.ConnectionError => new("connect_failed", "Could not connect to the server. Check host and port, and that it is running.", Retryable: true),
        HttpRequestError.SecureConnectionError => new("tls_failed", "No secure connection could be agreed on: the server's certificate is not valid for this host, has expired or is signed by nobody this machine trusts, or the port does not speak TLS."),
        HttpRequestError.ConfigurationLimitExceeded => new("download_too_large", "The reply's headers are larger than 64 KB."),
        HttpRequestError.InvalidResponse or HttpRequestError.HttpProtocolError or HttpRequestError.VersionNegotiationError or HttpRequestError.ExtendedConnectNotSupported => BadResponse,
        HttpRequestError.ResponseEnded => Lost,
        _ => null,
    };
}
