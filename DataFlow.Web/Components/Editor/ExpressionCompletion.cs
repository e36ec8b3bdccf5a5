using System.Collections.Immutable;
using DataFlow.Engine.Templates;
using DataFlow.Engine.Workflows;

namespace DataFlow.Web.Components.Editor;

/// <summary>One thing that can be put in.</summary>
/// <param name="Text">What is put in.</param>
/// <param name="Type">What it gives.</param>
/// <param name="Detail">More about it; empty: nothing.</param>
internal sealed record ExpressionOption(string Text, string Type, string Detail);

/// <summary>What can stand at the caret, and which part of the text it replaces.</summary>
internal sealed record ExpressionCompletion(int Start, int End, bool InBraces, ImmutableArray<ExpressionOption> Options)
{
    private const int Most = 60;

    private static readonly ImmutableArray<ExpressionOption> s_functions =
        [.. TemplateFunctions.All.Select(function => new ExpressionOption(function.Name, function.Result.ToString().ToLowerInvariant(), $"{function.Signature}: {function.Description}"))];

    /// <summary><c>null</c>: nothing to offer.</summary>
    /// <param name="text">All of the text.</param>
    /// <param name="caret">Where typing goes on.</param>
    /// <param name="reachable">What can be named.</param>
    /// <param name="asked">Whether the user asked for it: it is then offered outside braces too.</param>
    public static ExpressionCompletion? At(string text, int caret, ImmutableArray<ReachableReference> reachable, bool asked)
    {
        caret = Math.Clamp(caret, 0, text.Length);
        var open = text.LastIndexOf("{{", Math.Max(0, caret - 1), StringComparison.Ordinal);
        var inBraces = open >= 0 && open + 2 <= caret && text.IndexOf("}}", open, caret - open, StringComparison.Ordinal) < 0;
        if (!inBraces && !asked) return null;
        var start = caret;
        while (start > (inBraces ? open + 2 : 0) && IsPart(text[start - 1])) start--;
        var typed = text[start..caret];
        var end = caret;
        while (end < text.Length && IsPart(text[end])) end++;

        var piped = inBraces && text[(open + 2)..start].TrimEnd().EndsWith('|');
        var options = piped ? [] : reachable.Select(reference => new ExpressionOption(reference.Text, reference.Type, reference.Schema.Description ?? ""))
            .Where(option => option.Text.Contains(typed, StringComparison.OrdinalIgnoreCase)).OrderBy(option => Rank(option.Text, typed)).ToList();
        if (inBraces && (piped || typed.Length > 0))
            options.AddRange(s_functions.Where(option => option.Text.StartsWith(typed, StringComparison.OrdinalIgnoreCase)
                || typed.Length > 1 && option.Text.Contains(typed, StringComparison.OrdinalIgnoreCase)).OrderBy(option => Rank(option.Text, typed)));
        // What is written already need not be offered.
        return options.Count == 0 || options.Count == 1 && options[0].Text == typed && !asked ? null : new ExpressionCompletion(start, end, inBraces, [.. options.Take(Most)]);
    }

    /// <summary>The text with an option put in, and where the caret stands then.</summary>
    public (string Text, int Caret) Accept(string text, ExpressionOption option)
    {
        var (before, after) = (text[..Start], text[End..]);
        if (!InBraces) (before, after) = (before + "{{ ", " }}" + after);
        else
        {
            if (before.EndsWith("{{", StringComparison.Ordinal)) before += " ";
            if (!after.Contains("}}", StringComparison.Ordinal)) after = " }}" + after;
            else if (after.StartsWith("}}", StringComparison.Ordinal)) after = " " + after;
        }

        return (before + option.Text + after, before.Length + option.Text.Length);
    }

    private static int Rank(string text, string typed) => text.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 0 : text.Contains("." + typed, StringComparison.OrdinalIgnoreCase) ? 1 : 2;

    private static bool IsPart(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '[' or ']' or '"';
}
