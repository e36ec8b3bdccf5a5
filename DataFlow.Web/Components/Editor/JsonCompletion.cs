using System.Collections.Immutable;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Workflows;

namespace DataFlow.Web.Components.Editor;

/// <summary>The completion of expressions, inside a string of JSON text. Pure.</summary>
internal static class JsonCompletion
{
    /// <summary><c>null</c>: nothing to offer there.</summary>
    /// <param name="line">The line; strings never go over its end.</param>
    /// <param name="column">Where typing goes on, from 1.</param>
    /// <param name="reachable">What can be named.</param>
    public static DefinitionCompletion? At(string line, int column, ImmutableArray<ReachableReference> reachable)
    {
        if (StringAt(line, column - 1) is not var (from, to)) return null;
        // What the field completes in its own text the JSON editor completes between the quotes.
        var text = line[from..to];
        if (ExpressionCompletion.At(text, column - 1 - from, reachable, asked: false) is not { InBraces: true } found) return null;
        var options = found.Options.Select(option =>
        {
            var (whole, _) = found.Accept(text, option);
            var put = whole[found.Start..(whole.Length - (text.Length - found.End))];
            return new DefinitionChoice(option.Text, put.Replace("\"", "\\\"", StringComparison.Ordinal), option.Type, option.Detail, IsFunction: !reachable.Any(reference => reference.Text == option.Text));
        });
        return new DefinitionCompletion(from + found.Start + 1, from + found.End + 1, [.. options]);
    }

    /// <summary>The inside of the string that holds a position; to the end of the line when it is not closed yet.</summary>
    private static (int From, int To)? StringAt(string line, int position)
    {
        for (var at = 0; at < line.Length && at < position; at++)
        {
            if (line[at] != '"') continue;
            var end = at + 1;
            while (end < line.Length && line[end] != '"') end += line[end] == '\\' ? 2 : 1;
            end = Math.Min(end, line.Length);
            if (position <= end) return (at + 1, end);
            at = end;
        }

        return null;
    }
}
