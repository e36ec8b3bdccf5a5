namespace DataFlow.Web.Components.Editor;

/// <summary>An expression as it is read on a card.</summary>
internal static class CanvasReference
{
    /// <summary>What stands between the braces of a text that is nothing but one expression, in short: <c>{{refs.a.output.text}}</c> is read as <c>a.text</c>. Any other text: <c>null</c>.</summary>
    public static string? Read(string text)
    {
        var trimmed = text.AsSpan().Trim();
        if (!trimmed.StartsWith("{{") || !trimmed.EndsWith("}}")) return null;
        var inside = trimmed[2..^2].Trim();
        if (inside.IsEmpty || inside.Contains("{{", StringComparison.Ordinal) || inside.Contains("}}", StringComparison.Ordinal)) return null;
        var read = inside.ToString();
        if (!read.StartsWith("refs.", StringComparison.Ordinal) || read.IndexOf(".output", StringComparison.Ordinal) is not (> 5 and var output)) return read;
        var (name, rest) = (read[5..output], read[(output + 7)..]);
        return name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') && (rest.Length == 0 || rest[0] is '.' or '[') ? name + rest : read;
    }
}
