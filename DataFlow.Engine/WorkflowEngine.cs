using System.Collections.Immutable;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Retention;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Webhooks;
using DataFlow.Engine.Workflows;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine;

/// <summary>
/// The one door: REST, hub and pages call only this. A user's mistake is a <see cref="Refusal"/>; an exception is a bug or a dead disk.
/// Request cancellation stops waiting, never what has been accepted.
/// </summary>
public sealed partial class WorkflowEngine
{
    /// <summary>Ids are drawn again this often before a collision is taken for a fault.</summary>
    private const int MostDraws = 5;

    private readonly IWorkflowStore _workflows;
    private readonly IExecutionStore _executions;
    private readonly WorkflowCompiler _compiler;
    private readonly WorkflowVersions _versions;
    private readonly ExecutionDispatcher _dispatcher;
    private readonly ExecutionTrials _trials;
    private readonly JournalReader _journals;
    private readonly ExecutionFeed _feed;
    private readonly CommittedFeed _committed;
    private readonly ActivityFeed _activity;
    private readonly TaskLogWriter _logWriter;
    private readonly ITaskLogStore _logs;
    private readonly WebhookDeliveries _deliveries;
    private readonly WebhookRegister _webhooks;
    private readonly ExecutionRetention _retention;
    private readonly IEgressClientFactory _egress;
    private readonly ISecretProtector _protector;
    private readonly IIdGenerator _ids;
    private readonly TimeProvider _clock;
    private readonly EngineOptions _options;

    internal WorkflowEngine(
        IWorkflowStore workflows, IExecutionStore executions, WorkflowCompiler compiler, WorkflowVersions versions, ExecutionDispatcher dispatcher,
        ExecutionTrials trials, JournalReader journals, ExecutionFeed feed, CommittedFeed committed, ActivityFeed activity, TaskLogWriter logWriter, ITaskLogStore logs,
        WebhookDeliveries deliveries, WebhookRegister webhooks, ExecutionRetention retention, IEgressClientFactory egress, ISecretProtector protector,
        IIdGenerator ids, TimeProvider clock, IOptions<EngineOptions> options)
    {
        (_workflows, _executions, _compiler, _versions, _dispatcher, _trials) = (workflows, executions, compiler, versions, dispatcher, trials);
        (_journals, _feed, _deliveries, _webhooks, _retention, _egress, _protector) = (journals, feed, deliveries, webhooks, retention, egress, protector);
        (_committed, _activity, _logWriter, _logs) = (committed, activity, logWriter, logs);
        (_ids, _clock, _options) = (ids, clock, options.Value);
    }

    /// <summary>All task types.</summary>
    public ITaskCatalog TaskTypes => _compiler.Catalog;

    /// <summary>Compiles without saving. Every problem at once.</summary>
    public Compilation Validate(ReadOnlyMemory<byte> definitionJson) => _compiler.Compile(definitionJson);

    /// <summary>Saves version 1 of a new workflow.</summary>
    public async Task<Answer<WorkflowSaved>> CreateWorkflowAsync(ReadOnlyMemory<byte> definitionJson, CancellationToken cancellationToken)
    {
        var compilation = _compiler.Compile(definitionJson);
        if (compilation.Workflow is not { } workflow) return Refuse(compilation);
        for (var draw = 1; ; draw++)
        {
            try
            {
                var stored = await _workflows.CreateAsync(_ids.Next("wf-"), ContentOf(workflow.Definition), _clock.GetUtcNow(), cancellationToken);
                _versions.Saved(stored, workflow);
                return new WorkflowSaved(stored.WorkflowId, stored.Version, Changed: true);
            }
            catch (DuplicateIdException) when (draw < MostDraws)
            {
            }
        }
    }

