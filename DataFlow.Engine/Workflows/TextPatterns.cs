using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace DataFlow.Engine.Workflows;

/// <summary>
/// Users' regular expressions. They run on the engine whose time grows with the text only; the few that need backtracking (lookarounds,
/// back references) run for at most <see cref="Longest"/>.
/// </summary>
internal static class TextPatterns
{
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(100);

    private const int Kept = 1_000;
    private static readonly ConcurrentDictionary<string, Regex> s_compiled = new(StringComparer.Ordinal);

    public static bool TryCompile(string pattern, [NotNullWhen(true)] out Regex? regex, out string fault)
    {
        fault = "";
        if (s_compiled.TryGetValue(pattern, out regex)) return true;
        try
        {
            regex = Compile(pattern);
        }
        catch (ArgumentException exception)
        {
            fault = exception.Message;
            return false;
        }

        // Patterns come from users: without an end to it, saving definitions would fill the memory.
        if (s_compiled.Count >= Kept) s_compiled.Clear();
        s_compiled[pattern] = regex;
        return true;
    }

    /// <summary>Whether text matches; false also when that took too long to tell.</summary>
    public static bool IsMatch(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private static Regex Compile(string pattern)
    {
        try
        {
            return new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Longest);
        }
        catch (NotSupportedException)
        {
            return new Regex(pattern, RegexOptions.CultureInvariant, Longest);
        }
    }
}
