namespace DataFlow.Engine.Workflows;

/// <summary>Finds what somebody meant: other case, <c>_</c> or <c>-</c>, a slip or two, a beginning or an end left out.</summary>
internal static class Spelling
{
    private const int Longest = 64;

    public static string? Nearest(string written, IEnumerable<string> known)
    {
        if (written.Length is 0 or > Longest) return null;
        var word = Fold(written);
        if (word.Length == 0) return null;
        var most = Math.Clamp(word.Length / 3, word.Length < 2 ? 0 : 1, 3);
        var (best, bestRank) = ((string?)null, int.MaxValue);
        foreach (var candidate in known)
        {
            if (candidate.Length > Longest) continue;
            var other = Fold(candidate);
            var distance = Math.Abs(other.Length - word.Length) <= most ? Distance(word, other) : int.MaxValue;
            var rank = distance <= most ? distance : IsPart(word, other) ? most + 1 : int.MaxValue;
            if (rank < bestRank) (best, bestRank) = (candidate, rank);
        }

        return best;
    }

    private static bool IsPart(string word, string other) =>
        (word.Length >= 3 && other.Contains(word, StringComparison.Ordinal)) || (other.Length >= 3 && word.Contains(other, StringComparison.Ordinal));

    private static string Fold(string text) =>
        string.Concat(text.Where(c => c is not ('_' or '-' or ' ')).Select(char.ToLowerInvariant));

    /// <summary>Insertions, deletions, replacements and swaps of neighbours between two words.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> beforeLast = stackalloc int[Longest + 1];
        Span<int> last = stackalloc int[Longest + 1];
        Span<int> row = stackalloc int[Longest + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
            }

            var free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }

        return last[b.Length];
    }
}
