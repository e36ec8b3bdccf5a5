using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>Step 4 of the path: inputs checked, <c>execution_queued</c> committed, only then answered.</summary>
public sealed partial class WorkflowEngine
{
    private static readonly JsonElement EmptyObject = JsonElement.Parse("{}"u8);

    /// <summary>An idempotency key is remembered this long.</summary>
    private static readonly TimeSpan KeysLast = TimeSpan.FromHours(24);

    /// <summary>Accepts an execution: input checked, <c>execution_queued</c> committed, then answered. It runs whatever becomes of the caller.</summary>
    public async Task<Answer<ExecutionAccepted>> ExecuteAsync(ExecuteRequest request, CancellationToken cancellationToken)
    {
        var (answer, _) = await AcceptAsync(request, cancellationToken);
        return answer;
    }

    /// <summary>
    /// Accepts an execution and waits until it has ended or the time is over; answers it as it then stands. What is answered is committed.
    /// The caller that waits gets its reply sooner than by <see cref="ExecuteAsync"/> and a wait of its own: nothing is read back.
    /// </summary>
    public Task<Answer<Execution>> ExecuteAndWaitAsync(ExecuteRequest request, TimeSpan longest, CancellationToken cancellationToken) =>
        ExecuteAndWaitAsync(request, longest, CancellationToken.None, cancellationToken);

