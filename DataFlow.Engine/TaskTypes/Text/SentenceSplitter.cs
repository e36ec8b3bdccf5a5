using System.Globalization;
using System.Text.RegularExpressions;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>
/// Finds the sentences of running text. Paragraphs, list entries and headings end sentences; a period does not after an abbreviation, an initial or inside a number;
/// the full stops of other scripts do without a space behind them.
/// </summary>
internal static partial class SentenceSplitter
{
    private const int WrappedLineLeast = 45;
    private const int WrappedLineMost = 100;

    /// <summary>The sentences in order, trimmed, without the marks of list entries; line breaks and runs of spaces inside them become one space.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.TrimEntries);
        var isWrapped = IsWrapped(lines);
        var block = new List<string>();
        foreach (var line in lines)
        {
            if (block.Count > 0 && !Continues(block[^1], line, isWrapped))
            {
                foreach (var sentence in SplitBlock(string.Join(' ', block))) yield return sentence;
                block.Clear();
            }
            if (line.Length > 0) block.Add(line);
        }
        foreach (var sentence in SplitBlock(string.Join(' ', block))) yield return sentence;
    }

    // Mail and plain-text files break lines at a width; in text taken from pages a line is a paragraph.
    private static bool IsWrapped(string[] lines)
    {
        var filled = lines.Where(line => line.Length > 0).ToList();
        return filled.Count >= 3 && filled.TrueForAll(line => line.Length <= WrappedLineMost) && filled.Count(line => line.Length >= WrappedLineLeast) * 2 > filled.Count;
    }

    private static bool Continues(string line, string next, bool isWrapped)
    {
        if (next.Length == 0 || ListMark().IsMatch(next)) return false;
        return char.IsLower(next[0]) ? !EndsSentence(line) : isWrapped && line.Length >= WrappedLineLeast;
    }

    private static bool EndsSentence(string line) => line[^1] is '.' or '!' or '?' or ':' or '…' || IsFullStop(line[^1]);

    private static IEnumerable<string> SplitBlock(string block)
    {
        block = Spaces().Replace(ListMark().Replace(block, ""), " ").Trim();
        var start = 0;
        for (var i = 0; i < block.Length; i++)
        {
            if (!IsTerminator(block[i])) continue;
            var end = AfterTerminator(block, i);
            if (!IsEnd(block, start, i, end))
            {
                i = end - 1;
                continue;
            }
            if (block[start..end].Trim() is { Length: > 0 } sentence) yield return sentence;
            start = end;
            i = end - 1;
        }
        if (block[start..].Trim() is { Length: > 0 } rest) yield return rest;
    }

    private static bool IsTerminator(char c) => c is '.' or '!' or '?' or '…' || IsFullStop(c);

    // Chinese and Japanese, Arabic and Urdu, Indic, Armenian, Ethiopic, Khmer, Burmese.
    private static bool IsFullStop(char c) => c is '。' or '！' or '？' or '｡' or '．' or '؟' or '۔' or '।' or '॥' or '։' or '።' or '។' or '။';

    // Past further terminators, closing quotes and brackets, and reference marks such as [12].
    private static int AfterTerminator(string block, int at)
    {
        var end = at + 1;
        while (end < block.Length && (IsTerminator(block[end]) || IsClosing(block[end]))) end++;
        while (ReferenceMark().Match(block, end) is { Success: true, Index: var index, Length: var length } && index == end) end += length;
        return end;
    }

    private static bool IsClosing(char c) =>
        c is '"' or '\'' || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.ClosePunctuation or UnicodeCategory.FinalQuotePunctuation;

    private static bool IsEnd(string block, int start, int terminator, int end)
    {
        if (end == block.Length || IsFullStop(block[terminator])) return true;
        if (block[end] != ' ') return false;
        var next = block.AsSpan(end + 1);
        while (next.Length > 0 && (next[0] is '"' or '\'' or '¿' or '¡' || CharUnicodeInfo.GetUnicodeCategory(next[0]) is UnicodeCategory.OpenPunctuation or UnicodeCategory.InitialQuotePunctuation)) next = next[1..];
        if (next.Length == 0) return true;
        if (char.IsLower(next[0])) return false;
        return block[terminator] != '.' || end > terminator + 1 || !Abbreviations.Holds(block.AsSpan(start, terminator - start), next);
    }

    [GeneratedRegex(@"\A\s*(?:[-*+•‣▪◦●–—]\s+|\(?\d{1,3}[.)]\s+|\(?[a-z]\)\s+|#{1,6}\s+|>\s+)")]
    private static partial Regex ListMark();

    [GeneratedRegex(@"\G\[[^\]\s]{1,16}\]")]
    private static partial Regex ReferenceMark();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
