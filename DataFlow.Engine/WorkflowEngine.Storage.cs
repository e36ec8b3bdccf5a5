using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Retention;

namespace DataFlow.Engine;

/// <summary>What is kept, for how long, and what pages show of many executions at once.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>The newest <paramref name="count"/> executions of each of these workflows, newest first; a workflow without any is left out.</summary>
    public Task<ImmutableDictionary<string, ImmutableArray<ExecutionSummary>>> GetRecentOutcomesAsync(IReadOnlyCollection<string> workflowIds, int count, CancellationToken cancellationToken) =>
        _executions.ListRecentAsync(workflowIds, count, cancellationToken);

    /// <summary>Removes an execution that has ended. Conflict <c>not_finished</c>, or <c>deliveries_pending</c> while webhook messages of it are on their way.</summary>
    public async Task<Answer<bool>> DeleteExecutionAsync(string executionId, CancellationToken cancellationToken)
    {
        try
        {
            return await _executions.DeleteAsync(executionId, cancellationToken) switch
            {
                DeleteOutcome.Deleted => true,
                DeleteOutcome.NotEnded => NotFinished,
                DeleteOutcome.DeliveriesPending => new Refusal(RefusalKind.Conflict, "deliveries_pending", "Webhook messages of the execution are on their way. It can be deleted when they have arrived or are given up."),
                _ => NoExecution,
            };
        }
        catch (StorageUnavailableException e)
        {
            return Unavailable(e);
        }
    }

    /// <summary>What the database holds and what retention does about it.</summary>
    public Task<StorageReport> GetStorageAsync(CancellationToken cancellationToken) => _retention.ReportAsync(cancellationToken);

    /// <summary>What <see cref="PruneStorageAsync"/> would remove now, limit by limit. It walks through what is over them, so it may take seconds where that is much.</summary>
    public Task<RetentionPreview> PreviewPruneAsync(CancellationToken cancellationToken) => _retention.PreviewAsync(cancellationToken);

    /// <summary>Removes all that is over the limits now, and gives the space back. May take long; what was removed until it is cancelled is gone.</summary>
    public async Task<Answer<RetentionRun>> PruneStorageAsync(CancellationToken cancellationToken)
    {
        try { return await _retention.RunAsync(cancellationToken); }
        catch (StorageUnavailableException e) { return Unavailable(e); }
    }

    private static Refusal Unavailable(StorageUnavailableException e) => new(RefusalKind.Unavailable, "storage_unavailable", e.Message);
}
