using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Support;

/// <summary>A store that a test can hold up or make fail, before or after it has done what was asked.</summary>
internal sealed class StoreProbe(IExecutionStore store) : IExecutionStore
{
    public Action<JournalAppend> BeforeAppend { get; set; } = static _ => { };

    /// <summary>What it throws is thrown although the append was committed.</summary>
    public Action<JournalAppend> AfterAppend { get; set; } = static _ => { };

    public Func<string, ExecutionSummary?, Task> OnFind { get; set; } = static (_, _) => Task.CompletedTask;

    public Action<string> OnRead { get; set; } = static _ => { };

    public Func<ExecutionStatus, Task> OnListUnfinished { get; set; } = static _ => Task.CompletedTask;

    public ValueTask<CreateOutcome> CreateAsync(NewExecution execution, CancellationToken cancellationToken) => store.CreateAsync(execution, cancellationToken);

    public async ValueTask AppendAsync(JournalAppend append, CancellationToken cancellationToken)
    {
        BeforeAppend(append);
        await store.AppendAsync(append, cancellationToken);
        AfterAppend(append);
    }

    public Task<Journal?> ReadAsync(string executionId, int afterSequence, CancellationToken cancellationToken)
    {
        OnRead(executionId);
        return store.ReadAsync(executionId, afterSequence, cancellationToken);
    }

    public Task<TraceOrigin> FindTraceAsync(string executionId, CancellationToken cancellationToken) => store.FindTraceAsync(executionId, cancellationToken);

    public async Task<ExecutionSummary?> FindAsync(string executionId, CancellationToken cancellationToken)
    {
        var found = await store.FindAsync(executionId, cancellationToken);
        await OnFind(executionId, found);
        return found;
    }

    public Task<Page<ExecutionSummary>> ListAsync(ExecutionQuery query, CancellationToken cancellationToken) => store.ListAsync(query, cancellationToken);

    public Task<ImmutableDictionary<string, ImmutableArray<ExecutionSummary>>> ListRecentAsync(IReadOnlyCollection<string> workflowIds, int count, CancellationToken cancellationToken) =>
        store.ListRecentAsync(workflowIds, count, cancellationToken);

    public Task<DeleteOutcome> DeleteAsync(string executionId, CancellationToken cancellationToken) => store.DeleteAsync(executionId, cancellationToken);

    public async Task<ImmutableArray<UnfinishedExecution>> ListUnfinishedAsync(ExecutionStatus status, long afterPosition, int limit, CancellationToken cancellationToken)
    {
        await OnListUnfinished(status);
        return await store.ListUnfinishedAsync(status, afterPosition, limit, cancellationToken);
    }

    public Task<int> CountUnfinishedAsync(string? workflowId, CancellationToken cancellationToken) => store.CountUnfinishedAsync(workflowId, cancellationToken);

    public Task<ExecutionStatistics> ReadStatisticsAsync(DateTimeOffset from, DateTimeOffset to, int buckets, CancellationToken cancellationToken) =>
        store.ReadStatisticsAsync(from, to, buckets, cancellationToken);
}
