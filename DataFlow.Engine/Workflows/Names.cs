using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>What inputs, outputs and tasks may be called, so that expressions can name them and no language trips over them.</summary>
internal static class Names
{
    public const string Rule = "a letter or '_', then at most 63 letters, digits or '_'";

    // What JavaScript objects carry from birth (the editor keys objects by name), and the words that the expression parser does not take for members.
    private static readonly HashSet<string> s_reservedNames = new(StringComparer.Ordinal) { "__proto__", "constructor", "prototype", "toString", "valueOf", "hasOwnProperty", "for", "while", "tablerow", "do", "this", "null", "true", "false" };

    private static readonly HashSet<string> s_reservedRefs = new([.. s_reservedNames, .. ReferenceShape.Roots], StringComparer.Ordinal);

    public static bool IsReservedRef(string text) => s_reservedRefs.Contains(text);

    public static bool IsReservedName(string text) => s_reservedNames.Contains(text);

    public static bool IsIdentifier(string text)
    {
        if (text.Length is 0 or > 64 || !(char.IsAsciiLetter(text[0]) || text[0] == '_')) return false;
        foreach (var c in text)
            if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    /// <summary>The nearest text that is an identifier, or <c>null</c>.</summary>
    public static string? ToIdentifier(string text)
    {
        if (text.Any(c => char.IsLetter(c) && !char.IsAscii(c))) return null;
        var letters = string.Concat(text.Trim().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_')).Trim('_');
        if (letters.Length > 0 && char.IsAsciiDigit(letters[0])) letters = "_" + letters;
        return letters.Length <= 64 && IsIdentifier(letters) && letters != text ? letters : null;
    }
}
