using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>What could be done about a problem, the likeliest first. Whether it helps is for the checker to say.</summary>
internal sealed partial class ProblemFixCandidates(JsonElement document, JsonObject root, ITaskCatalog catalog)
{
    public IEnumerable<ProblemFix> For(Problem problem)
    {
        var path = JsonPointer.Segments(problem.Pointer);
        if (path.IsEmpty) return [];
        return problem.Code switch
        {
            ProblemCodes.UnknownProperty => Unknown(problem, path),
            ProblemCodes.NotSupportedYet or ProblemCodes.NotApplicable => [Remove(problem.Pointer, path[^1])],
            ProblemCodes.Required => Missing(problem, path),
            ProblemCodes.UnknownTaskType => problem.Suggestion is { } meant ? [Write(problem.Pointer, meant)] : [],
            ProblemCodes.Enum => [.. Allowed(problem, path), Without(problem, path)],
            ProblemCodes.Range => [.. Nearest(problem, path), Without(problem, path)],
            ProblemCodes.Length => [.. Shortened(problem, path), Without(problem, path)],
            ProblemCodes.Pattern => [.. Respelt(problem, path), Without(problem, path)],
            ProblemCodes.PatternSyntax or ProblemCodes.MinItems => [Without(problem, path)],
            ProblemCodes.RefFormat or ProblemCodes.NameFormat => Renamed(problem, path),
            ProblemCodes.DuplicateRef when path is [.., "depends_on", _] => [RemoveEntry(problem.Pointer)],
            ProblemCodes.DuplicateRef or ProblemCodes.DuplicateName => TextAt(path) is { } taken ? [Write(problem.Pointer, Free(path, taken))] : [],
            ProblemCodes.UnknownRef or ProblemCodes.Cycle when path is [.., "depends_on", _] =>
                [.. problem.Suggestion is { } meant ? [Write(problem.Pointer, meant)] : (ProblemFix[])[], RemoveEntry(problem.Pointer)],
            ProblemCodes.ForwardReference or ProblemCodes.NotEndedBefore => Order(problem, path),
            ProblemCodes.TypeMismatch => Converted(problem, path),
            ProblemCodes.Contradiction => Contradiction(problem, path),
            ProblemCodes.BidiControl or ProblemCodes.Format => [.. Formatted(problem, path), Without(problem, path)],
            _ when TextAt(path) is { } text && text.Contains("{{", StringComparison.Ordinal) => Expression(problem, text),
            _ => [],
        };
    }

    private IEnumerable<ProblemFix> Unknown(Problem problem, ImmutableArray<string> path)
    {
        var holder = NodeAt(path[..^1]) as JsonObject;
        if (problem.Suggestion is { } meant && holder is not null && !holder.ContainsKey(meant))
        {
            // A word of another product often comes with that product's shape.
            JsonNode? value = (meant, NodeAt(path)) switch
            {
                ("retry", JsonValue number) => new JsonObject { ["attempts"] = number.DeepClone() },
                ("depends_on", JsonValue one) => new JsonArray(one.DeepClone()),
                ("tasks", JsonObject one) when one.ContainsKey("type") => new JsonArray(one.DeepClone()),
                _ => null,
            };
            var rename = new JsonEdit(JsonEditKind.Rename, problem.Pointer, Name: meant);
            var at = path.Length == 1 ? JsonPointer.Append(JsonPointer.Root, meant) : JsonPointer.Append(problem.Pointer[..problem.Pointer.LastIndexOf('/')], meant);
            yield return new ProblemFix($"Rename '{path[^1]}' to '{meant}'", value is null ? [rename] : [rename, new JsonEdit(JsonEditKind.Set, at, Element(value))]);
        }

        yield return Remove(problem.Pointer, path[^1]);
    }

    private IEnumerable<ProblemFix> Renamed(Problem problem, ImmutableArray<string> path)
    {
        var written = TextAt(path);
        if (written is null && problem.Suggestion is null) return [Remove(problem.Pointer, path[^1])];
        if (written is null) return [];
        var wanted = problem.Suggestion ?? (Names.IsIdentifier(written) ? written + (path[0] == "tasks" ? "_task" : "_value") : null);
        return wanted is null ? [] : [Write(problem.Pointer, Free(path, wanted))];
    }

