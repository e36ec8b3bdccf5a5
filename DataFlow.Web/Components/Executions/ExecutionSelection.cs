using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Web.Components.Executions;

/// <summary>The executions somebody has chosen from a list that changes under them: some by id, or all that matched a filter at one moment.</summary>
public sealed record ExecutionSelection
{
    public static readonly ExecutionSelection None = new();

    /// <summary>Chosen one by one, as they last stood; they stay chosen when they leave the list.</summary>
    public ImmutableDictionary<string, ExecutionSummary> Rows { get; private init; } = ImmutableDictionary<string, ExecutionSummary>.Empty.WithComparers(StringComparer.Ordinal);

    /// <summary>All that this finds are chosen; it ends at the moment of the choice, so that what comes later is not among them. <c>null</c>: <see cref="Rows"/>.</summary>
    public ExecutionQuery? Matching { get; private init; }

    /// <summary>How many <see cref="Matching"/> found; <c>null</c>: more than were counted.</summary>
    public int? MatchingCount { get; private init; }

    /// <summary>Where a range begins: the row touched last.</summary>
    private string? Anchor { get; init; }

    public bool IsEmpty => Matching is null && Rows.IsEmpty;

    public bool Contains(ExecutionSummary row) => Matching is { } query ? row.CreatedAt < query.CreatedTo : Rows.ContainsKey(row.Id);

    public bool ContainsAll(ImmutableArray<ExecutionSummary> shown) => shown.Length > 0 && shown.All(Contains);

    /// <summary>How many are chosen and not in the list that is shown.</summary>
    public int CountElsewhere(ImmutableArray<ExecutionSummary> shown) => Matching is null ? Rows.Count - shown.Count(row => Rows.ContainsKey(row.Id)) : 0;

    /// <summary>Turns one row, or with <paramref name="range"/> all from the row touched before to what this one becomes.</summary>
    public ExecutionSelection Toggle(ImmutableArray<ExecutionSummary> shown, string id, bool range)
    {
        var at = IndexOf(shown, id);
        if (at < 0) return this;
        var from = range && Anchor is not null && IndexOf(shown, Anchor) is >= 0 and var anchor ? anchor : at;
        var touched = shown[Math.Min(from, at)..(Math.Max(from, at) + 1)];
        return With(shown, touched, !Contains(shown[at])) with { Anchor = id };
    }

    /// <summary>Chooses all that are shown, or none of them when all are chosen.</summary>
    public ExecutionSelection TogglePage(ImmutableArray<ExecutionSummary> shown) => With(shown, shown, !ContainsAll(shown));

    /// <summary>All that a query finds up to a moment.</summary>
    /// <param name="query">As the list shows it.</param>
    /// <param name="moment">What is accepted later is not chosen.</param>
    /// <param name="count">How many it found; <c>null</c>: more than were counted.</param>
    public static ExecutionSelection All(ExecutionQuery query, DateTimeOffset moment, int? count) => new() { Matching = query with { CreatedTo = moment, Cursor = null }, MatchingCount = count };

    /// <summary>What is chosen stays chosen; only how it stands is new.</summary>
    public ExecutionSelection Update(ExecutionSummary row) =>
        Rows.TryGetValue(row.Id, out var before) && before.Sequence <= row.Sequence ? this with { Rows = Rows.SetItem(row.Id, row with { WorkflowName = row.WorkflowName ?? before.WorkflowName }) } : this;

    /// <summary>Who touches a row of "all that match" goes back to rows that can be seen.</summary>
    private ExecutionSelection With(ImmutableArray<ExecutionSummary> shown, ImmutableArray<ExecutionSummary> touched, bool chosen)
    {
        var rows = Matching is null ? Rows : Rows.AddRange(shown.Where(Contains).Select(row => KeyValuePair.Create(row.Id, row)));
        rows = chosen ? rows.SetItems(touched.Select(row => KeyValuePair.Create(row.Id, row))) : rows.RemoveRange(touched.Select(row => row.Id));
        return this with { Rows = rows, Matching = null, MatchingCount = null };
    }

    private static int IndexOf(ImmutableArray<ExecutionSummary> shown, string id)
    {
        for (var i = 0; i < shown.Length; i++)
            if (shown[i].Id == id) return i;
        return -1;
    }
}
