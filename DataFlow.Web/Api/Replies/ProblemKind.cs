using DataFlow.Engine;
using DataFlow.Web.Api.Contracts;

namespace DataFlow.Web.Api.Replies;

/// <summary>The kinds of problem the API answers: one status, one word, one sentence each.</summary>
internal sealed record ProblemKind(int Status, string Code, string Title, string Detail)
{
    private const string TypeBase = "https://dataflow.wiki/problems/";

    public static readonly ProblemKind Validation = new(400, "validation", "The request is not valid.", "Something in the request is wrong; errors says what and where.");
    public static readonly ProblemKind MalformedJson = new(400, "malformed_json", "The body is not JSON.", "The body could not be read as JSON.");
    public static readonly ProblemKind HostNotAllowed = new(400, "host_not_allowed", "This host name is not served.", "A local start answers only to localhost and loopback addresses.");
    public static readonly ProblemKind BadRequest = new(400, "bad_request", "The request could not be read.", "The request breaks the rules of HTTP.");
    public static readonly ProblemKind OriginNotAllowed = new(403, "origin_not_allowed", "This origin is not allowed.", "Requests that change something are taken only from pages of this server, or from programs.");
    public static readonly ProblemKind ProxyNotConfigured = new(403, "proxy_not_configured", "A proxy is in front of a local start.", "The request came through a proxy, but this server is set up for its own machine only. Configure its public address to serve others.");
    public static readonly ProblemKind NotFound = new(404, "not_found", "Not found.", "There is nothing under this address.");
    public static readonly ProblemKind MethodNotAllowed = new(405, "method_not_allowed", "The method is not allowed here.", "This address does not take this method; the Allow header lists those it takes.");
    public static readonly ProblemKind RequestTimeout = new(408, "request_timeout", "The request took too long.", "The request did not arrive in time.");
    public static readonly ProblemKind PayloadTooLarge = new(413, "payload_too_large", "The body is too large.", "The body is larger than max_bytes.");
    public static readonly ProblemKind UnsupportedMediaType = new(415, "unsupported_media_type", "The media type is not supported.", "Send the body as application/json in UTF-8, without Content-Encoding.");
    public static readonly ProblemKind Internal = new(500, "internal", "Something went wrong here.", "This is our mistake, not yours. It has been logged under trace_id.");
    public static readonly ProblemKind StorageUnavailable = new(503, "storage_unavailable", "The store cannot write now.", "Nothing of the request was kept. Try again.") { RetryAfter = "5" };
    public static readonly ProblemKind NotReady = new(503, "not_ready", "Not ready.", "The server cannot take work now.") { RetryAfter = "5" };

    /// <summary>The URI that names it.</summary>
    public string Type { get; } = TypeBase + Code.Replace('_', '-');

    /// <summary>Seconds after which trying again makes sense.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The kind of a refusal by the door: one status for each, its word kept.</summary>
    public static ProblemKind Of(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Invalid => OfCodes(refusal.Problems.Select(problem => problem.Code)),
        RefusalKind.NotFound => NotFound,
        RefusalKind.Conflict => new(409, refusal.Code, "Not possible as things stand.", refusal.Detail),
        RefusalKind.VersionConflict => new(412, "version_conflict", "Another version is current.", refusal.Detail),
        RefusalKind.KeyReused => new(422, "idempotency_key_reused", "The idempotency key was used before.", refusal.Detail),
        RefusalKind.Busy => new(429, refusal.Code, "Too much is waiting.", refusal.Detail) { RetryAfter = "1" },
        RefusalKind.Unavailable => StorageUnavailable,
        _ => throw new ArgumentOutOfRangeException(nameof(refusal), refusal.Kind, "A refusal without a status."),
    };

    /// <summary>Broken JSON is a kind of its own; everything else that is wrong with a request is one.</summary>
    public static ProblemKind Of(IEnumerable<ProblemEntry> errors) => OfCodes(errors.Select(error => error.Code));

    private static ProblemKind OfCodes(IEnumerable<string> codes) => codes.Any(code => code is "malformed_json" or "invalid_utf8") ? MalformedJson : Validation;
}
