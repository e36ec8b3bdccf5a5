using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Text.Json;

namespace DataFlow.Engine.Workflows;

/// <summary>Collects problems, each once, and puts them into document order.</summary>
internal sealed class ProblemList : Collection<Problem>
{
    /// <summary>Beyond this nobody reads on; the order of what is kept is still the document's.</summary>
    public const int Kept = 3 * Problem.Most;

    private readonly HashSet<Problem> _known = [];

    public bool HasRoom => Count < Kept;

    public void Add(string pointer, string code, string detail, string? suggestion = null) =>
        Add(new Problem(pointer, code, suggestion is null ? detail : $"{detail} Did you mean '{suggestion}'?", suggestion));

    public ImmutableArray<Problem> InOrder(JsonElement? document) => document is { } root
        ? [.. this.Select(problem => (problem, Position: Position(root, problem.Pointer))).OrderBy(each => each.Position, Positions).Take(Problem.Most).Select(each => each.problem)]
        : [.. this.Take(Problem.Most)];

    protected override void InsertItem(int index, Problem item)
    {
        if (item.Pointer.Length > JsonPointer.Longest) item = item with { Pointer = JsonPointer.Shorten(item.Pointer) };
        if (HasRoom && _known.Add(item)) base.InsertItem(index, item);
    }

    private static Comparer<int[]> Positions { get; } = Comparer<int[]>.Create((left, right) => left.AsSpan().SequenceCompareTo(right));

    /// <summary>Where a pointer leads, as the ordinal of each member on the way; what is missing comes after what is there.</summary>
    private static int[] Position(JsonElement element, string pointer)
    {
        var segments = JsonPointer.Segments(pointer);
        var position = new int[segments.Length];
        for (var i = 0; i < segments.Length; i++)
        {
            position[i] = Ordinal(ref element, segments[i]);
            if (position[i] == int.MaxValue) return position[..(i + 1)];
        }

        return position;
    }

    private static int Ordinal(ref JsonElement element, string segment)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            if (!int.TryParse(segment, out var index) || index < 0 || index >= element.GetArrayLength()) return int.MaxValue;
            element = element[index];
            return index;
        }

        if (element.ValueKind != JsonValueKind.Object) return int.MaxValue;
        var ordinal = 0;
        foreach (var member in element.EnumerateObject())
        {
            if (member.NameEquals(segment))
            {
                element = member.Value;
                return ordinal;
            }

            ordinal++;
        }

        return int.MaxValue;
    }
}
