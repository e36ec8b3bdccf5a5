using System.Collections.Immutable;
using DataFlow.Engine;

namespace DataFlow.Web.Components.Executions;

/// <summary>What a change of many executions has come to so far.</summary>
/// <param name="Looked">Executions that were looked at.</param>
/// <param name="Changed">Of these, those that were changed, or of a dry run would be.</param>
/// <param name="Refused">How many stayed as they were.</param>
/// <param name="Reasons">The first of them, with why.</param>
/// <param name="More">Whether any are left.</param>
public sealed record BulkTally(int Looked, int Changed, int Refused, ImmutableArray<BulkRefusal> Reasons, bool More)
{
    /// <summary>So many reasons are kept: who reads a list is not helped by thousands.</summary>
    private const int MostReasons = 200;

    private static readonly BulkTally s_nothing = new(0, 0, 0, [], More: true);

    /// <summary>
    /// Changes what is chosen in steps, and tells after each what it has come to in all; ends with a refusal, or when none is left, or at <paramref name="most"/>.
    /// Who stops listening stops it between two steps: what was told is what was done.
    /// </summary>
    /// <param name="change">The engine's door.</param>
    /// <param name="request">All that is asked for; its limit is not looked at.</param>
    /// <param name="step">Executions in one step.</param>
    /// <param name="most">Executions in all.</param>
    public static async IAsyncEnumerable<Answer<BulkTally>> ChangeAsync(Func<BulkRequest, Task<Answer<BulkResult>>> change, BulkRequest request, int step, int most)
    {
        var tally = s_nothing;
        var (ids, filter) = (request.Ids, request.Filter);
        while (tally.More && tally.Looked < most)
        {
            var size = Math.Min(step, most - tally.Looked);
            var now = filter is null ? ids[..Math.Min(size, ids.Length)] : [];
            var answer = await change(request with { Ids = now, Filter = filter, Limit = size });
            if (!answer.IsOk)
            {
                yield return answer.Refusal;
                yield break;
            }
            if (filter is null) ids = ids[now.Length..];
            else filter = filter with { Cursor = answer.Value.NextCursor };
            tally = tally.Plus(answer.Value, filter is null ? ids.Length > 0 : answer.Value.More);
            yield return tally;
        }
    }

    /// <summary>Reasons with the executions they are true of, the most frequent first.</summary>
    public IEnumerable<(string Detail, ImmutableArray<string> Ids)> ByReason =>
        Reasons.GroupBy(refusal => refusal.Detail).Select(group => (group.Key, group.Select(refusal => refusal.ExecutionId).ToImmutableArray())).OrderByDescending(group => group.Item2.Length);

    private BulkTally Plus(BulkResult step, bool more) => new(
        Looked + step.Matched, Changed + step.Changed, Refused + step.Refused.Length, [.. Reasons.Concat(step.Refused).Take(MostReasons)], more);
}