    private IEnumerable<ProblemFix> Missing(Problem problem, ImmutableArray<string> path)
    {
        if (problem.Suggestion is { } meant) return [Add(problem.Pointer, path, Element(Free(path, meant)))];
        return path switch
        {
            ["tasks", _, "ref"] => [Add(problem.Pointer, path, Element(Free(path, NameOf(path))))],
            ["name"] => [Add(problem.Pointer, path, Element("Untitled workflow"))],
            ["input" or "output", _, "name"] => [Add(problem.Pointer, path, Element(Free(path, path[0])))],
            ["input", .., "type"] => [Add(problem.Pointer, path, Element("string"))],
            ["output", _, "type"] => [Add(problem.Pointer, path, Element("any"))],
            ["concurrency", "limit"] => [Add(problem.Pointer, path, Element(1))],
            [.., "retry", "attempts"] => [Add(problem.Pointer, path, Element(3))],
            ["output", _, "value"] => Given(problem, path, ValueSchema.Any, null),
            ["tasks", _, "on_error", "value"] => [Add(problem.Pointer, path, EngineJson.Null)],
            ["tasks", _, ..] => Given(problem, path, SchemaAt(path), RefAt(path)),
            _ => [],
        };
    }

    /// <summary>A value that is not there: what an earlier task gives under that name or of that type, else the example.</summary>
    private IEnumerable<ProblemFix> Given(Problem problem, ImmutableArray<string> path, ValueSchema? schema, string? task)
    {
        if (schema is null) yield break;
        var reachable = Reachable.At(document, task, catalog)?.References ?? [];
        var fitting = reachable.Where(reference => reference.Kind is ReachableKind.Output or ReachableKind.Input && (schema.Type == DataType.Any || reference.Schema.Type == schema.Type)).ToList();
        if (fitting.Find(reference => reference.Text.EndsWith("." + path[^1], StringComparison.Ordinal)) is { } same) yield return Read(same);
        if (fitting.FirstOrDefault(reference => reference.Kind == ReachableKind.Output && schema.Type != DataType.Any) is { } nearest) yield return Read(nearest);
        else if (fitting.FirstOrDefault(reference => reference.Kind == ReachableKind.Output && reference.Text.Count(c => c == '.') > 2) is { } any) yield return Read(any);
        if (schema.Example is { } example) yield return Add(problem.Pointer, path, example);
        else if (!schema.Choices.IsDefaultOrEmpty) yield return Add(problem.Pointer, path, schema.Choices[0]);
        else if (schema.Type is DataType.Integer or DataType.Number) yield return Add(problem.Pointer, path, Element(schema.Minimum ?? 1));
        else if (schema.Type == DataType.Boolean) yield return Add(problem.Pointer, path, Element(false));
        else if (schema.Type == DataType.String) yield return Add(problem.Pointer, path, Element(""));

        ProblemFix Read(ReachableReference reference) => Add(problem.Pointer, path, Element($"{{{{ {reference.Text} }}}}"));
    }

    private IEnumerable<ProblemFix> Contradiction(Problem problem, ImmutableArray<string> path)
    {
        switch (path[^1])
        {
            case "on_error":
                yield return Remove(JsonPointer.Append(problem.Pointer, "task"), "task");
                yield return Remove(JsonPointer.Append(problem.Pointer, "value"), "value");
                break;
            case "max_delay" when NodeAt([.. path[..^1], "delay"]) is { } delay:
                yield return Write(problem.Pointer, Element(delay));
                break;
            case "maximum" when NodeAt([.. path[..^1], "minimum"]) is { } minimum && NodeAt(path) is { } maximum:
                yield return new ProblemFix("Swap 'minimum' and 'maximum'",
                    [new JsonEdit(JsonEditKind.Set, problem.Pointer, Element(minimum)), new JsonEdit(JsonEditKind.Set, Sibling(problem.Pointer, "minimum"), Element(maximum))]);
                break;
            case "required":
                yield return Remove(problem.Pointer, "required");
                yield return Remove(Sibling(problem.Pointer, "default"), "default");
                break;
        }
    }

