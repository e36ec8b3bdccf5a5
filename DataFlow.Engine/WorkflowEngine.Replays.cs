using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>What a replay would do.</summary>
/// <param name="WorkflowId">Of which workflow.</param>
/// <param name="WorkflowVersion">The version it would run.</param>
/// <param name="Tasks">What would become of each task of that version, in definition order.</param>
public sealed record ReplayPreview(string WorkflowId, int WorkflowVersion, ImmutableArray<ReplayedTask> Tasks);

/// <summary>Replays: an execution again, from where it went wrong.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>Makes a new execution that takes over what ended before.</summary>
    public async Task<Answer<ExecutionAccepted>> ReplayAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        var answer = await PlanAsync(request, cancellationToken);
        if (!answer.IsOk) return answer.Refusal;
        var (source, version, tasks) = answer.Value;
        var (accepted, _) = await AcceptAsync(ExecuteOf(request, source), version, source.Id, ReplayPlan.Reuse(tasks, source, _clock.GetUtcNow()), waits: false);
        return accepted;
    }

    /// <summary>What <see cref="ReplayAsync"/> would do with the same request, or how it would refuse it. Nothing is made.</summary>
    public async Task<Answer<ReplayPreview>> PreviewReplayAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        var answer = await PlanAsync(request, cancellationToken);
        if (!answer.IsOk) return answer.Refusal;
        var (source, version, tasks) = answer.Value;
        return ProblemsOf(ExecuteOf(request, source), version.Workflow!) is { Count: > 0 } problems
            ? Invalid(problems)
            : new ReplayPreview(source.WorkflowId, version.Stored.Version, tasks);
    }

    private sealed record PlannedReplay(Execution Source, CompiledVersion Version, ImmutableArray<ReplayedTask> Tasks);

    private async Task<Answer<PlannedReplay>> PlanAsync(ReplayRequest request, CancellationToken cancellationToken)
    {
        if (await CurrentAsync(request.ExecutionId, cancellationToken) is not { } source) return NoExecution;
        if (!source.IsFinished) return NotFinished;
        if (await _versions.GetAsync(source.WorkflowId, request.LatestVersion ? null : source.WorkflowVersion, cancellationToken) is not { } version) return NoWorkflow;
        if (version.Workflow is not { } workflow) return GoneTypes;
        if (request.FromRef is { } from && !workflow.TaskIndex.ContainsKey(from))
            return Invalid([new Problem("#/from", "unknown_ref", $"There is no task {from} in version {version.Stored.Version}.")]);
        var original = request.LatestVersion ? (await _versions.GetAsync(source.WorkflowId, source.WorkflowVersion, cancellationToken))?.Workflow : null;
        var all = request.Input is not null && request.FromRef is null;
        return new PlannedReplay(source, version, ReplayPlan.Of(workflow, original, source, request.FromRef, all));
    }

    private static ExecuteRequest ExecuteOf(ReplayRequest request, Execution source) => new()
    {
        WorkflowId = source.WorkflowId, Input = request.Input ?? source.Input, WebhookUrl = source.WebhookUrl, Trigger = "replay", IdempotencyKey = request.IdempotencyKey,
        Credentials = request.Credentials ?? ImmutableDictionary<string, string>.Empty,
    };
}
