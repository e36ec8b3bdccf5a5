using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>Expressions, values of the wrong type, and the order of tasks.</summary>
internal sealed partial class ProblemFixCandidates
{
    /// <summary>An expression has few words; a flood of them is not worth trying.</summary>
    private const int MostWords = 24;

    private IEnumerable<ProblemFix> Expression(Problem problem, string text)
    {
        if (problem.Suggestion is { } meant)
        {
            // Which of its words is the wrong one the checker knows best: each is tried, the most alike first.
            foreach (var (from, to) in Words(text).OrderBy(word => Unlike(text[word.From..word.To], meant)).Take(MostWords))
                if (!text.AsSpan(from, to - from).SequenceEqual(meant))
                    yield return new ProblemFix($"Change '{Wording.Shorten(text[from..to])}' to '{Wording.Shorten(meant)}'",
                        [new JsonEdit(JsonEditKind.Set, problem.Pointer, Element(string.Concat(text.AsSpan(0, from), meant, text.AsSpan(to))))]);
        }

        if (problem.Code == ProblemCodes.UnknownInput && Undeclared(text) is { } name)
        {
            var inputs = root["input"] as JsonArray;
            var at = root.ContainsKey("input") && inputs is null ? null : JsonPointer.Append(JsonPointer.Append(JsonPointer.Root, "input"), inputs?.Count ?? 0);
            var declared = new JsonObject { ["name"] = name, ["type"] = "any" };
            if (at is not null)
                yield return new ProblemFix($"Declare the input '{name}'",
                    inputs is null ? [new JsonEdit(JsonEditKind.Set, "#/input", Element(new JsonArray(declared)))] : [new JsonEdit(JsonEditKind.Set, at, Element(declared))]);
        }
    }

