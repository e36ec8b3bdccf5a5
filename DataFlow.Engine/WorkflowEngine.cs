using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>
/// The one door: REST, hub and pages call only this. A user's mistake is a <see cref="Refusal"/>; an exception is a bug or a dead disk.
/// Request cancellation stops waiting, never what has been accepted.
/// </summary>
public sealed class WorkflowEngine
{
    /// <summary>All task types.</summary>
    public ITaskCatalog TaskTypes => throw new NotImplementedException();

    /// <summary>Compiles without saving. Every problem at once.</summary>
    public Compilation Validate(ReadOnlyMemory<byte> definitionJson) => throw new NotImplementedException();

    /// <summary>Saves version 1 of a new workflow.</summary>
    public Task<Answer<WorkflowSaved>> CreateWorkflowAsync(ReadOnlyMemory<byte> definitionJson, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Saves the next version if the content changed.</summary>
    /// <param name="workflowId">Which.</param>
    /// <param name="definitionJson">UTF-8 JSON.</param>
    /// <param name="expectedVersion">From <c>If-Match</c>; <c>null</c>: whatever is current.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public Task<Answer<WorkflowSaved>> UpdateWorkflowAsync(string workflowId, ReadOnlyMemory<byte> definitionJson, int? expectedVersion, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>One version; <c>null</c>: the current one.</summary>
    public Task<Answer<WorkflowVersion>> GetWorkflowAsync(string workflowId, int? version, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Workflows, newest first.</summary>
    public Task<Answer<Page<WorkflowSummary>>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Versions, newest first.</summary>
    public Task<Answer<Page<WorkflowVersion>>> ListVersionsAsync(string workflowId, int limit, string? cursor, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Hides a workflow. Conflict while executions of it are unfinished, unless forced (they then go on).</summary>
    public Task<Answer<bool>> DeleteWorkflowAsync(string workflowId, bool force, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Accepts an execution: input checked, <c>execution_queued</c> committed, then answered. It runs whatever becomes of the caller.</summary>
    public Task<Answer<ExecutionAccepted>> ExecuteAsync(ExecuteRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>
    /// Accepts an execution and waits until it has ended or the time is over; answers it as it then stands. What is answered is committed.
    /// The caller that waits gets its reply sooner than by <see cref="ExecuteAsync"/> and <see cref="WaitAsync"/>: nothing is read back.
    /// </summary>
    public Task<Answer<Execution>> ExecuteAndWaitAsync(ExecuteRequest request, TimeSpan longest, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Waits until an execution has ended or the time is over; answers it as it then stands.</summary>
    public Task<Answer<Execution>> WaitAsync(string executionId, TimeSpan longest, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>An execution as it stands. <paramref name="workflowId"/>: not found when it belongs to another; <c>null</c>: any.</summary>
    public Task<Answer<Execution>> GetExecutionAsync(string? workflowId, string executionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>An execution with its journal.</summary>
    public Task<Answer<ExecutionHistory>> GetHistoryAsync(string executionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Executions, newest first. Not found when the query names an unknown workflow.</summary>
    public Task<Answer<Page<ExecutionSummary>>> ListExecutionsAsync(ExecutionQuery query, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Asks for the end. Ended already: conflict <c>already_finished</c>.</summary>
    public Task<Answer<Execution>> CancelAsync(string executionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>No further attempt starts.</summary>
    public Task<Answer<Execution>> PauseAsync(string executionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Goes on after a pause.</summary>
    public Task<Answer<Execution>> ResumeAsync(string executionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes a new execution that takes over what ended before.</summary>
    public Task<Answer<ExecutionAccepted>> ReplayAsync(ReplayRequest request, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Watches one execution: what stands now and all after <paramref name="afterSequence"/> (<c>null</c>: after the snapshot).</summary>
    public Task<Answer<ExecutionWatch>> WatchAsync(string executionId, int? afterSequence, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Rows of executions as they change, all or of one workflow. A slow reader gets the latest row of each, not every one.</summary>
    public IAsyncEnumerable<ExecutionSummary> WatchSummariesAsync(string? workflowId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Figures of the last <paramref name="window"/>.</summary>
    public Task<ExecutionStatistics> GetStatisticsAsync(TimeSpan window, int buckets, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Webhook deliveries of an execution with their attempts.</summary>
    public Task<Answer<ImmutableArray<WebhookDelivery>>> ListDeliveriesAsync(string executionId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Makes a delivery due now.</summary>
    public Task<Answer<bool>> RedeliverAsync(string executionId, string deliveryId, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>The signing secret (<c>whsec_…</c>) of a webhook URL that was used before.</summary>
    public Task<Answer<string>> GetWebhookSecretAsync(string executionId, CancellationToken cancellationToken) => throw new NotImplementedException();
}
