using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace DataFlow.Web.Components.Editor;

/// <summary>What became of a part of a definition.</summary>
public enum DiffKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It stands elsewhere in the list and is otherwise the same.</summary>
    Moved,

    /// <summary>Some of its members differ.</summary>
    Changed,
}

/// <summary>A difference.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="What">The ref of a task, or the name of a member of the definition.</param>
/// <param name="IsTask">Whether it is a task.</param>
/// <param name="Members">For a change: the members that differ, <c>input.url</c>.</param>
public sealed record DefinitionDifference(DiffKind Kind, string What, bool IsTask, ImmutableArray<string> Members);

/// <summary>Two definitions compared as a person would: member by member, task by task.</summary>
internal static class DefinitionDocumentDiff
{
    public static ImmutableArray<DefinitionDifference> Between(DefinitionDocument before, DefinitionDocument after)
    {
        var found = ImmutableArray.CreateBuilder<DefinitionDifference>();
        foreach (var name in before.Root.Select(member => member.Key).Union(after.Root.Select(member => member.Key)))
        {
            if (name == "tasks" || JsonNode.DeepEquals(before.Root[name], after.Root[name])) continue;
            found.Add(new DefinitionDifference(
                !before.Root.ContainsKey(name) ? DiffKind.Added : !after.Root.ContainsKey(name) ? DiffKind.Removed : DiffKind.Changed, name, IsTask: false, []));
        }
        var (old, now) = (Tasks(before), Tasks(after));
        var oldOrder = old.Keys.Where(now.ContainsKey).ToList();
        var newOrder = now.Keys.Where(old.ContainsKey).ToList();
        foreach (var (name, task) in now)
        {
            if (!old.TryGetValue(name, out var was)) found.Add(new DefinitionDifference(DiffKind.Added, name, IsTask: true, []));
            else if (!JsonNode.DeepEquals(was, task)) found.Add(new DefinitionDifference(DiffKind.Changed, name, IsTask: true, Members(was, task)));
            else if (oldOrder.IndexOf(name) != newOrder.IndexOf(name)) found.Add(new DefinitionDifference(DiffKind.Moved, name, IsTask: true, []));
        }
        foreach (var name in old.Keys.Where(name => !now.ContainsKey(name))) found.Add(new DefinitionDifference(DiffKind.Removed, name, IsTask: true, []));
        return found.ToImmutable();
    }

    private static OrderedDictionary<string, JsonObject> Tasks(DefinitionDocument document)
    {
        var tasks = new OrderedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var task in (document.Root["tasks"] as JsonArray ?? []).OfType<JsonObject>())
            if (DefinitionEdits.RefOf(task) is { } name) tasks.TryAdd(name, task);
        return tasks;
    }

    private static ImmutableArray<string> Members(JsonObject before, JsonObject after)
    {
        var members = ImmutableArray.CreateBuilder<string>();
        foreach (var name in before.Select(member => member.Key).Union(after.Select(member => member.Key)))
        {
            if (JsonNode.DeepEquals(before[name], after[name])) continue;
            if (name == "input" && before[name] is JsonObject was && after[name] is JsonObject now) members.AddRange(Members(was, now).Select(field => $"input.{field}"));
            else members.Add(name);
        }
        return members.ToImmutable();
    }
}
