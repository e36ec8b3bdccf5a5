using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Web.Api.Contracts;

namespace DataFlow.Web.Api.Replies;

/// <summary>Answers RFC 9457 problems. Every 4xx and 5xx of the API is written here.</summary>
internal static class ProblemReply
{
    public const string MediaType = "application/problem+json";

    private const int LongestInstance = 200;

    /// <summary>One problem without a place.</summary>
    public static Task WriteAsync(HttpContext http, ProblemKind kind, string? detail = null) => WriteAsync(http, new ProblemAnswer(kind) { Detail = detail });

    /// <summary>Everything that is wrong with a request.</summary>
    public static Task InvalidAsync(HttpContext http, IReadOnlyList<ProblemEntry> errors, bool truncated = false) =>
        WriteAsync(http, new ProblemAnswer(ProblemKind.Of(errors)) { Errors = errors, ErrorsTruncated = truncated });

    /// <summary>What the door refused.</summary>
    public static Task RefusedAsync(HttpContext http, Refusal refusal)
    {
        var kind = ProblemKind.Of(refusal);
        var answer = new ProblemAnswer(kind)
        {
            // A reply to an absent id and to an impossible one must not differ, and what is wrong with the disk is the log's business.
            Detail = refusal.Kind is RefusalKind.NotFound or RefusalKind.Unavailable ? null : refusal.Detail,
            Errors = Entries(refusal),
            ErrorsTruncated = refusal.ProblemsTruncated,
            CurrentVersion = refusal.CurrentVersion,
        };
        if (refusal.CurrentVersion is { } version) http.Response.Headers.ETag = EntityTag.Of(version);
        return WriteAsync(http, answer);
    }

    public static Task WriteAsync(HttpContext http, ProblemAnswer answer)
    {
        if (answer.Kind.RetryAfter is { } seconds) http.Response.Headers.RetryAfter = seconds;
        return JsonReply.WriteAsync(http, answer.Kind.Status, MediaType, (http, answer), static (writer, state) => Write(writer, state.http, state.answer));
    }

    /// <summary>Problems of a document, as entries.</summary>
    public static IReadOnlyList<ProblemEntry> Entries(IEnumerable<Engine.Workflows.Problem> problems) =>
        [.. problems.Select(problem => new ProblemEntry(problem.Code, problem.Detail, Pointer: problem.Pointer, Suggestion: problem.Suggestion))];

    private static IReadOnlyList<ProblemEntry> Entries(Refusal refusal) => refusal.Kind switch
    {
        RefusalKind.Invalid when refusal.Code == "invalid_cursor" => [new ProblemEntry(refusal.Code, refusal.Detail, Parameter: "cursor")],
        RefusalKind.KeyReused => [new ProblemEntry(refusal.Code, refusal.Detail, Header: "Idempotency-Key")],
        _ => Entries(refusal.Problems),
    };

    private static void Write(Utf8JsonWriter writer, HttpContext http, ProblemAnswer answer)
    {
        var kind = answer.Kind;
        writer.WriteStartObject();
        writer.WriteString("type"u8, kind.Type);
        writer.WriteString("title"u8, kind.Title);
        writer.WriteNumber("status"u8, kind.Status);
        writer.WriteString("code"u8, kind.Code);
        writer.WriteString("detail"u8, answer.Detail ?? kind.Detail);
        writer.WriteString("instance"u8, Instance(http));
        writer.WriteString("trace_id"u8, http.TraceIdentifier);
        if (answer.CurrentVersion is { } version) writer.WriteNumber("current_version"u8, version);
        if (answer.MaxBytes is { } bytes) writer.WriteNumber("max_bytes"u8, bytes);
        if (answer.Checks.Count > 0)
        {
            writer.WriteStartArray("checks"u8);
            foreach (var check in answer.Checks) JsonSerializer.Serialize(writer, check, ApiJson.Default.HealthEntry);
            writer.WriteEndArray();
        }
        if (answer.Errors.Count > 0)
        {
            writer.WriteStartArray("errors"u8);
            foreach (var entry in answer.Errors.Take(Engine.Workflows.Problem.Most)) JsonSerializer.Serialize(writer, entry, ApiJson.Default.ProblemEntry);
            writer.WriteEndArray();
            if (answer.ErrorsTruncated || answer.Errors.Count > Engine.Workflows.Problem.Most) writer.WriteBoolean("errors_truncated"u8, true);
        }
        writer.WriteEndObject();
    }

    private static string Instance(HttpContext http)
    {
        var path = http.Request.Path.ToUriComponent();
        return path.Length <= LongestInstance ? path : path[..LongestInstance];
    }
}

/// <summary>A problem about to be answered.</summary>
internal sealed record ProblemAnswer(ProblemKind Kind)
{
    public string? Detail { get; init; }

    public IReadOnlyList<ProblemEntry> Errors { get; init; } = [];

    public bool ErrorsTruncated { get; init; }

    public IReadOnlyList<HealthEntry> Checks { get; init; } = [];

    public int? CurrentVersion { get; init; }

    public int? MaxBytes { get; init; }
}
