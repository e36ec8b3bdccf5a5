using System.Collections.Immutable;
using System.Globalization;
using DataFlow.Engine.Observability;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.Replies;
using Microsoft.Extensions.Primitives;

namespace DataFlow.Web.Api.Requests;

/// <summary>Reads the headers that mean something to the API. Each wrong one is a problem that names it.</summary>
internal static class RequestHeaders
{
    public const string IdempotencyKey = "Idempotency-Key";
    public const string OpenAIKey = "X-OpenAI-Key";
    public const string LastEventId = "Last-Event-ID";
    public const string Prefer = "Prefer";

    private const int LongestKey = 255;
    private const int LongestCredential = 1_000;
    private const int LongestWait = 300;

    /// <summary>1 to 255 visible ASCII characters.</summary>
    public static string? ReadIdempotencyKey(IHeaderDictionary headers, ref List<ProblemEntry>? problems)
    {
        if (!headers.TryGetValue(IdempotencyKey, out var values)) return null;
        if (values is [{ Length: > 0 and <= LongestKey } key] && !key.AsSpan().ContainsAnyExceptInRange('!', '~')) return key;
        Add(ref problems, IdempotencyKey, "format", "The key has 1 to 255 visible ASCII characters and is given once.");
        return null;
    }

    /// <summary>Credentials that come with a request. Their values are never echoed.</summary>
    public static ImmutableDictionary<string, string> ReadCredentials(IHeaderDictionary headers, ref List<ProblemEntry>? problems)
    {
        if (!headers.TryGetValue(OpenAIKey, out var values)) return ImmutableDictionary<string, string>.Empty;
        if (values is [{ Length: > 0 and <= LongestCredential } key] && !key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return ImmutableDictionary<string, string>.Empty.Add("openai", key);
        Add(ref problems, OpenAIKey, "format", "The key has visible ASCII characters only and is given once.");
        return ImmutableDictionary<string, string>.Empty;
    }

    /// <summary>The caller's trace. One that is none by W3C is not refused: whoever reads it starts a new one, as W3C asks.</summary>
    public static TraceOrigin ReadTrace(IHeaderDictionary headers) => headers.TraceParent is [{ } sent] ? new TraceOrigin(sent, headers.TraceState.ToString()) : default;

    /// <summary>The <c>wait</c> preference in seconds, 1 to 300; 0: none. Other preferences are left alone, as RFC 7240 asks.</summary>
    public static int ReadWait(IHeaderDictionary headers, ref List<ProblemEntry>? problems)
    {
        if (!headers.TryGetValue(Prefer, out var values)) return 0;
        foreach (var value in values)
        {
            foreach (var range in value.AsSpan().SplitAny(",;"))
            {
                var preference = value.AsSpan()[range].Trim();
                if (!preference.StartsWith("wait", StringComparison.OrdinalIgnoreCase)) continue;
                var rest = preference["wait".Length..].TrimStart();
                if (rest is not ['=', .. var seconds]) continue;
                if (int.TryParse(seconds.Trim().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var wait) && wait is >= 1 and <= LongestWait) return wait;
                Add(ref problems, Prefer, "range", "wait is a whole number of seconds from 1 to 300.");
                return 0;
            }
        }
        return 0;
    }

    /// <summary>The version named by <c>If-Match</c>; <c>null</c>: any (absent, or <c>*</c>).</summary>
    public static int? ReadIfMatch(IHeaderDictionary headers, ref List<ProblemEntry>? problems)
    {
        StringValues values = headers.IfMatch;
        if (values.Count == 0 || values.ToString() == "*") return null;
        if (EntityTag.TryRead(values.ToString(), out var version)) return version;
        Add(ref problems, "If-Match", "format", "If-Match is the ETag of the version that was edited, such as \"3\", or *.");
        return null;
    }

    /// <summary>The sequence of the last event a reader has seen; <c>null</c>: none.</summary>
    public static int? ReadLastEventId(IHeaderDictionary headers, ref List<ProblemEntry>? problems)
    {
        if (!headers.TryGetValue(LastEventId, out var values) || values is [""]) return null;
        if (values is [{ } text] && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence)) return sequence;
        Add(ref problems, LastEventId, "format", "Last-Event-ID is the id of an event of this execution, a whole number.");
        return null;
    }

    private static void Add(ref List<ProblemEntry>? problems, string header, string code, string detail) =>
        (problems ??= []).Add(new ProblemEntry(code, detail, Header: header));
}