    /// <summary>Saves the next version if the content changed.</summary>
    /// <param name="workflowId">Which.</param>
    /// <param name="definitionJson">UTF-8 JSON.</param>
    /// <param name="expectedVersion">From <c>If-Match</c>; <c>null</c>: whatever is current.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<Answer<WorkflowSaved>> UpdateWorkflowAsync(string workflowId, ReadOnlyMemory<byte> definitionJson, int? expectedVersion, CancellationToken cancellationToken)
    {
        var compilation = _compiler.Compile(definitionJson);
        if (compilation.Workflow is not { } workflow)
            return await _versions.GetAsync(workflowId, null, cancellationToken) is null ? NoWorkflow : Refuse(compilation);
        switch (await _workflows.UpdateAsync(workflowId, ContentOf(workflow.Definition), expectedVersion, _clock.GetUtcNow(), cancellationToken))
        {
            case UpdateOutcome.Updated updated:
                if (updated.Changed) _versions.Saved(updated.Version, workflow);
                return new WorkflowSaved(workflowId, updated.Version.Version, updated.Changed);
            case UpdateOutcome.VersionConflict conflict:
                return new Refusal(RefusalKind.VersionConflict, "version_conflict", $"Version {conflict.CurrentVersion} is current, not {expectedVersion}. Load it, put your change into it, and save again.") { CurrentVersion = conflict.CurrentVersion };
            default:
                return NoWorkflow;
        }
    }

    /// <summary>One version; <c>null</c>: the current one.</summary>
    public async Task<Answer<WorkflowVersion>> GetWorkflowAsync(string workflowId, int? version, CancellationToken cancellationToken) =>
        await _versions.GetAsync(workflowId, version, cancellationToken) is { } found ? found.Stored : NoWorkflow;

    /// <summary>Workflows, newest first.</summary>
    public async Task<Answer<Page<WorkflowSummary>>> ListWorkflowsAsync(WorkflowQuery query, CancellationToken cancellationToken)
    {
        try { return await _workflows.ListAsync(query, cancellationToken); }
        catch (InvalidCursorException) { return BadCursor; }
    }

    /// <summary>Versions, newest first.</summary>
    public async Task<Answer<Page<WorkflowVersion>>> ListVersionsAsync(string workflowId, int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (await _versions.GetAsync(workflowId, null, cancellationToken) is null) return NoWorkflow;
        try { return await _workflows.ListVersionsAsync(workflowId, limit, cursor, cancellationToken); }
        catch (InvalidCursorException) { return BadCursor; }
    }

    /// <summary>Hides a workflow. Conflict while executions of it are unfinished, unless forced (they then go on).</summary>
    public async Task<Answer<bool>> DeleteWorkflowAsync(string workflowId, bool force, CancellationToken cancellationToken)
    {
        if (await _versions.GetAsync(workflowId, null, cancellationToken) is null) return NoWorkflow;
        if (!force && await _executions.CountUnfinishedAsync(workflowId, cancellationToken) is > 0 and var unfinished)
            return new Refusal(RefusalKind.Conflict, "executions_unfinished", $"{unfinished} of its executions have not ended. Wait or cancel them, or delete with force=true: they then go on.");
        var deleted = await _workflows.DeleteAsync(workflowId, _clock.GetUtcNow(), cancellationToken);
        _versions.Deleted(workflowId);
        return deleted ? true : NoWorkflow;
    }

    private static Refusal NoWorkflow => new(RefusalKind.NotFound, "not_found", "There is no such workflow.");

    private static Refusal NoExecution => new(RefusalKind.NotFound, "not_found", "There is no such execution.");

    private static Refusal BadCursor => new(RefusalKind.Invalid, "invalid_cursor", "The cursor is not one that this list gave out. Begin without one.");

    private static Refusal Refuse(Compilation compilation) => new(RefusalKind.Invalid, "validation", "The definition has problems.")
    {
        Problems = compilation.Problems, ProblemsTruncated = compilation.Truncated,
    };

    private static WorkflowContent ContentOf(WorkflowDefinition definition) =>
        new(definition.Name, definition.Description, definition.Tasks.Length, definition.Labels, definition.Source);
}
