using System.Collections.Frozen;

namespace DataFlow.Engine.TaskTypes.Text;

/// <summary>The words of a sentence that say what it is about: lower case, without plural s, without English function words; pairs of letters where words are not spaced.</summary>
internal static class SentenceTerms
{
    private static readonly FrozenSet<string> FunctionWords = """
        a about above after again against all also am an and any are as at be because been before being below between both but by can cannot could did do does doing done down during each
        few for from further get had has have having he her here hers herself him himself his how however i if in into is it its itself just like made make many may me might more most much
        must my myself no nor not now of off often on once one only or other our ours ourselves out over own per same say said she should since so some such than that the their theirs them
        themselves then there these they this those through to too under until up upon us use used using very was we well were what when where whether which while who whom whose why will with
        within without would yet you your yours yourself yourselves
        """.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> BackwardOpeners = new[]
    {
        "also", "and", "another", "besides", "but", "earlier", "furthermore", "he", "hence", "here", "however", "instead", "it", "likewise", "moreover", "nevertheless", "otherwise", "she", "similarly", "so",
        "such", "that", "then", "therefore", "these", "they", "this", "those", "thus",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether its first word points back to what was said before.</summary>
    public static bool LeansBack(ReadOnlySpan<char> sentence)
    {
        var length = 0;
        while (length < sentence.Length && char.IsLetter(sentence[length])) length++;
        return BackwardOpeners.Contains(sentence[..length]);
    }

    public static IEnumerable<string> Of(string sentence)
    {
        for (var i = 0; i < sentence.Length;)
        {
            if (IsUnspaced(sentence[i]))
            {
                if (i + 1 < sentence.Length && IsUnspaced(sentence[i + 1])) yield return sentence.Substring(i, 2);
                i++;
                continue;
            }
            var start = i;
            while (i < sentence.Length && (char.IsLetterOrDigit(sentence[i]) || char.IsSurrogate(sentence[i]) || IsMark(sentence[i])) && !IsUnspaced(sentence[i])) i++;
            if (i == start) i++;
            else if (Term(sentence.AsSpan(start, i - start)) is { } term) yield return term;
        }
    }

    /// <summary>How many words, or what amounts to them in scripts that do not space them.</summary>
    public static int CountWords(string sentence)
    {
        int words = 0, unspaced = 0;
        var inWord = false;
        foreach (var c in sentence)
        {
            if (IsUnspaced(c)) unspaced++;
            var isLetter = char.IsLetterOrDigit(c) && !IsUnspaced(c);
            if (isLetter && !inWord) words++;
            inWord = isLetter || (inWord && (c is '\'' or '’' || IsMark(c)));
        }
        return words + (unspaced / 2);
    }

    private static bool IsMark(char c) => char.GetUnicodeCategory(c) is System.Globalization.UnicodeCategory.NonSpacingMark or System.Globalization.UnicodeCategory.SpacingCombiningMark;

    private static bool IsUnspaced(char c) => c is (>= '\u3040' and <= '\u30FF') or (>= '\u3400' and <= '\u9FFF') or (>= '\uF900' and <= '\uFAFF');

    private static string? Term(ReadOnlySpan<char> word)
    {
        if (word.Length is 1 or > 64 && !char.IsDigit(word[0])) return null;
        var term = word.ToString().ToLowerInvariant();
        return FunctionWords.Contains(term) ? null : WithoutPlural(term);
    }

    // Harman's S-stemmer (1991): the three safest rules there are.
    private static string WithoutPlural(string term) => term switch
    {
        { Length: > 4 } when term.EndsWith("ies", StringComparison.Ordinal) && term[^4] is not ('e' or 'a') => term[..^3] + "y",
        { Length: > 4 } when term.EndsWith("es", StringComparison.Ordinal) && term[^3] is not ('a' or 'e' or 'o') => term[..^1],
        { Length: > 3 } when term[^1] == 's' && term[^2] is not ('u' or 's') => term[..^1],
        _ => term,
    };
}
