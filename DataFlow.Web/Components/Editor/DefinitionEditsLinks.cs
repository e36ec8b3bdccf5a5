using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;

namespace DataFlow.Web.Components.Editor;

/// <summary>A task and what it waits for.</summary>
/// <param name="Index">Position in the list.</param>
/// <param name="Ref">Its name; empty: none yet.</param>
/// <param name="DependsOn">The names, as written or as the order of the list implies.</param>
/// <param name="IsImplied">Whether the order of the list says so, not <c>depends_on</c>.</param>
/// <param name="Key">What the editor calls it: the ref, or <c>#2</c>, its position, where it has none or another has it already.</param>
internal sealed record TaskLink(int Index, string Ref, ImmutableArray<string> DependsOn, bool IsImplied, string Key);

/// <summary>Which task waits for which in a definition that may be half written.</summary>
internal sealed class TaskLinks
{
    private readonly Dictionary<string, TaskLink> byRef = new(StringComparer.Ordinal);

    private TaskLinks(ImmutableArray<TaskLink> tasks)
    {
        Tasks = tasks;
        foreach (var task in tasks) byRef[task.Key] = task;
    }

    /// <summary>In the order of the list.</summary>
    public ImmutableArray<TaskLink> Tasks { get; }

    public static TaskLinks Of(DefinitionDocument document)
    {
        var items = document.Root["tasks"] as JsonArray ?? [];
        var links = ImmutableArray.CreateBuilder<TaskLink>(items.Count);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var task = items[i] as JsonObject;
            var named = task?["depends_on"] as JsonArray;
            ImmutableArray<string> before = named is not null ? [.. named.Select(DefinitionEdits.TextOf).OfType<string>()] : i == 0 ? [] : [links[i - 1].Ref];
            var name = DefinitionEdits.RefOf(task) ?? "";
            var isUsable = name.Length > 0 && name[0] != '#' && taken.Add(name);
            links.Add(new TaskLink(i, name, before, named is null, isUsable ? name : string.Create(CultureInfo.InvariantCulture, $"#{i}")));
        }
        return new TaskLinks(links.MoveToImmutable());
    }

    public TaskLink? Find(string taskRef) => taskRef.Length == 0 ? null : byRef.GetValueOrDefault(taskRef);

    /// <summary>The keys of what a task waits for, as far as it is there. By the order of the list that may be a task that nothing can call.</summary>
    public IEnumerable<string> Before(TaskLink task) =>
        !task.IsImplied ? task.DependsOn.Where(name => Find(name) is { Ref.Length: > 0 }).Distinct() : task.Index > 0 ? [Tasks[task.Index - 1].Key] : [];

    /// <summary>Whether <paramref name="task"/> waits, over any number of others, for <paramref name="other"/>.</summary>
    public bool ComesAfter(string task, string other)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([task]);
        while (open.TryPop(out var name))
        {
            if (Find(name) is not { } link) continue;
            foreach (var before in link.DependsOn)
            {
                if (before == other) return true;
                if (seen.Add(before)) open.Push(before);
            }
        }
        return false;
    }
}
