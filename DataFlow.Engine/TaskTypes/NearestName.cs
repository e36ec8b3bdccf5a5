namespace DataFlow.Engine.TaskTypes;

/// <summary>"Did you mean …?": the known name that is fewest typing slips away from a written one.</summary>
public static class NearestName
{
    // Longer words get no suggestion: the work is quadratic, and the words come from users.
    private const int Longest = 64;

    /// <summary>
    /// The nearest candidate, ignoring case, <c>_</c>, <c>-</c> and spaces: at most one slip (a letter added, dropped, changed, or two neighbours swapped) for every
    /// three letters and at most three; failing that, one that holds the word or is held by it. <c>null</c> when none is near. On a tie the first candidate stands.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(candidates);
        if (name.Length > Longest || Fold(name) is not { Length: > 0 } word) return null;
        var most = Math.Clamp(word.Length / 3, word.Length < 3 ? 0 : 1, 3);
        var (nearest, nearestRank) = ((string?)null, int.MaxValue);
        foreach (var candidate in candidates)
        {
            if (candidate.Length > Longest) continue;
            var other = Fold(candidate);
            var distance = Math.Abs(other.Length - word.Length) <= most ? Distance(word, other) : int.MaxValue;
            var rank = distance <= most ? distance : IsPart(word, other) || IsPart(other, word) ? most + 1 : int.MaxValue;
            if (rank < nearestRank) (nearest, nearestRank) = (candidate, rank);
        }
        return nearest;
    }

    private static bool IsPart(string part, string whole) => part.Length >= 3 && whole.Contains(part, StringComparison.Ordinal);

    private static string Fold(string name) => string.Concat(name.Where(c => c is not ('_' or '-' or ' ')).Select(char.ToLowerInvariant));

    // Optimal string alignment.
    private static int Distance(string a, string b)
    {
        Span<int> beforeLast = stackalloc int[Longest + 1], last = stackalloc int[Longest + 1], row = stackalloc int[Longest + 1];
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