    /// <summary>As <see cref="ExecuteAndWaitAsync(ExecuteRequest, TimeSpan, CancellationToken)"/>, or until <paramref name="enough"/> ends.</summary>
    public async Task<Answer<Execution>> ExecuteAndWaitAsync(ExecuteRequest request, TimeSpan longest, CancellationToken enough, CancellationToken cancellationToken)
    {
        var (answer, runner) = await AcceptAsync(request, cancellationToken, waits: true);
        if (!answer.IsOk) return answer.Refusal;
        if (runner is null) return await WaitAsync(answer.Value.ExecutionId, longest, enough, cancellationToken);
        if (!runner.Ended.IsCompleted)
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(enough, cancellationToken);
            try
            {
                await runner.Ended.WaitAsync(longest, _clock, either.Token);
            }
            catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                longest = TimeSpan.Zero;
            }
        }
        return runner.Ended is { IsCompletedSuccessfully: true, Result: { } ended } ? ended : await WaitAsync(answer.Value.ExecutionId, longest, enough, cancellationToken);
    }

    private async Task<(Answer<ExecutionAccepted> Answer, ExecutionRunner? Runner)> AcceptAsync(ExecuteRequest request, CancellationToken cancellationToken, bool waits = false) =>
        await _versions.GetAsync(request.WorkflowId, null, cancellationToken) is { } version
            ? await AcceptAsync(request, version, null, [], waits)
            : (NoWorkflow, null);

    private async Task<(Answer<ExecutionAccepted> Answer, ExecutionRunner? Runner)> AcceptAsync(
        ExecuteRequest request, CompiledVersion version, string? replayOf, ImmutableArray<TaskReused> reused, bool waits)
    {
        // Requests that are recorded have a span already; pages and replays get one here, which also decides whether the execution is sampled.
        using var accepting = Activity.Current is null ? EngineTracing.Source.StartActivity("accept execution") : null;
        var (answer, runner) = await CreateAsync(request, version, replayOf, reused, waits);
        if (!answer.IsOk) EngineMetrics.ExecutionsRefused.Add(1, new KeyValuePair<string, object?>("code", answer.Refusal.Code));
        return (answer, runner);
    }

    private async Task<(Answer<ExecutionAccepted> Answer, ExecutionRunner? Runner)> CreateAsync(
        ExecuteRequest request, CompiledVersion version, string? replayOf, ImmutableArray<TaskReused> reused, bool waits)
    {
        if (version.Workflow is not { } workflow) return (GoneTypes, null);
        if (_dispatcher.PendingCount >= _options.MaxPendingExecutions)
            return (new Refusal(RefusalKind.Busy, "too_many_pending", $"{_options.MaxPendingExecutions:N0} executions wait to be started. Try again when some have."), null);
        var problems = ProblemsOf(request, workflow);
        if (problems.Count > 0) return (Invalid(problems), null);

        var now = _clock.GetUtcNow();
        var trace = EngineTracing.OriginOfNew(request.Trace);
        var queued = new ExecutionQueued(
            now, request.WorkflowId, version.Stored.Version, ValueChecker.WithDefaults(request.Input ?? EmptyObject, workflow.InputSchema), CanonicalUrl(request.WebhookUrl), request.Trigger, replayOf,
            workflow.Definition.Labels.IsEmpty ? null : workflow.Definition.Labels, trace.Parent, trace.State);
        ImmutableArray<ExecutionEvent> events = [queued, .. reused];
        for (var draw = 1; ; draw++)
        {
            var id = _ids.Next("ex-");
            var execution = version.Outline.Fold(id, events.AsSpan());
            try
            {
                var creation = NewOf(request, workflow, execution, events, now);
                var runner = waits ? _dispatcher.TryRunNew(version, creation, request.Credentials) : null;
                var outcome = runner is not null ? await runner.Created : await _executions.CreateAsync(creation, CancellationToken.None);
                if (Refused(outcome, request, version) is { } answer) return (answer, null);
                if (runner is null)
                {
                    _feed.Publish(execution, 1, events);
                    _dispatcher.Offer(version, execution, request.Credentials);
                }
                return (new ExecutionAccepted(request.WorkflowId, execution.WorkflowVersion, id), runner);
            }
            catch (DuplicateIdException) when (draw < MostDraws)
            {
            }
            catch (StorageUnavailableException e)
            {
                return (new Refusal(RefusalKind.Unavailable, "storage_unavailable", e.Message), null);
            }
        }
    }

    private static Answer<ExecutionAccepted>? Refused(CreateOutcome outcome, ExecuteRequest request, CompiledVersion version) => outcome switch
    {
        CreateOutcome.Repeated repeated => new ExecutionAccepted(request.WorkflowId, repeated.WorkflowVersion, repeated.ExecutionId, Repeated: true),
        CreateOutcome.KeyReused => new Refusal(RefusalKind.KeyReused, "idempotency_key_reused", "This Idempotency-Key was used with another body within the last 24 hours."),
        CreateOutcome.LimitReached => new Refusal(RefusalKind.Conflict, "concurrency_limit", $"As many executions of this workflow as it allows ({version.Workflow!.Definition.Concurrency!.Limit}) have not ended."),
        _ => null,
    };

    private NewExecution NewOf(ExecuteRequest request, Workflow workflow, Execution execution, ImmutableArray<ExecutionEvent> events, DateTimeOffset now) => new()
    {
        Execution = execution,
        Events = events,
        Key = request.IdempotencyKey is { } key ? new IdempotencyKey(key, HashOf(request), now + KeysLast) : null,
        ProtectedCredentials = request.Credentials.IsEmpty ? null : _protector.Protect(JsonSerializer.SerializeToUtf8Bytes(request.Credentials, EngineJson.Options)),
        RejectAbove = workflow.Definition.Concurrency is { WhenFull: WhenFull.Reject, Limit: var limit } ? limit : null,
    };

    /// <summary>What would be wrong with a request, without executing it; nothing when there is no such workflow.</summary>
    /// <param name="request">The request.</param>
    /// <param name="checksInput">False when its input could not be read: what is missing in it is then not known.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<IReadOnlyList<Problem>> CheckAsync(ExecuteRequest request, bool checksInput, CancellationToken cancellationToken) =>
        await _versions.GetAsync(request.WorkflowId, null, cancellationToken) is { Workflow: { } workflow } ? ProblemsOf(request, workflow, checksInput) : [];

    private List<Problem> ProblemsOf(ExecuteRequest request, Workflow workflow, bool checksInput = true)
    {
        var problems = new List<Problem>();
        if (checksInput) ValueChecker.Check(request.Input ?? EmptyObject, workflow.InputSchema, "#/input", problems);
        if (request.WebhookUrl is { } url && _egress.Check(url) is { } refusal) problems.Add(new Problem("#/webhook_url", refusal.Code, refusal.Message));
        foreach (var task in workflow.Tasks)
            foreach (var type in (ReadOnlySpan<TaskTypes.TaskType?>)[task.Type, task.FallbackType])
                if (type?.Specification.Credential is { } name && !request.Credentials.ContainsKey(name) && type.MissingCredential() is { } help
                    && !problems.Exists(problem => problem.Detail == help))
                    problems.Add(new Problem("#", "credential_required", help));
        return problems;
    }

    /// <summary>As it is connected to: a host that looks like another one is stored and shown in punycode.</summary>
    private static string? CanonicalUrl(string? url) => EgressUrl.TryParse(url, out var canonical, out _) ? canonical.AbsoluteUri : url;

    private static string HashOf(ExecuteRequest request) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes($"{request.Input?.GetRawText()}\n{request.WebhookUrl}")));

    private static Refusal Invalid(List<Problem> problems) => new(RefusalKind.Invalid, "validation", "The request has problems.")
    {
        Problems = [.. problems.Take(Problem.Most)], ProblemsTruncated = problems.Count > Problem.Most,
    };

    private static Refusal GoneTypes => new(RefusalKind.Conflict, "workflow_invalid", "This version no longer compiles: a task type it uses is not installed any more. Save a new version.");
}
