using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.Workflows;

/// <summary>
/// JSON text as a user sent it, read strictly: a value, or everything that is wrong with the text itself. A byte order mark is accepted.
/// A value has no duplicate members, no lone surrogates, no U+0000 and no infinite numbers, and is at most <see cref="EngineJson.MaxDepth"/> deep.
/// </summary>
/// <param name="Value">Set when there are no problems; owns its memory.</param>
/// <param name="Problems"><c>malformed_json</c>, <c>invalid_utf8</c>, <c>duplicate_key</c>, <c>max_depth</c>, <c>invalid_unicode</c>, <c>nul_character</c>, <c>number_not_finite</c>; at most <see cref="Problem.Most"/>.</param>
/// <param name="Truncated">Whether there were more problems than are listed.</param>
public sealed record JsonReading(JsonElement? Value, ImmutableArray<Problem> Problems, bool Truncated = false)
{
    private static readonly JsonDocumentOptions s_scanned = new() { MaxDepth = EngineJson.MaxDepth };

    /// <summary>Reads one JSON value. Never throws for what a user can send.</summary>
    public static JsonReading Read(ReadOnlyMemory<byte> utf8) => Read(utf8, int.MaxValue);

    internal static JsonReading Read(ReadOnlyMemory<byte> utf8, int longestPath)
    {
        var text = utf8.Span;
        if (text.StartsWith("\uFEFF"u8)) text = text[3..];

        var problems = new ProblemList();
        JsonScanner.Scan(text, problems, longestPath);
        return problems.Count == 0
            ? new JsonReading(JsonElement.Parse(text, s_scanned), [])
            : new JsonReading(null, problems.InOrder(null), problems.Count > Problem.Most);
    }
}
