using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace DataFlow.Web.Components.Editor;

/// <summary>Whose part is taken where two changed the same.</summary>
public enum MergeSide
{
    /// <summary>What was saved meanwhile.</summary>
    Theirs,

    /// <summary>What is in the editor.</summary>
    Mine,

    /// <summary>Theirs, and mine under another name beside it.</summary>
    Both,
}

/// <summary>Something that both changed, each in another way.</summary>
/// <param name="Key">Names it among the conflicts: <c>tasks/extract</c>, <c>name</c>.</param>
/// <param name="List"><c>tasks</c>, <c>input</c>, <c>output</c>; <c>null</c>: a member of the workflow.</param>
/// <param name="Name">The ref or the name; <c>order</c> for the order of a list.</param>
/// <param name="Members">What of it both changed; empty: all of it.</param>
/// <param name="Theirs">Theirs; <c>null</c>: they took it out.</param>
/// <param name="Mine">Mine; <c>null</c>: I took it out.</param>
/// <param name="CanBeBoth">Whether both can stand beside each other.</param>
public sealed record MergeConflict(string Key, string? List, string Name, ImmutableArray<string> Members, JsonNode? Theirs, JsonNode? Mine, bool CanBeBoth);

/// <summary>Two definitions that came from one, as one again. What only one side changed merges itself; only the rest needs a choice. Pure.</summary>
public sealed class DefinitionMerge
{
    private static readonly ImmutableArray<(string List, string Name)> s_lists = [("input", "name"), ("tasks", "ref"), ("output", "name")];

    private readonly DefinitionDocument origin, theirs, mine;

    private DefinitionMerge(DefinitionDocument origin, DefinitionDocument theirs, DefinitionDocument mine)
    {
        (this.origin, this.theirs, this.mine) = (origin, theirs, mine);
        var conflicts = ImmutableArray.CreateBuilder<MergeConflict>();
        Build(new MergeChoices(new Dictionary<string, MergeSide>(), conflicts));
        Conflicts = conflicts.ToImmutable();
        TheirDifferences = DefinitionDocumentDiff.Between(origin, theirs);
        MyDifferences = DefinitionDocumentDiff.Between(origin, mine);
    }

    /// <summary>What needs a choice.</summary>
    public ImmutableArray<MergeConflict> Conflicts { get; }

    /// <summary>What they changed.</summary>
    public ImmutableArray<DefinitionDifference> TheirDifferences { get; }

    /// <summary>What was changed here.</summary>
    public ImmutableArray<DefinitionDifference> MyDifferences { get; }

    /// <param name="origin">What both began with.</param>
    /// <param name="theirs">What was saved meanwhile.</param>
    /// <param name="mine">What is in the editor.</param>
    public static DefinitionMerge Of(DefinitionDocument origin, DefinitionDocument theirs, DefinitionDocument mine) => new(origin, theirs, mine);

    /// <summary>The one definition. Where nothing was chosen mine stands.</summary>
    public DefinitionDocument Result(IReadOnlyDictionary<string, MergeSide> choices) => Build(new MergeChoices(choices, null));

    private DefinitionDocument Build(MergeChoices choices) => mine.With(root =>
    {
        var (b, t, m) = (origin.Root, theirs.Root, mine.Root);
        foreach (var name in m.Select(member => member.Key).Concat(t.Select(member => member.Key)).Concat(b.Select(member => member.Key)).Distinct().ToList())
        {
            var merged = s_lists.FirstOrDefault(list => list.List == name) is { List: not null } list && MergeList.Of(list.List, list.Name, b[name], t[name], m[name]) is { } entries
                ? IsThere(entries.Merge(choices), b.ContainsKey(name), t.ContainsKey(name), m.ContainsKey(name))
                : choices.Decide(name, null, name, MergePart.Of(b, name), MergePart.Of(t, name), MergePart.Of(m, name), canBeBoth: false).Part;
            if (merged.Exists) root[name] = merged.Node?.DeepClone();
            else root.Remove(name);
        }
    });

    /// <summary>An empty list and none are two things, and who wrote or took out the list decides.</summary>
    private static MergePart IsThere(MergePart merged, bool inOrigin, bool inTheirs, bool inMine) =>
        merged.Node is JsonArray { Count: > 0 } || (inTheirs == inOrigin ? inMine : inTheirs) ? merged : MergePart.None;
}
