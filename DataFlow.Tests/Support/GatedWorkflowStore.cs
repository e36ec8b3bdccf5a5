using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Support;

/// <summary>A store whose writes wait until the test lets them go on: what else happens meanwhile can be seen.</summary>
internal sealed class GatedWorkflowStore(IWorkflowStore inner) : IWorkflowStore
{
    private readonly TaskCompletionSource gate = new();

    /// <summary>Writes that have been asked for.</summary>
    public int Asked { get; private set; }

    public void Open() => gate.SetResult();

    public async Task<WorkflowVersion> CreateAsync(string id, WorkflowContent content, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Asked++;
        await gate.Task;
        return await inner.CreateAsync(id, content, now, cancellationToken);
    }

    public async Task<UpdateOutcome> UpdateAsync(string id, WorkflowContent content, int? expectedVersion, DateTimeOffset now, CancellationToken cancellationToken)
    {
        Asked++;
        await gate.Task;
        return await inner.UpdateAsync(id, content, expectedVersion, now, cancellationToken);
    }

    public Task<WorkflowVersion?> GetAsync(string id, int? version, CancellationToken cancellationToken) => inner.GetAsync(id, version, cancellationToken);

    public Task<Page<WorkflowSummary>> ListAsync(WorkflowQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    public Task<Page<WorkflowVersion>> ListVersionsAsync(string id, int limit, string? cursor, CancellationToken cancellationToken) => inner.ListVersionsAsync(id, limit, cursor, cancellationToken);

    public Task<bool> DeleteAsync(string id, DateTimeOffset now, CancellationToken cancellationToken) => inner.DeleteAsync(id, now, cancellationToken);
}
