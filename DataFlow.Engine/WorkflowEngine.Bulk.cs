using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine;

/// <summary>Many executions at once.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>So many are changed at a time: enough for the writer to commit them together, too few to hold up others.</summary>
    private const int BulkWidth = 8;

    private const int LongestListPage = 100;

    private static readonly ImmutableArray<ExecutionStatus> Unended = [ExecutionStatus.Pending, ExecutionStatus.Running];
    private static readonly ImmutableArray<ExecutionStatus> Ended = [ExecutionStatus.Completed, ExecutionStatus.Failed, ExecutionStatus.Cancelled];

    /// <summary>
    /// Cancels, replays or deletes many executions, each as the single operation does and committed before it is counted. Which ones is settled before the first is changed.
    /// Cancelled: no further one is begun, and what was changed stays so. Not found when the filter names an unknown workflow.
    /// </summary>
    public async Task<Answer<BulkResult>> BulkAsync(BulkRequest request, CancellationToken cancellationToken)
    {
        var chosen = await ChosenAsync(request, cancellationToken);
        if (!chosen.IsOk) return chosen.Refusal;
        var (ids, more, cursor) = chosen.Value;
        // Each has its own place: refusals are told in the order of the executions, whichever was done first.
        var refusals = new Refusal?[ids.Length];
        await Parallel.ForAsync(0, ids.Length, new ParallelOptions { MaxDegreeOfParallelism = BulkWidth, CancellationToken = cancellationToken }, async (i, stop) =>
            refusals[i] = request.DryRun ? await WouldRefuseAsync(request.Action, ids[i], stop) : await ChangeAsync(request, ids[i], stop));
        ImmutableArray<BulkRefusal> refused = [.. ids.Zip(refusals).Where(pair => pair.Second is not null).Select(pair => new BulkRefusal(pair.First, pair.Second!.Code, pair.Second.Detail))];
        return new BulkResult(ids.Length, ids.Length - refused.Length, refused, more, cursor);
    }

    private sealed record ChosenExecutions(ImmutableArray<string> Ids, bool More, string? Cursor);

    private async Task<Answer<ChosenExecutions>> ChosenAsync(BulkRequest request, CancellationToken cancellationToken)
    {
        if (request.Filter is not { } filter)
        {
            var distinct = request.Ids.Distinct(StringComparer.Ordinal).ToImmutableArray();
            return distinct.Length > request.Limit ? new ChosenExecutions(distinct[..request.Limit], true, null) : new ChosenExecutions(distinct, false, null);
        }
        // What the action can do nothing about is left out, so that asking again until there is no more comes to an end.
        var able = request.Action == BulkAction.Cancel ? Unended : Ended;
        filter = filter with { Statuses = filter.Statuses.IsDefaultOrEmpty ? able : [.. filter.Statuses.Intersect(able)] };
        if (filter.Statuses.IsEmpty) return new ChosenExecutions([], false, null);
        var ids = ImmutableArray.CreateBuilder<string>();
        do
        {
            var answer = await ListExecutionsAsync(filter with { Limit = Math.Min(LongestListPage, request.Limit - ids.Count) }, cancellationToken);
            if (!answer.IsOk) return answer.Refusal;
            ids.AddRange(answer.Value.Items.Select(row => row.Id));
            filter = filter with { Cursor = answer.Value.NextCursor };
        }
        while (filter.Cursor is not null && ids.Count < request.Limit);
        return new ChosenExecutions(ids.ToImmutable(), filter.Cursor is not null, filter.Cursor);
    }

    private async Task<Refusal?> ChangeAsync(BulkRequest request, string id, CancellationToken cancellationToken)
    {
        switch (request.Action)
        {
            case BulkAction.Cancel:
                return (await CancelAsync(id, cancellationToken)).Refusal;
            case BulkAction.Delete:
                return (await DeleteExecutionAsync(id, cancellationToken)).Refusal;
            default:
                if (await CurrentAsync(id, cancellationToken) is not { } source) return NoExecution;
                return (await ReplayAsync(new ReplayRequest(id, Input: request.FromStart ? source.Input : null, Credentials: request.Credentials) { IdempotencyKey = KeyOf(request, id) }, cancellationToken)).Refusal;
        }
    }

    private async Task<Refusal?> WouldRefuseAsync(BulkAction action, string id, CancellationToken cancellationToken)
    {
        if (await _executions.FindAsync(id, cancellationToken) is not { } row) return NoExecution;
        var ended = row.Status >= ExecutionStatus.Completed;
        return action == BulkAction.Cancel ? ended ? AlreadyFinished(row.Status) : null : ended ? null : NotFinished;
    }

    /// <summary>One key for each execution: the request's own would let only the first of a workflow be replayed.</summary>
    private static string? KeyOf(BulkRequest request, string id) => request.IdempotencyKey is { } key
        ? "bulk-replay-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{id}\n{request.FromStart}\n{key}")))
        : null;

    private static Refusal NotFinished => new(RefusalKind.Conflict, "not_finished", "The execution has not ended. Cancel it first, or wait.");
}