    private static string Sibling(string pointer, string name) => JsonPointer.Append(pointer[..pointer.LastIndexOf('/')], name);

    private static string Clean(string text) =>
        string.Concat(text.EnumerateRunes().Where(rune => rune.Value is not ((>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069))).Select(rune => System.Text.Rune.IsControl(rune) ? " " : rune.ToString())).Trim();

    private static ProblemFix Remove(string pointer, string name) => new($"Remove '{Wording.Shorten(name)}'", [new JsonEdit(JsonEditKind.Remove, pointer)]);

    private static ProblemFix RemoveEntry(string pointer) => new("Remove this entry", [new JsonEdit(JsonEditKind.Remove, pointer)]);

    private static ProblemFix Add(string pointer, ImmutableArray<string> path, JsonElement value) =>
        new($"Add '{Wording.Shorten(path[^1])}': {Wording.Shorten(value.GetRawText())}", [new JsonEdit(JsonEditKind.Set, pointer, value)]);

    private static ProblemFix Write(string pointer, string text, string? label = null) =>
        new(label ?? $"Change to '{Wording.Shorten(text)}'", [new JsonEdit(JsonEditKind.Set, pointer, Element(text))]);

    private static ProblemFix Write(string pointer, JsonElement value) => new($"Change to {Wording.Shorten(value.GetRawText())}", [new JsonEdit(JsonEditKind.Set, pointer, value)]);

    private static JsonElement Element<T>(T value) => JsonSerializer.SerializeToElement(value, EngineJson.Options);

    private string? TextAt(ImmutableArray<string> path) => NodeAt(path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private JsonNode? NodeAt(ImmutableArray<string> path)
    {
        JsonNode? at = root;
        foreach (var name in path)
            at = at switch
            {
                JsonObject members => members[name],
                JsonArray items when int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
                _ => null,
            };
        return at;
    }

    private string? RefAt(ImmutableArray<string> path) => TextAt([path[0], path[1], "ref"]);

    /// <summary>What the task type itself calls such a task.</summary>
    private string NameOf(ImmutableArray<string> path) =>
        catalog.TryGet(TextAt([.. path[..2], "type"]) ?? "", out var type) && type.Specification.Example.TryGetProperty("ref", out var name) ? name.GetString()! : "task";

    /// <summary>The wanted name, or the first of <c>wanted_2</c>, <c>wanted_3</c>, … that no other entry of the list has.</summary>
    private string Free(ImmutableArray<string> path, string wanted)
    {
        if (path.Length < 3 || NodeAt(path[..^2]) is not JsonArray entries) return wanted;
        var taken = entries.OfType<JsonObject>().Select(entry => entry[path[^1]] is JsonValue value && value.TryGetValue<string>(out var name) ? name : "").ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (wanted.Length > 60) wanted = wanted[..60];
        return taken.Contains(wanted) ? Enumerable.Range(2, taken.Count + 1).Select(number => string.Create(CultureInfo.InvariantCulture, $"{wanted}_{number}")).First(name => !taken.Contains(name)) : wanted;
    }

    /// <summary>What may stand in a field of a task's input, or of its fallback's.</summary>
    private ValueSchema? SchemaAt(ImmutableArray<string> path)
    {
        var holder = path is [_, _, "input", _, ..] ? 2 : path is [_, _, "on_error", "task", "input", _, ..] ? 4 : -1;
        if (holder < 0 || !catalog.TryGet(TextAt([.. path[..holder], "type"]) ?? "", out var type)) return null;
        var inside = path[(holder + 1)..].Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? Templates.PathSegment.At(index) : Templates.PathSegment.Member(name));
        return SchemaFit.Follow(type.Specification.Input, [.. inside]).Schema;
    }
}
