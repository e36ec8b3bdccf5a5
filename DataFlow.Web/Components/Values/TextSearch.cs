namespace DataFlow.Web.Components.Values;

/// <summary>A piece of a text that was searched.</summary>
internal readonly record struct TextPiece(string Text, bool Found);

/// <summary>Cuts a text where a word occurs in it, so that a page can mark it without building markup.</summary>
internal static class TextSearch
{
    /// <summary>More marks than this help nobody and make the page slow.</summary>
    public const int Most = 500;

    public static IReadOnlyList<TextPiece> Cut(string text, string? word)
    {
        if (string.IsNullOrEmpty(word)) return [new TextPiece(text, false)];
        var pieces = new List<TextPiece>();
        var from = 0;
        for (var found = 0; found < Most; found++)
        {
            var at = text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase);
            if (at < 0) break;
            if (at > from) pieces.Add(new TextPiece(text[from..at], false));
            pieces.Add(new TextPiece(text.Substring(at, word.Length), true));
            from = at + word.Length;
        }
        if (from < text.Length) pieces.Add(new TextPiece(text[from..], false));
        return pieces;
    }
}
