namespace DataFlow.Engine.TaskTypes;

/// <summary>"Did you mean …?": the known name that is fewest typing slips away from a written one.</summary>
public static class NearestName
{
    // Longer words get no suggestion: the work is quadratic, and the words come from users.
    private const int LongestName = 64;

    /// <summary>
    /// The nearest candidate, ignoring case, <c>_</c>, <c>-</c> and <c>.</c>; <c>null</c> when none is near: at most one slip (a letter added, dropped, changed, or two
    /// swapped) for every three letters. On a tie the first candidate stands.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        var written = Normalize(name);
        if (written.Length is 0 or > LongestName) return null;
        string? nearest = null;
        var bound = Math.Max(1, written.Length / 3);
        foreach (var candidate in candidates)
        {
            var distance = Distance(written, Normalize(candidate), bound);
            if (distance > bound) continue;
            nearest = candidate;
            if (distance == 0) break;
            bound = distance - 1;
        }
        return nearest;
    }

    private static string Normalize(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return string.Create(name.Count(IsLetter), name, static (letters, name) =>
        {
            var next = 0;
            foreach (var c in name)
                if (IsLetter(c)) letters[next++] = char.ToLowerInvariant(c);
        });
    }

    private static bool IsLetter(char c) => c is not ('_' or '-' or '.');

    // Optimal string alignment; a result above the bound only says "farther than that".
    private static int Distance(string a, string b, int bound)
    {
        if (Math.Abs(a.Length - b.Length) > bound) return bound + 1;
        int[] beforeLast = new int[b.Length + 1], last = new int[b.Length + 1], row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var least = row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], beforeLast[j - 2] + 1);
                least = Math.Min(least, row[j]);
            }
            // A swap reaches back two rows, but never gains more than one on the row between.
            if (least > bound + 1) return least;
            (beforeLast, last, row) = (last, row, beforeLast);
        }
        return last[b.Length];
    }
}
