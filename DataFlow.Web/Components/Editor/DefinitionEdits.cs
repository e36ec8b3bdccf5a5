using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine;

namespace DataFlow.Web.Components.Editor;

/// <summary>What the editor does to a definition, whoever asks: canvas, outline, keyboard. Pure; a task that is not there changes nothing.</summary>
internal static partial class DefinitionEdits
{
    /// <summary>The names of the tasks, in order; the empty string stands for one that has none.</summary>
    public static ImmutableArray<string> Refs(DefinitionDocument document) => [.. Items(document).Select(item => RefOf(item as JsonObject) ?? "")];

    /// <summary>What the editor calls each task: its ref, or <c>#2</c>, its position, where it has none or another has it already.</summary>
    public static ImmutableArray<string> Keys(DefinitionDocument document) => [.. TaskLinks.Of(document).Tasks.Select(task => task.Key)];

    /// <summary>The position that a key such as <c>#2</c> says, or -1.</summary>
    public static int PositionIn(string key) => key.StartsWith('#') && int.TryParse(key.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : -1;

    /// <summary>A key as people read it.</summary>
    public static string WordOf(string key) => PositionIn(key) is >= 0 and var index ? string.Create(CultureInfo.InvariantCulture, $"task {index + 1}") : key;

    /// <summary>Position of a task by its ref or key, or -1.</summary>
    public static int IndexOf(DefinitionDocument document, string taskRef) => TaskLinks.Of(document).Find(taskRef)?.Index ?? -1;

    /// <summary>The wanted name, or the first of <c>wanted_2</c>, <c>wanted_3</c>, … that is free.</summary>
    public static string FreeRef(DefinitionDocument document, string wanted) => Free(wanted, new(Refs(document), StringComparer.OrdinalIgnoreCase));

    /// <summary>Puts a task at a position of the list; what followed by the order of the list now follows it.</summary>
    public static DefinitionDocument InsertTask(DefinitionDocument document, JsonObject task, int index) => document.With(root =>
    {
        var list = ListIn(root);
        list.Insert(Math.Clamp(index, 0, list.Count), task.DeepClone());
    });

    /// <summary>Puts a task after another: between it and what follows it by the order of the list.</summary>
    public static DefinitionDocument InsertAfter(DefinitionDocument document, JsonObject task, string afterRef) =>
        InsertTask(document, task, IndexOf(document, afterRef) is >= 0 and var index ? index + 1 : int.MaxValue);

    /// <summary>Puts a task on an edge. No <paramref name="from"/>: before <paramref name="to"/>; no <paramref name="to"/>: behind <paramref name="from"/>.</summary>
    public static DefinitionDocument InsertOnEdge(DefinitionDocument document, JsonObject task, string? from, string? to)
    {
        if (to is null || TaskLinks.Of(document).Find(to) is not { } target) return from is null ? InsertTask(document, task, int.MaxValue) : InsertAfter(document, task, from);
        return document.With(root =>
        {
            var list = ListIn(root);
            var added = (JsonObject)task.DeepClone();
            list.Insert(target.Index, added);
            if (target.IsImplied) return;
            // A target that names what it waits for is not moved by the order of the list: both ends are named.
            if (from is not null || target.Index > 0) added["depends_on"] = Names(from is null ? [] : [from]);
            var waits = target.DependsOn.Select(name => name == from ? RefOf(added)! : name);
            ((JsonObject)list[target.Index + 1]!)["depends_on"] = Names(from is null ? [.. target.DependsOn, RefOf(added)!] : waits);
        });
    }

    /// <summary>
    /// Moves a task in the list. One that follows the order of the list takes its new place in it; one that names what it waits for only changes
    /// where it is written, and nothing else waits for something else by that.
    /// </summary>
    public static DefinitionDocument MoveTask(DefinitionDocument document, string taskRef, int index)
    {
        var links = TaskLinks.Of(document);
        if (links.Find(taskRef) is not { } moved) return document;
        index = Math.Clamp(index, 0, links.Tasks.Length - 1);
        if (index == moved.Index) return document;
        return document.With(root =>
        {
            var list = ListIn(root);
            var task = list[moved.Index]!;
            if (task is JsonObject written && written.ContainsKey("depends_on")) KeepNeighbours(list, links, moved.Index, index);
            list.RemoveAt(moved.Index);
            list.Insert(index, task);
        });
    }

    /// <summary>Takes a task out of its place and puts it on an edge.</summary>
    public static DefinitionDocument MoveToEdge(DefinitionDocument document, string taskRef, string? from, string? to)
    {
        if (taskRef == from || taskRef == to || TaskLinks.Of(document).Find(taskRef) is not { } moved) return document;
        var task = (JsonObject)Items(document)[moved.Index]!.DeepClone();
        task.Remove("depends_on");
        return InsertOnEdge(Take(document, [taskRef]), task, Left(from), Left(to));

        // What goes by its place moves up when a task before it is taken out.
        string? Left(string? key) => key is not null && PositionIn(key) is >= 0 and var at && at > moved.Index ? string.Create(CultureInfo.InvariantCulture, $"#{at - 1}") : key;
    }

    /// <summary>Takes tasks away; what waited for them waits for what they waited for. Says which expressions elsewhere read what is gone.</summary>
    public static (DefinitionDocument Document, ImmutableArray<TaskReference> Broken) RemoveTasks(DefinitionDocument document, IReadOnlyCollection<string> refs)
    {
        var left = Take(document, refs);
        return (left, [.. References(left).Where(reference => refs.Contains(reference.TaskRef) && IndexOf(left, reference.TaskRef) < 0)]);
    }

    /// <summary>The tasks as text for the clipboard: a JSON array, in the order of the list.</summary>
    public static string CopyTasks(DefinitionDocument document, IReadOnlyCollection<string> refs) =>
        new JsonArray([.. Keys(document).Zip(Items(document)).Where(task => task.Second is JsonObject && refs.Contains(task.First)).Select(task => task.Second!.DeepClone())]).ToJsonString(Indented);

    /// <summary>Copies of tasks behind the last of them; references between them lead to the copies.</summary>
    public static (DefinitionDocument Document, ImmutableArray<string> Added) DuplicateTasks(DefinitionDocument document, IReadOnlyCollection<string> refs)
    {
        var last = refs.Count == 0 ? -1 : refs.Max(name => IndexOf(document, name));
        return last < 0 ? (document, []) : PasteTasks(document, CopyTasks(document, refs), last + 1) ?? (document, []);
    }

    /// <summary>
    /// Tasks from text: one task, an array, or a definition with <c>tasks</c>. Taken names get a number, references between the pasted follow.
    /// <c>null</c>: the text holds no task.
    /// </summary>
    public static (DefinitionDocument Document, ImmutableArray<string> Added)? PasteTasks(DefinitionDocument document, string json, int index)
    {
        if (ReadTasks(json) is not { Count: > 0 } pasted) return null;
        HashSet<string> taken = new(Refs(document), StringComparer.OrdinalIgnoreCase);
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        var added = ImmutableArray.CreateBuilder<string>();
        foreach (var task in pasted)
        {
            var old = RefOf(task) ?? "task";
            var free = Free(old, taken);
            taken.Add(free);
            renamed[old] = free;
            added.Add(free);
        }
        for (var i = 0; i < pasted.Count; i++)
        {
            RenameIn(pasted[i], name => renamed.GetValueOrDefault(name));
            pasted[i]["ref"] = added[i];
            if (pasted[i]["depends_on"] is JsonArray names)
                pasted[i]["depends_on"] = Names(names.Select(TextOf).OfType<string>().Where(taken.Contains));
        }
        var result = document.With(root =>
        {
            var list = ListIn(root);
            var at = Math.Clamp(index, 0, list.Count);
            foreach (var task in pasted) list.Insert(at++, task);
        });
        return (result, added.ToImmutable());
    }

    /// <summary>Makes a task wait for another as well; what it waited for by the order of the list is named now, so that it stays.</summary>
    public static DefinitionDocument Connect(DefinitionDocument document, string from, string to)
    {
        var links = TaskLinks.Of(document);
        if (from == to || links.Find(from) is not { Ref.Length: > 0 } source || links.Find(to) is not { } target || target.DependsOn.Contains(source.Ref)) return document;
        return SetDependsOn(document, target, [.. target.DependsOn, source.Ref]);
    }

    /// <summary>Whether <see cref="Connect"/> would make a task wait for itself.</summary>
    public static bool MakesCircle(DefinitionDocument document, string from, string to) => from == to || TaskLinks.Of(document).ComesAfter(from, to);

    /// <summary>Makes a task no longer wait for another; what is left is named, be it nothing.</summary>
    public static DefinitionDocument Disconnect(DefinitionDocument document, string from, string to)
    {
        var links = TaskLinks.Of(document);
        if (links.Find(to) is not { } target) return document;
        if (target.IsImplied) return links.Before(target).Contains(from) ? SetDependsOn(document, target, []) : document;
        return target.DependsOn.Contains(from) ? SetDependsOn(document, target, target.DependsOn.Remove(from)) : document;
    }

    /// <summary>Sets a member of the tree, or removes it; what is missing on the way is made. Array positions on the way must exist.</summary>
    public static DefinitionDocument SetMember(DefinitionDocument document, JsonNode? value, params ReadOnlySpan<object> path)
    {
        var steps = path.ToArray();
        return document.With(root =>
        {
            JsonNode at = root;
            foreach (var step in steps[..^1])
            {
                var next = step is int index ? at.AsArray()[index] : at[(string)step];
                if (next is null) at[(string)step] = next = new JsonObject();
                at = next;
            }
            if (steps[^1] is int item) at.AsArray()[item] = value?.DeepClone();
            else if (value is null) at.AsObject().Remove((string)steps[^1]);
            else at[(string)steps[^1]] = value.DeepClone();
        });
    }

    private static readonly JsonSerializerOptions Indented = new(EngineJson.Options) { WriteIndented = true };

    private static DefinitionDocument SetDependsOn(DefinitionDocument document, TaskLink task, ImmutableArray<string> names) =>
        document.With(root => ((JsonObject)ListIn(root)[task.Index]!)["depends_on"] = Names(names));

    private static DefinitionDocument Take(DefinitionDocument document, IReadOnlyCollection<string> refs)
    {
        // From the end, where positions count: what is taken moves what follows.
        foreach (var name in refs.Any(name => PositionIn(name) >= 0) ? [.. refs.OrderByDescending(name => IndexOf(document, name))] : refs)
        {
            var links = TaskLinks.Of(document);
            if (links.Find(name) is not { } gone) continue;
            document = document.With(root =>
            {
                var list = ListIn(root);
                foreach (var waiting in links.Tasks.Where(task => task.Index != gone.Index && task.DependsOn.Contains(name)))
                {
                    var before = gone.Index > 0 ? links.Tasks[gone.Index - 1].Ref : null;
                    var followsItself = waiting.IsImplied && gone.DependsOn.SequenceEqual(before is null ? [] : [before]);
                    if (followsItself) continue;
                    ((JsonObject)list[waiting.Index]!)["depends_on"] = Names(waiting.DependsOn.SelectMany(each => each == name ? gone.DependsOn : [each]).Distinct());
                }
                list.RemoveAt(gone.Index);
            });
        }
        return document;
    }

    /// <summary>Those that follow by the order of the list where a task leaves and where it comes are told by name what they wait for.</summary>
    private static void KeepNeighbours(JsonArray list, TaskLinks links, int from, int to)
    {
        var comesBefore = to > from ? to + 1 : to;
        foreach (var index in new[] { from + 1, comesBefore }.Distinct())
        {
            if (index < links.Tasks.Length && links.Tasks[index] is { IsImplied: true } follower)
                ((JsonObject)list[index]!)["depends_on"] = Names(follower.DependsOn);
        }
    }

    private static string Free(string wanted, HashSet<string> taken)
    {
        if (!taken.Contains(wanted)) return wanted;
        var stem = wanted.TrimEnd("0123456789".ToCharArray()).TrimEnd('_') is { Length: > 0 } bare ? bare : wanted;
        if (stem.Length > 58) stem = stem[..58];
        return Enumerable.Range(2, int.MaxValue - 2).Select(number => $"{stem}_{number}").First(name => !taken.Contains(name));
    }

    private static List<JsonObject>? ReadTasks(string json)
    {
        try
        {
            var node = JsonNode.Parse(json, documentOptions: EngineJson.DocumentOptions);
            var items = node switch
            {
                JsonArray array => array,
                JsonObject whole when whole["tasks"] is JsonArray tasks => tasks,
                JsonObject task => new JsonArray(task.DeepClone()),
                _ => [],
            };
            return items.All(item => item is JsonObject task && TextOf(task["type"]) is not null) ? [.. items.Select(item => (JsonObject)item!.DeepClone())] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonArray Items(DefinitionDocument document) => document.Root["tasks"] as JsonArray ?? [];

    private static IEnumerable<JsonObject> TaskObjects(JsonObject root) => (root["tasks"] as JsonArray ?? []).OfType<JsonObject>();

    private static JsonArray ListIn(JsonObject root)
    {
        if (root["tasks"] is JsonArray list) return list;
        list = [];
        root["tasks"] = list;
        return list;
    }

    private static JsonArray Names(IEnumerable<string> names) => new([.. names.Distinct().Select(name => (JsonNode)name)]);

    internal static string? RefOf(JsonObject? task) => TextOf(task?["ref"]);

    internal static string? TextOf(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
