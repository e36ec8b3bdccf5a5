using System.Text.Json;
using System.Text.RegularExpressions;

namespace DataFlow.Tests.Docs;

/// <summary>
/// Compares a reply as a page shows it with the one a server gave. What differs from run to run (ids, times, secrets, durations) is equal whatever it is;
/// a text that ends with … is the beginning of the real one; everything else must be the same.
/// </summary>
internal static partial class ShownReply
{
    public static void AssertJson(string shown, string actual)
    {
        using var expected = JsonDocument.Parse(Neutral(shown));
        using var given = JsonDocument.Parse(Neutral(actual));
        Compare(expected.RootElement, given.RootElement, "#");
    }

    /// <summary>The lines shown occur in this order; a line that is only … stands for any others.</summary>
    public static void AssertText(string shown, string actual)
    {
        var lines = Neutral(actual).Split('\n');
        var next = 0;
        foreach (var line in Neutral(shown).Split('\n').Where(line => line is not ("…" or "")))
        {
            var found = Array.FindIndex(lines, next, candidate => Matches(line, candidate));
            Assert.True(found >= 0, $"'{line}' is not in what follows line {next} of\n{actual}");
            next = found + 1;
        }
    }

    private static void Compare(JsonElement shown, JsonElement actual, string at)
    {
        Assert.True(shown.ValueKind == actual.ValueKind, $"{at}: shown is {shown}, answered was {actual}");
        switch (shown.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(shown.EnumerateObject().Select(member => member.Name), actual.EnumerateObject().Select(member => member.Name));
                foreach (var member in shown.EnumerateObject()) Compare(member.Value, actual.GetProperty(member.Name), $"{at}/{member.Name}");
                break;
            case JsonValueKind.Array:
                Assert.Equal(shown.GetArrayLength(), actual.GetArrayLength());
                foreach (var (one, other) in shown.EnumerateArray().Zip(actual.EnumerateArray())) Compare(one, other, $"{at}/-");
                break;
            case JsonValueKind.Number when at.EndsWith("/duration_ms", StringComparison.Ordinal):
                break;
            default:
                Assert.True(Matches(shown.ToString(), actual.ToString()), $"{at}: shown is {shown}, answered was {actual}");
                break;
        }
    }

    private static bool Matches(string shown, string actual) => shown.EndsWith('…') ? actual.StartsWith(shown[..^1], StringComparison.Ordinal) : shown == actual;

    private static string Neutral(string text) => Varying().Replace(text, static match => match.Value.Contains("trace_id", StringComparison.Ordinal) ? "\"trace_id\":\"-\"" : "-");

    [GeneratedRegex("""(wf|ex|we)-[0-9a-z]{8,}|msg_[0-9a-z]+|whsec_[A-Za-z0-9+/=]+|\d{4}-\d\d-\d\dT[\d:.]+Z|"trace_id":[ ]?"[^"]*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Varying();
}
