using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Web.Components.Executions;

/// <summary>A page of rows kept true while executions change: a known row is replaced, a new one comes on top.</summary>
internal static class LiveRows
{
    /// <param name="rows">Newest first.</param>
    /// <param name="row">As it now stands; its name may be absent and is then kept.</param>
    /// <param name="admits">Whether it belongs; <c>null</c>: unknown, so it changes what is there and adds nothing.</param>
    /// <param name="most">Rows beyond this fall off when a new one comes.</param>
    public static ImmutableArray<ExecutionSummary> Merge(ImmutableArray<ExecutionSummary> rows, ExecutionSummary row, bool? admits, int most)
    {
        for (var i = 0; i < rows.Length; i++)
        {
            if (rows[i].Id != row.Id) continue;
            // A row that overtook another on its way here must not take the page back in time.
            if (rows[i].Sequence > row.Sequence) return rows;
            return admits is false ? rows.RemoveAt(i) : rows.SetItem(i, row with { WorkflowName = row.WorkflowName ?? rows[i].WorkflowName });
        }
        if (admits is not true) return rows;
        var at = 0;
        while (at < rows.Length && rows[at].CreatedAt > row.CreatedAt) at++;
        var grown = rows.Insert(at, row);
        return grown.Length > most ? grown.RemoveRange(most, grown.Length - most) : grown;
    }
}