    private string? Undeclared(string text)
    {
        var names = (root["input"] as JsonArray ?? []).OfType<JsonObject>().Select(input => input["name"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "").ToHashSet(StringComparer.Ordinal);
        return ValueTemplate.Parse(Element(text)).Template?.Expressions.SelectMany(expression => expression.References)
            .FirstOrDefault(reference => reference.Root == ReferenceRoot.Input && !names.Contains(reference.Name) && Names.IsIdentifier(reference.Name) && !Names.IsReservedName(reference.Name))?.Name;
    }

    /// <summary>Every run of words joined by dots between braces, and every part of it that begins and ends at a word.</summary>
    private static IEnumerable<(int From, int To)> Words(string text)
    {
        foreach (Match chain in Chain().Matches(text))
        {
            var open = text.LastIndexOf("{{", chain.Index, StringComparison.Ordinal);
            if (open < 0 || text.LastIndexOf("}}", chain.Index, StringComparison.Ordinal) > open) continue;
            int[] starts = [chain.Index, .. Enumerable.Range(chain.Index, chain.Length).Where(at => text[at] == '.').Select(at => at + 1), chain.Index + chain.Length + 1];
            for (var i = 0; i < starts.Length - 1; i++)
                for (var j = i + 1; j < starts.Length; j++)
                    yield return (starts[i], starts[j] - 1);
        }
    }

    private static int Unlike(string word, string meant) =>
        NearestName.Find(word, [meant]) is not null ? Math.Abs(word.Length - meant.Length) : 100 + Math.Abs(word.Count(c => c == '.') - meant.Count(c => c == '.'));

    [GeneratedRegex(@"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*", RegexOptions.NonBacktracking)]
    private static partial Regex Chain();

    private IEnumerable<ProblemFix> Converted(Problem problem, ImmutableArray<string> path)
    {
        if (problem.Suggestion is { } meant) yield return Write(problem.Pointer, meant);
        var node = NodeAt(path);
        switch (node)
        {
            case null:
                yield return path[^1].All(char.IsAsciiDigit) ? RemoveEntry(problem.Pointer) : Remove(problem.Pointer, path[^1]);
                break;
            case JsonValue value when value.TryGetValue<string>(out var text):
                if (JsonReading.Read(Encoding.UTF8.GetBytes(text.Trim())) is { Value: { ValueKind: JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False } bare }) yield return Write(problem.Pointer, bare);
                if (Seconds().Match(text.Trim()) is { Success: true } time) yield return Write(problem.Pointer, JsonElement.Parse(time.Groups[1].Value));
                break;
            case JsonValue value:
                yield return Write(problem.Pointer, path[^1] == "when" ? $"{{{{ {value.ToJsonString()} }}}}" : value.ToJsonString());
                if (path is ["concurrency"]) yield return Write(problem.Pointer, Element(new JsonObject { ["limit"] = value.DeepClone() }));
                if (path is [.., "retry"]) yield return Write(problem.Pointer, Element(new JsonObject { ["attempts"] = value.DeepClone() }));
                break;
            case JsonObject tasks when path is ["tasks"]:
                yield return new ProblemFix("Make it a list", [new JsonEdit(JsonEditKind.Set, problem.Pointer, Element(Listed(tasks)))]);
                break;
        }

        if (node is not null and not JsonArray) yield return new ProblemFix("Put it into a list", [new JsonEdit(JsonEditKind.Set, problem.Pointer, Element(new JsonArray(node.DeepClone())))]);
        if (path is ["tasks" or "input" or "output", _] && node is not JsonObject) yield return RemoveEntry(problem.Pointer);
        if (path is ["tasks" or "input" or "output"] && node is JsonValue) yield return new ProblemFix("Begin with an empty list", [new JsonEdit(JsonEditKind.Set, problem.Pointer, Element(new JsonArray()))]);
    }

    /// <summary>One task, or tasks by their names, as a list.</summary>
    private static JsonArray Listed(JsonObject tasks)
    {
        if (tasks.ContainsKey("type")) return new JsonArray(tasks.DeepClone());
        var list = new JsonArray();
        foreach (var (name, task) in tasks)
        {
            var entry = new JsonObject { ["ref"] = name };
            foreach (var (member, value) in task as JsonObject ?? []) entry[member] = value?.DeepClone();
            list.Add(entry);
        }

        return list;
    }

    /// <summary>A task that reads what need not have ended: it waits for it, or comes after it.</summary>
    private IEnumerable<ProblemFix> Order(Problem problem, ImmutableArray<string> path)
    {
        if (path is not ["tasks", var position, ..] || root["tasks"] is not JsonArray tasks || TextAt(path) is not { } text) yield break;
        var self = int.Parse(position, System.Globalization.CultureInfo.InvariantCulture);
        var refs = tasks.Select(task => task is JsonObject members && members["ref"] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "").ToList();
        var waits = (tasks[self] as JsonObject)?["depends_on"] is JsonArray named ? named.DeepClone().AsArray() : self > 0 && refs[self - 1].Length > 0 ? new JsonArray(refs[self - 1]) : [];
        foreach (var name in ValueTemplate.Parse(Element(text)).Template?.Expressions.SelectMany(expression => expression.References).Where(reference => reference.Root == ReferenceRoot.Task).Select(reference => reference.Name).Distinct() ?? [])
        {
            var other = refs.IndexOf(name);
            if (other < 0 || other == self) continue;
            var more = waits.DeepClone().AsArray();
            more.Add(name);
            yield return new ProblemFix($"Let '{refs[self]}' wait for '{name}'", [new JsonEdit(JsonEditKind.Set, $"#/tasks/{position}/depends_on", Element(more))]);
            if (other > self)
            {
                yield return new ProblemFix($"Move '{name}' before '{refs[self]}'", [new JsonEdit(JsonEditKind.Move, $"#/tasks/{other}", Index: self)]);
                yield return new ProblemFix($"Move '{refs[self]}' behind '{name}'", [new JsonEdit(JsonEditKind.Move, $"#/tasks/{position}", Index: other)]);
            }
        }
    }

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)\s*(?:s|sec|seconds)$", RegexOptions.NonBacktracking)]
    private static partial Regex Seconds();
}
