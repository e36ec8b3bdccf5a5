using System.Collections.Frozen;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>Tells whether a period belongs to the word before it and ends no sentence.</summary>
internal static class Abbreviations
{
    // A name, a number or an example always follows.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Leading = Set(
        "mr", "mrs", "ms", "mx", "dr", "prof", "rev", "fr", "hon", "st", "mt", "ft", "gen", "col", "maj", "capt", "cmdr", "lt", "sgt", "cpl", "adm", "gov", "sen", "rep",
        "pres", "vs", "cf", "viz", "e.g", "i.e", "eg", "ie", "ca", "approx", "esp", "incl", "messrs", "mme", "mlle", "sr", "hr", "fig", "figs", "eq", "eqs", "sec", "ch", "vol", "vols", "pp", "ed", "eds",
        "trans", "art", "ref", "refs", "tab", "app", "op", "est", "fl", "b", "d", "r");

    // A sentence may end after these, when what follows begins like one.
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Either = Set(
        "inc", "ltd", "co", "corp", "plc", "llc", "bros", "jr", "etc", "al", "dept", "univ", "assn", "ave", "blvd", "rd", "sq", "u.s", "u.k", "u.n", "e.u", "u.s.a", "d.c", "a.m", "p.m", "ph.d", "m.d",
        "b.a", "m.a", "b.sc", "m.sc", "a.d", "b.c", "b.c.e", "c.e", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "mon", "tue", "tues", "wed", "thu", "thurs", "fri", "sat",
        "sun", "ibid", "resp", "temp", "max", "min", "avg", "hrs", "hr", "mins", "lbs", "oz", "kg", "km", "cm", "mm");

    // Only before a figure: "No. 5", "p. 12".
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> BeforeFigure = Set("no", "nos", "p", "para", "paras", "cl", "reg", "item", "lot");

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Openers = Set(
        "the", "a", "an", "in", "it", "its", "he", "she", "they", "we", "you", "i", "this", "that", "these", "those", "there", "here", "but", "and", "or", "so", "yet", "if", "when", "while", "as", "at", "on",
        "for", "from", "to", "by", "with", "after", "before", "since", "although", "though", "however", "because", "his", "her", "their", "our", "my", "your", "what", "who", "why", "how", "where", "some",
        "many", "most", "all", "both", "each", "no", "not", "one", "other", "another", "such", "then", "thus", "now", "today", "meanwhile", "moreover", "instead", "according", "during", "under", "over");

    /// <param name="before">The sentence up to the period.</param>
    /// <param name="next">What follows it, from its first letter or figure.</param>
    public static bool Holds(ReadOnlySpan<char> before, ReadOnlySpan<char> next)
    {
        var word = before[(before.LastIndexOf(' ') + 1)..].TrimStart("([{\"'“‘«");
        if (word.Length == 0) return false;
        if (word.Length == 1 && char.IsUpper(word[0])) return word[0] != 'I' || !IsOpener(next);
        if (Leading.Contains(word)) return true;
        if (BeforeFigure.Contains(word)) return char.IsDigit(next[0]);
        return (Either.Contains(word) || IsDotted(word)) && !IsOpener(next);
    }

    private static bool IsDotted(ReadOnlySpan<char> word)
    {
        if (word.Length is < 3 or > 11 || !word.Contains('.')) return false;
        for (var i = 0; i < word.Length; i++)
            if (i % 2 == 0 ? !char.IsLetter(word[i]) : word[i] != '.') return false;
        return true;
    }

    private static bool IsOpener(ReadOnlySpan<char> next)
    {
        var length = 0;
        while (length < next.Length && char.IsLetter(next[length])) length++;
        return char.IsUpper(next[0]) && Openers.Contains(next[..length]);
    }

    private static FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Set(params string[] words) =>
        words.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();
}
