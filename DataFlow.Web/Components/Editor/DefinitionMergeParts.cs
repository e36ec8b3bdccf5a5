using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace DataFlow.Web.Components.Editor;

/// <summary>A member or an entry, or that there is none.</summary>
internal readonly record struct MergePart(bool Exists, JsonNode? Node)
{
    public static MergePart None => default;

    public static MergePart Of(JsonObject holder, string name) => holder.TryGetPropertyValue(name, out var node) ? new(true, node) : None;

    public bool IsAs(MergePart other) => Exists == other.Exists && JsonNode.DeepEquals(Node, other.Node);
}

/// <summary>Decides part by part: what only one side changed is taken; where both did, what was chosen.</summary>
internal sealed class MergeChoices(IReadOnlyDictionary<string, MergeSide> chosen, ImmutableArray<MergeConflict>.Builder? conflicts)
{
    public MergeSide SideOf(string key) => chosen.GetValueOrDefault(key, MergeSide.Mine);

    /// <summary>The part, and mine where both are to stand.</summary>
    public (MergePart Part, MergePart Beside) Decide(string key, string? list, string name, MergePart origin, MergePart theirs, MergePart mine, bool canBeBoth)
    {
        if (theirs.IsAs(mine) || mine.IsAs(origin)) return (theirs, default);
        if (theirs.IsAs(origin)) return (mine, default);
        var side = SideOf(key);
        var members = ImmutableArray<string>.Empty;
        var merged = mine;
        if ((origin.Node, theirs.Node, mine.Node) is (JsonObject from, JsonObject their, JsonObject my))
        {
            var both = ImmutableArray.CreateBuilder<string>();
            merged = new(true, Inside(from, their, my, "", side == MergeSide.Mine, both));
            // Members that only one of the two changed merge themselves, and so may all of them.
            if (both.Count == 0) return (merged, default);
            members = both.ToImmutable();
        }

        Report(new MergeConflict(key, list, name, members, theirs.Exists ? theirs.Node?.DeepClone() : null, mine.Exists ? mine.Node?.DeepClone() : null, canBeBoth && theirs.Exists && mine.Exists));
        return side switch
        {
            MergeSide.Both when canBeBoth && theirs.Exists && mine.Exists => (theirs, mine),
            MergeSide.Mine => (merged, default),
            _ => members.IsEmpty ? (theirs, default) : (merged, default),
        };
    }

    public void Report(MergeConflict conflict) => conflicts?.Add(conflict);

    private static JsonObject Inside(JsonObject origin, JsonObject theirs, JsonObject mine, string path, bool takeMine, ImmutableArray<string>.Builder both)
    {
        var merged = new JsonObject();
        foreach (var name in mine.Select(member => member.Key).Concat(theirs.Select(member => member.Key)).Distinct())
        {
            var (b, t, m) = (MergePart.Of(origin, name), MergePart.Of(theirs, name), MergePart.Of(mine, name));
            var part = t.IsAs(m) || m.IsAs(b) ? t : t.IsAs(b) ? m : Both(b, t, m, name);
            if (part.Exists) merged[name] = part.Node?.DeepClone();
        }

        return merged;

        MergePart Both(MergePart b, MergePart t, MergePart m, string name)
        {
            if ((b.Node, t.Node, m.Node) is (JsonObject from, JsonObject their, JsonObject my)) return new(true, Inside(from, their, my, $"{path}{name}.", takeMine, both));
            both.Add(path + name);
            return takeMine ? m : t;
        }
    }
}

/// <summary>A list whose entries have names.</summary>
internal sealed class MergeList(string list, string member, OrderedDictionary<string, JsonNode> origin, OrderedDictionary<string, JsonNode> theirs, OrderedDictionary<string, JsonNode> mine)
{
    /// <summary><c>null</c>: it is no list of named entries on every side, and can only be taken as a whole.</summary>
    public static MergeList? Of(string list, string member, JsonNode? origin, JsonNode? theirs, JsonNode? mine) =>
        Read(origin, member) is { } b && Read(theirs, member) is { } t && Read(mine, member) is { } m ? new MergeList(list, member, b, t, m) : null;

    public MergePart Merge(MergeChoices choices)
    {
        var kept = new Dictionary<string, JsonNode>(StringComparer.Ordinal);
        var beside = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var name in theirs.Keys.Concat(mine.Keys).Concat(origin.Keys).Distinct())
        {
            var (part, other) = choices.Decide($"{list}/{name}", list, name, At(origin, name), At(theirs, name), At(mine, name), canBeBoth: true);
            if (part is { Exists: true, Node: { } node }) kept[name] = node;
            if (other.Node is JsonObject second) beside[name] = (JsonObject)second.DeepClone();
        }

        var taken = kept.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        var merged = new JsonArray();
        foreach (var name in Order(choices, kept))
        {
            merged.Add(kept[name].DeepClone());
            if (!beside.TryGetValue(name, out var second)) continue;
            var free = Enumerable.Range(2, int.MaxValue - 2).Select(number => FormattableString.Invariant($"{(name.Length > 58 ? name[..58] : name)}_{number}")).First(taken.Add);
            second[member] = free;
            merged.Add(second);
        }

        return new(true, merged);
    }

    private List<string> Order(MergeChoices choices, Dictionary<string, JsonNode> kept)
    {
        var mineFirst = true;
        var (moved, iMoved) = (IsReordered(theirs), IsReordered(mine));
        if (moved && !iMoved) mineFirst = false;
        else if (moved && !Common(theirs, mine).SequenceEqual(Common(mine, theirs)))
        {
            choices.Report(new MergeConflict($"{list}/", list, "order", [], new JsonArray([.. theirs.Keys.Select(name => (JsonNode)name)]), new JsonArray([.. mine.Keys.Select(name => (JsonNode)name)]), CanBeBoth: false));
            mineFirst = choices.SideOf($"{list}/") == MergeSide.Mine;
        }

        var (first, second) = mineFirst ? (mine.Keys, theirs.Keys) : (theirs.Keys, mine.Keys);
        var order = first.Where(kept.ContainsKey).ToList();
        var before = -1;
        foreach (var name in second.Where(kept.ContainsKey))
        {
            var at = order.IndexOf(name);
            if (at < 0) order.Insert(at = before + 1, name);
            before = at;
        }

        return order;
    }

    private bool IsReordered(OrderedDictionary<string, JsonNode> side) => !Common(origin, side).SequenceEqual(Common(side, origin));

    private static IEnumerable<string> Common(OrderedDictionary<string, JsonNode> order, OrderedDictionary<string, JsonNode> with) => order.Keys.Where(with.ContainsKey);

    private static MergePart At(OrderedDictionary<string, JsonNode> side, string name) => side.TryGetValue(name, out var node) ? new(true, node) : MergePart.None;

    private static OrderedDictionary<string, JsonNode>? Read(JsonNode? node, string member)
    {
        var entries = new OrderedDictionary<string, JsonNode>(StringComparer.Ordinal);
        if (node is null) return entries;
        if (node is not JsonArray items) return null;
        foreach (var item in items)
            if (item is not JsonObject entry || DefinitionEdits.TextOf(entry[member]) is not { Length: > 0 } name || !entries.TryAdd(name, entry)) return null;
        return entries;
    }
}
