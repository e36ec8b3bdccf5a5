namespace DataFlow.Engine.Storage.InMemory;

/// <summary>All journals in memory, for tests.</summary>
internal sealed class InMemoryCommittedJournal(InMemoryDatabase database) : ICommittedJournal
{
    public Task<long> LastAsync(CancellationToken cancellationToken)
    {
        lock (database.Gate) return Task.FromResult((long)database.Commits.Count);
    }

    public Task<CommittedPage> ReadAsync(long after, string? workflowId, int limit, CancellationToken cancellationToken)
    {
        lock (database.Gate)
        {
            var found = database.Commits.Skip((int)after).Where(append => (workflowId is null || append.WorkflowId == workflowId) && database.Executions.ContainsKey(append.ExecutionId)).Take(limit).ToList();
            return Task.FromResult(new CommittedPage(found.Count == limit ? found[^1].Position : Math.Max(after, database.Commits.Count), [.. found]));
        }
    }
}
