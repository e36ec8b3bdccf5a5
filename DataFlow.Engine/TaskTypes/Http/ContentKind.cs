using System.Net.Http.Headers;

namespace DataFlow.Engine.TaskTypes.Http;

/// <summary>What a reply says it is, and whether it looks like it.</summary>
/// <param name="MediaType">Lower case, without parameters; empty when the server did not say.</param>
/// <param name="Charset">As the server spelled it, or <c>null</c>.</param>
internal sealed record ContentKind(string MediaType, string? Charset)
{
    public bool IsHtml => MediaType is "text/html" or "application/xhtml+xml" or "";

    public bool IsJson => MediaType is "application/json" or "text/json" || MediaType.EndsWith("+json", StringComparison.Ordinal);

    private bool SaysText => MediaType.StartsWith("text/", StringComparison.Ordinal) || IsJson || MediaType.EndsWith("+xml", StringComparison.Ordinal) || MediaType
        is "application/xml" or "application/javascript" or "application/ecmascript" or "application/x-javascript" or "application/x-www-form-urlencoded"
        or "application/yaml" or "application/x-yaml" or "application/toml" or "application/sql" or "application/x-ndjson" or "application/graphql";

    /// <summary>Reads <c>Content-Type</c> as servers write it, not as it should be.</summary>
    public static ContentKind Of(HttpContentHeaders headers)
    {
        var text = headers.TryGetValues("Content-Type", out var values) ? values.First() : "";
        var parts = text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var charset = parts.Skip(1).Select(part => part.Split('=', 2, StringSplitOptions.TrimEntries)).FirstOrDefault(part => part is [var name, _] && name.Equals("charset", StringComparison.OrdinalIgnoreCase));
        return new(parts.Length > 0 && parts[0].Contains('/', StringComparison.Ordinal) ? parts[0].ToLowerInvariant() : "", charset?[1].Trim('"', '\''));
    }

    /// <summary>Whether it is text: because the server says so, or, when it says nothing or "just bytes", because it looks so.</summary>
    public bool IsText(ReadOnlySpan<byte> bytes)
    {
        if (SaysText) return true;
        if (MediaType is not ("" or "application/octet-stream" or "unknown/unknown" or "application/unknown")) return false;
        if (bytes is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..]) return true;
        // The binary bytes of the MIME sniffing standard.
        foreach (var b in bytes[..Math.Min(bytes.Length, 1_445)])
            if (b is <= 0x08 or 0x0B or (>= 0x0E and <= 0x1A) or (>= 0x1C and <= 0x1F)) return false;
        return true;
    }
}
