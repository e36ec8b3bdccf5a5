using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace DataFlow.Web.Components.Editor;

/// <summary>A place that reads the output of a task.</summary>
/// <param name="Pointer">The string that holds the expression, <c>#/tasks/2/input/text</c>.</param>
/// <param name="TaskRef">The task it reads.</param>
internal sealed record TaskReference(string Pointer, string TaskRef);

internal static partial class DefinitionEdits
{
    /// <summary>Gives a task another ref; expressions and <c>depends_on</c> follow.</summary>
    public static DefinitionDocument RenameRef(DefinitionDocument document, string from, string to) => document.With(root =>
    {
        foreach (var task in TaskObjects(root))
        {
            if (RefOf(task) == from) task["ref"] = to;
            RenameIn(task, Only(from, to));
        }
        if (root["output"] is JsonArray outputs)
            foreach (var output in outputs.OfType<JsonObject>()) RewriteMember(output, "value", Only(from, to));
    });

    /// <summary>Every expression that reads a task's output.</summary>
    public static ImmutableArray<TaskReference> References(DefinitionDocument document)
    {
        var found = ImmutableArray.CreateBuilder<TaskReference>();
        var tasks = document.Root["tasks"] as JsonArray ?? [];
        for (var i = 0; i < tasks.Count; i++)
        {
            if (tasks[i] is not JsonObject task) continue;
            foreach (var member in new[] { "input", "when", "on_error" }) Collect(task[member], $"#/tasks/{i}/{member}", found);
        }
        var outputs = document.Root["output"] as JsonArray ?? [];
        for (var i = 0; i < outputs.Count; i++) Collect((outputs[i] as JsonObject)?["value"], $"#/output/{i}/value", found);
        return found.ToImmutable();
    }

    private static Func<string, string?> Only(string from, string to) => name => name == from ? to : null;

    /// <summary>Everything in a task that can name another one; not its own ref.</summary>
    private static void RenameIn(JsonObject task, Func<string, string?> rename)
    {
        foreach (var member in new[] { "input", "when", "on_error" }) RewriteMember(task, member, rename);
        if (task["depends_on"] is not JsonArray names) return;
        for (var i = 0; i < names.Count; i++)
            if (TextOf(names[i]) is { } name && rename(name) is { } renamed) names[i] = renamed;
    }

    private static void RewriteMember(JsonObject holder, string member, Func<string, string?> rename)
    {
        if (TextOf(holder[member]) is { } text)
        {
            var rewritten = RewriteText(text, rename);
            if (rewritten != text) holder[member] = rewritten;
        }
        else
        {
            RewriteInside(holder[member], rename);
        }
    }

    private static void RewriteInside(JsonNode? node, Func<string, string?> rename)
    {
        if (node is JsonObject members)
        {
            foreach (var name in members.Select(member => member.Key).ToList()) RewriteMember(members, name, rename);
        }
        else if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (TextOf(items[i]) is { } text)
                {
                    var rewritten = RewriteText(text, rename);
                    if (rewritten != text) items[i] = rewritten;
                }
                else
                {
                    RewriteInside(items[i], rename);
                }
            }
        }
    }

    private static void Collect(JsonNode? node, string pointer, ImmutableArray<TaskReference>.Builder found)
    {
        switch (node)
        {
            case JsonObject members:
                foreach (var (name, value) in members) Collect(value, $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}", found);
                break;
            case JsonArray items:
                for (var i = 0; i < items.Count; i++) Collect(items[i], $"{pointer}/{i}", found);
                break;
            default:
                if (TextOf(node) is { } text) RewriteText(text, name => { found.Add(new TaskReference(pointer, name)); return null; });
                break;
        }
    }

    /// <summary>
    /// Rewrites <c>refs.NAME</c> and <c>refs["NAME"]</c> between braces. What stands in a string literal, a comment or outside of braces is text, and stays;
    /// so does <c>refs</c> after a dot, which is somebody's member.
    /// </summary>
    internal static string RewriteText(string text, Func<string, string?> rename)
    {
        if (!text.Contains("{{", StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length + 16);
        var at = 0;
        while (text.IndexOf("{{", at, StringComparison.Ordinal) is >= 0 and var open)
        {
            result.Append(text, at, open + 2 - at);
            at = open + 2;
            while (at < text.Length && !text.AsSpan(at).StartsWith("}}")) at = Token(text, at, result, rename);
        }
        return result.Append(text, at, text.Length - at).ToString();
    }

    /// <summary>Copies one token and says where the next begins.</summary>
    private static int Token(string text, int at, StringBuilder result, Func<string, string?> rename)
    {
        var end = at + 1;
        if (text[at] is '"' or '\'' or '`')
        {
            end = EndOfLiteral(text, at);
        }
        else if (text[at] == '#')
        {
            while (end < text.Length && text[end] != '\n' && !text.AsSpan(end).StartsWith("}}")) end++;
        }
        else if (IsWord(text[at]))
        {
            while (end < text.Length && IsWord(text[end])) end++;
            var isMember = text.AsSpan(0, at).TrimEnd() is [.., '.'];
            if (!isMember && text.AsSpan(at, end - at) is "refs" && Name(text, end) is var (from, to) && rename(text[from..to]) is { } renamed)
            {
                result.Append(text, at, from - at).Append(renamed);
                return to;
            }
        }
        result.Append(text, at, end - at);
        return end;
    }

    /// <summary>Where the name after <c>refs</c> stands.</summary>
    private static (int From, int To)? Name(string text, int at)
    {
        at = SkipSpaces(text, at);
        if (at >= text.Length) return null;
        if (text[at] == '.')
        {
            var from = SkipSpaces(text, at + 1);
            var to = from;
            while (to < text.Length && IsWord(text[to])) to++;
            return to > from ? (from, to) : null;
        }
        if (text[at] != '[') return null;
        var quote = SkipSpaces(text, at + 1);
        if (quote >= text.Length || text[quote] is not ('"' or '\'')) return null;
        var close = EndOfLiteral(text, quote);
        return close - 1 > quote + 1 ? (quote + 1, close - 1) : null;
    }

    private static int EndOfLiteral(string text, int quote)
    {
        for (var at = quote + 1; at < text.Length; at++)
        {
            if (text[at] == '\\' && text[quote] != '`') at++;
            else if (text[at] == text[quote]) return at + 1;
        }
        return text.Length;
    }

    private static int SkipSpaces(string text, int at)
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
        return at;
    }

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
