using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DataFlow.Engine.Workflows;

/// <summary>What an edit does.</summary>
public enum JsonEditKind
{
    /// <summary>Puts a value there; objects on the way are made, one past the end of a list appends.</summary>
    Set,

    /// <summary>Takes the member or the entry away.</summary>
    Remove,

    /// <summary>Gives the member another name; it keeps its value and its place.</summary>
    Rename,

    /// <summary>Moves the entry of a list to another position.</summary>
    Move,
}

/// <summary>One change to a document.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Pointer">Where, as <see cref="Problem.Pointer"/> has it.</param>
/// <param name="Value">For <see cref="JsonEditKind.Set"/>: the value.</param>
/// <param name="Name">For <see cref="JsonEditKind.Rename"/>: the new name.</param>
/// <param name="Index">For <see cref="JsonEditKind.Move"/>: the new position, counted with the entry gone.</param>
public sealed record JsonEdit(JsonEditKind Kind, string Pointer, JsonElement? Value = null, string? Name = null, int Index = 0);

/// <summary>A way out of a problem that needs no thought.</summary>
/// <param name="Label">What it does, for a button: <c>Rename 'title' to 'name'</c>.</param>
/// <param name="Edits">One after the other.</param>
public sealed record ProblemFix(string Label, ImmutableArray<JsonEdit> Edits)
{
    /// <summary>Changes a document. What is not there any more is left out.</summary>
    public void ApplyTo(JsonObject document)
    {
        ArgumentNullException.ThrowIfNull(document);
        foreach (var edit in Edits) Apply(document, edit);
    }

    private static void Apply(JsonObject document, JsonEdit edit)
    {
        var path = JsonPointer.Segments(edit.Pointer);
        if (path.IsEmpty || Holder(document, path, make: edit.Kind == JsonEditKind.Set) is not { } holder) return;
        switch (edit.Kind)
        {
            case JsonEditKind.Set:
                Put(holder, path[^1], edit.Value is { } value ? JsonNode.Parse(value.GetRawText()) : null);
                break;
            case JsonEditKind.Remove when holder is JsonObject members:
                members.Remove(path[^1]);
                break;
            case JsonEditKind.Remove when holder is JsonArray items && Index(path[^1]) is { } index && index < items.Count:
                items.RemoveAt(index);
                break;
            case JsonEditKind.Rename when holder is JsonObject members && members.IndexOf(path[^1]) is >= 0 and var at && !members.ContainsKey(edit.Name!):
                var renamed = members[path[^1]];
                members.RemoveAt(at);
                members.Insert(at, edit.Name!, renamed);
                break;
            case JsonEditKind.Move when holder is JsonArray items && Index(path[^1]) is { } from && from < items.Count:
                var moved = items[from];
                items.RemoveAt(from);
                items.Insert(Math.Clamp(edit.Index, 0, items.Count), moved);
                break;
        }
    }

    private static JsonNode? Holder(JsonObject document, ImmutableArray<string> path, bool make)
    {
        JsonNode? at = document;
        for (var i = 0; i < path.Length - 1 && at is not null; i++)
        {
            var next = Get(at, path[i]);
            if (next is null && make) Put(at, path[i], next = new JsonObject());
            at = next;
        }

        return at;
    }

    private static JsonNode? Get(JsonNode holder, string name) => holder switch
    {
        JsonObject members => members[name],
        JsonArray items when Index(name) is { } index && index < items.Count => items[index],
        _ => null,
    };

    private static void Put(JsonNode holder, string name, JsonNode? value)
    {
        if (holder is JsonObject members) members[name] = value;
        else if (holder is JsonArray items && Index(name) is { } index && index <= items.Count)
        {
            if (index < items.Count) items[index] = value;
            else items.Add(value);
        }
    }

    private static int? Index(string name) => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : null;
}
