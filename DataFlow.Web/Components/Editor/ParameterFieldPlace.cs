using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Web.Components.Editor;

/// <summary>
/// Where a value stands in a definition. Tasks are named by their ref, not by their position: an edit that is applied later must find the same task.
/// </summary>
/// <param name="Task">The ref of the task, or its key where that says no more than a position; <c>null</c>: the path starts at the document.</param>
/// <param name="Path">Member names and array positions.</param>
public sealed record ParameterFieldPlace(string? Task, ImmutableArray<string> Path)
{
    /// <summary>A place in the document itself.</summary>
    public static ParameterFieldPlace Of(params string[] path) => new(null, [.. path]);

    /// <summary>A place in a task.</summary>
    public static ParameterFieldPlace OfTask(string taskRef, params string[] path) => new(taskRef, [.. path]);

    /// <summary>A place inside this one.</summary>
    public ParameterFieldPlace Inside(string name) => this with { Path = Path.Add(name) };

    /// <summary>A place inside this array.</summary>
    public ParameterFieldPlace Inside(int index) => Inside(index.ToString(CultureInfo.InvariantCulture));

    /// <summary>Its name as part of an element's id, without blanks.</summary>
    public string Id => string.Concat(string.Join('-', Path).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_'));

    /// <summary>The pointer that problems have for it.</summary>
    public string Pointer(DefinitionDocument document)
    {
        var root = JsonPointer.Root;
        if (Task is not null) root = JsonPointer.Append(JsonPointer.Append(root, "tasks"), Math.Max(0, Position(document)));
        return Path.Aggregate(root, JsonPointer.Append);
    }

    /// <summary>Where the task stands in the list; -1: there is none.</summary>
    public int Position(DefinitionDocument document)
    {
        if (Task is not null && document.Root["tasks"] is JsonArray tasks)
            return Position(tasks, Task);
        return -1;
    }

    private static int Position(JsonArray tasks, string key)
    {
        if (DefinitionEdits.PositionIn(key) is >= 0 and var position) return position < tasks.Count ? position : -1;
        for (var i = 0; i < tasks.Count; i++)
            if (RefOf(tasks[i]) == key) return i;
        return -1;
    }

    /// <summary>The value there, and whether there is one: a JSON null is one.</summary>
    public (bool Exists, JsonNode? Node) Find(DefinitionDocument document)
    {
        var at = Start(document.Root);
        if (at is null) return (false, null);
        foreach (var name in Path)
        {
            switch (at)
            {
                case JsonObject members when members.ContainsKey(name):
                    at = members[name];
                    break;
                case JsonArray items when Index(name) is { } index && index < items.Count:
                    at = items[index];
                    break;
                default:
                    return (false, null);
            }
        }

        return (true, at);
    }

    /// <summary>The document with a value there; objects on the way are made.</summary>
    public DefinitionDocument Set(DefinitionDocument document, JsonNode? value) => Change(document, (holder, name) => Put(holder, name, value?.DeepClone()));

    /// <summary>The document without a value there, and without the objects that have become empty by it.</summary>
    public DefinitionDocument Remove(DefinitionDocument document) => !Find(document).Exists ? document : document.With(root =>
    {
        for (var length = Path.Length; length > 0; length--)
        {
            var holder = Holder(root, length - 1);
            if (holder is JsonObject members) members.Remove(Path[length - 1]);
            else if (holder is JsonArray items && Index(Path[length - 1]) is { } index && index < items.Count) items.RemoveAt(index);

            // An entry of a list stays, however empty: it is the user's to remove.
            if (holder is not (JsonObject { Count: 0 } or JsonArray { Count: 0 }) || length < 2 || Holder(root, length - 2) is not JsonObject) return;
        }
    });

    /// <summary>The document with an entry more at the end of the list there.</summary>
    public DefinitionDocument Append(DefinitionDocument document, JsonNode? entry) =>
        Set(document, Find(document).Node is JsonArray items ? new JsonArray([.. items.Select(item => item?.DeepClone()), entry?.DeepClone()]) : new JsonArray(entry?.DeepClone()));

    /// <summary>The document with this entry of a list moved up or down.</summary>
    public DefinitionDocument Move(DefinitionDocument document, int by) => document.With(root =>
    {
        if (Holder(root, Path.Length - 1) is not JsonArray items || Index(Path[^1]) is not { } from || from >= items.Count || from + by < 0 || from + by >= items.Count) return;
        var moved = items[from];
        items.RemoveAt(from);
        items.Insert(from + by, moved);
    });

    private DefinitionDocument Change(DefinitionDocument document, Action<JsonNode, string> change) => document.With(root =>
    {
        if (Start(root) is null) return;
        for (var length = 1; length < Path.Length; length++)
            if (Holder(root, length - 1) is { } above && Get(above, Path[length - 1]) is not (JsonObject or JsonArray))
                Put(above, Path[length - 1], new JsonObject());
        if (Holder(root, Path.Length - 1) is { } holder) change(holder, Path[^1]);
    });

    private JsonNode? Holder(JsonObject root, int length)
    {
        var at = Start(root);
        for (var i = 0; i < length && at is not null; i++) at = Get(at, Path[i]);
        return at;
    }

    private JsonNode? Start(JsonObject root) =>
        Task is null ? root : root["tasks"] is JsonArray tasks && Position(tasks, Task) is >= 0 and var index ? tasks[index] : null;

    private static string? RefOf(JsonNode? task) => task is JsonObject members && members["ref"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static JsonNode? Get(JsonNode holder, string name) => holder switch
    {
        JsonObject members => members[name],
        JsonArray items when Index(name) is { } index && index < items.Count => items[index],
        _ => null,
    };

    private static void Put(JsonNode holder, string name, JsonNode? value)
    {
        if (holder is JsonObject members) members[name] = value;
        else if (holder is JsonArray items && Index(name) is { } index && index < items.Count) items[index] = value;
    }

    private static int? Index(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
