using System.Diagnostics;

namespace DataFlow.Engine.Observability;

/// <summary>Where a trace comes from, as W3C writes it. What is not by the standard is left alone, as the standard asks.</summary>
/// <param name="Parent"><c>traceparent</c>: the span that what follows belongs to; <c>null</c>: nobody began a trace.</param>
/// <param name="State"><c>tracestate</c>: what others who take part have to say to each other. It is passed on and never read.</param>
public readonly record struct TraceOrigin(string? Parent, string? State = null)
{
    /// <summary>As much as the standard asks to pass on.</summary>
    private const int LongestState = 512;

    private const int MostMembers = 32;

    /// <summary>Reads what was sent: a state without a parent, or one against the standard, is none.</summary>
    public static TraceOrigin Of(string? parent, string? state)
    {
        if (!ActivityContext.TryParse(parent, null, out var context)) return default;
        return new TraceOrigin(Text(context), StateOf(state));
    }

    /// <summary>As sent in a header.</summary>
    public static string Text(ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{((context.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? "01" : "00")}";

    /// <summary>A list of <c>name=value</c>; the end of one that is too long is left out, whole members at a time.</summary>
    private static string? StateOf(string? sent)
    {
        if (string.IsNullOrWhiteSpace(sent) || sent.AsSpan().ContainsAnyExceptInRange(' ', '~')) return null;
        var members = sent.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (members.Length > MostMembers || members.Any(member => member.IndexOf('=', StringComparison.Ordinal) < 1)) return null;
        var length = -1;
        var kept = members.TakeWhile(member => (length += member.Length + 1) <= LongestState).ToArray();
        return kept.Length == 0 ? null : string.Join(',', kept);
    }
}
