using System.Buffers;
using System.Collections.Frozen;
using DataFlow.Engine.Egress;

namespace DataFlow.Engine.TaskTypes.Http;

/// <summary>What every task type that asks a web server does alike: the request from a user's words, and what a status means.</summary>
internal static class HttpExchange
{
    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    // They say where one message ends and the next begins, or to whom it goes; whoever sets them speaks for someone else.
    private static readonly FrozenSet<string> OwnedHeaders = new[]
    {
        "Connection", "Content-Length", "Expect", "Host", "Keep-Alive", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The request.</summary>
    /// <exception cref="TaskFailedException"><c>url_format</c> and its kin, or <c>header_invalid</c>.</exception>
    public static HttpRequestMessage Request(HttpMethod method, Uri url, IReadOnlyDictionary<string, string>? headers, HttpContent? content, TimeSpan timeout, long? maxBytes)
    {
        // The text as given: Uri has already made what is not a URL into something that looks like one.
        if (!EgressUrl.TryParse(url.OriginalString, out var checkedUrl, out var refusal)) throw new TaskFailedException(new(refusal.Code, refusal.Message));
        var request = new HttpRequestMessage(method, checkedUrl) { Content = content };
        foreach (var (name, value) in headers ?? FrozenDictionary<string, string>.Empty) request.Set(name, value);
        request.SetTimeout(timeout);
        if (maxBytes is { } most) request.SetMaxBytes(most);
        return request;
    }

    /// <summary>Why a status fails the task; <c>null</c>: it is a success (2xx).</summary>
    public static TaskFailure? Failure(HttpResponseMessage response, TimeProvider clock)
    {
        if (response.IsSuccessStatusCode) return null;
        var status = (int)response.StatusCode;
        var advice = status switch
        {
            401 or 403 => " It wants credentials, or other ones.",
            404 or 410 => " Check the URL.",
            429 => " It asks for fewer requests.",
            >= 500 => " The fault is on its side.",
            _ => "",
        };
        return new(
            "http_status", $"{response.RequestMessage?.RequestUri?.IdnHost} answered {status}{Reason(response)}.{advice}",
            Retryable: status is 408 or 429 or >= 500, RetryAfter(response, clock));
    }

    /// <summary>What <c>Retry-After</c> asks for, in seconds or as a date; at most a day, because a mistaken date must not stop a workflow for years.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, TimeProvider clock)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - clock.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait is not { } asked || asked <= TimeSpan.Zero ? null : asked < TimeSpan.FromDays(1) ? asked : TimeSpan.FromDays(1);
    }

    /// <summary>Sets a header field to what a user gave.</summary>
    /// <exception cref="TaskFailedException"><c>header_invalid</c></exception>
    public static void Set(this HttpRequestMessage request, string name, string value)
    {
        if (name.Length == 0 || name.AsSpan().ContainsAnyExcept(TokenCharacters)) throw Invalid($"\"{Shown(name)}\" is not a header name.");
        if (OwnedHeaders.Contains(name)) throw Invalid($"The header {name} is set by the platform and cannot be given.");
        // Values may be secrets, so none is ever shown.
        if (value.Any(c => char.IsControl(c) && c != '\t') || value.Any(c => c > 0xFF)) throw Invalid($"The value of the header {name} has a line break, a control character or a letter outside Latin-1.");
        if (request.Headers.TryAddWithoutValidation(name, value)) return;
        request.Content ??= new ByteArrayContent([]);
        request.Content.Headers.Remove(name);
        request.Content.Headers.TryAddWithoutValidation(name, value);
    }

    private static string Reason(HttpResponseMessage response)
    {
        // Words of the server are shown only if they are the usual short ones.
        var known = Enum.IsDefined(response.StatusCode) ? string.Concat(response.StatusCode.ToString().Select((c, i) => i > 0 && char.IsUpper(c) ? $" {c}" : $"{c}")) : "";
        return known.Length == 0 ? "" : $" ({known})";
    }

    private static string Shown(string text) => new([.. text.Take(60).Select(c => char.IsControl(c) ? '?' : c)]);

    private static TaskFailedException Invalid(string message) => new(new("header_invalid", message));
}
