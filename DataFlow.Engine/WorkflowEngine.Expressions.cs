using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>A value with expressions, to be tried before it is saved.</summary>
/// <param name="Value">The value: a string such as <c>{{ input.url }}</c>, or any JSON with such strings in it.</param>
/// <param name="Definition">The definition it is to stand in, whatever is wrong with it; <c>null</c>: that of the execution, or none: it is then not checked against one.</param>
/// <param name="At">The ref of the task it stands in; <c>null</c>: the workflow's outputs.</param>
/// <param name="ExecutionId">An execution whose values it is tried with.</param>
/// <param name="Data">Values it is tried with, see <see cref="ReachableData.Of"/>.</param>
public sealed record ExpressionTrial(JsonElement Value, JsonElement? Definition = null, string? At = null, string? ExecutionId = null, JsonElement? Data = null);

/// <summary>What became of it.</summary>
/// <param name="Value">What it gives; <c>null</c>: there are problems, or no values to try it with.</param>
/// <param name="Problems">Everything that is wrong with it; pointers start at <c>#/value</c>.</param>
/// <param name="Reachable">What it could name at its place; <c>null</c>: no definition is known.</param>
public sealed record ExpressionOutcome(JsonElement? Value, ImmutableArray<Problem> Problems, ImmutableArray<ReachableReference>? Reachable);

/// <summary>Expressions, tried without running anything.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>A trial is answered while its caller waits: it may have this many expressions.</summary>
    private const int MostTried = 100;

    /// <summary>Checks and renders a value with expressions. What is wrong with it is part of the answer; refused are an unknown execution and an unknown place.</summary>
    public async Task<Answer<ExpressionOutcome>> EvaluateAsync(ExpressionTrial trial, CancellationToken cancellationToken)
    {
        var text = JsonMarshal.GetRawUtf8Value(trial.Value);
        if (text.Count("{{"u8) + text.Count("\\u007b"u8) + text.Count("\\u007B"u8) > MostTried)
            return new ExpressionOutcome(null, [new Problem("#/value", ProblemCodes.TemplateTooLarge, $"At most {MostTried} expressions are tried at once.")], null);
        var (definition, data) = (trial.Definition, trial.Data is { } given ? ReachableData.Of(given, _clock.GetUtcNow()) : null);
        if (trial.ExecutionId is { } executionId)
        {
            if (await CurrentAsync(executionId, cancellationToken) is not { } execution) return NoExecution;
            data ??= DataOf(execution);
            definition ??= (await _versions.GetAsync(execution.WorkflowId, execution.WorkflowVersion, cancellationToken))?.Stored.Definition;
        }

        var reachable = definition is { } document ? Reachable.At(document, trial.At, TaskTypes) : null;
        if (trial.At is { } place && reachable is null)
            return new Refusal(RefusalKind.Invalid, "validation", "There is no such place.")
            {
                Problems = [new Problem("#/at", ProblemCodes.UnknownRef, definition is null ? "Where it stands is told by a task's ref: send the definition as 'workflow' too." : $"There is no task {Wording.Quote(place)}.")],
            };

        var problems = reachable?.Check(trial.Value, ValueSchema.Any, "#/value") ?? [];
        if (problems.Length > 0) return new ExpressionOutcome(null, problems, reachable?.References);
        var (value, fault) = (data ?? ReachableData.Of(EngineJson.Null, _clock.GetUtcNow())).Render(trial.Value);
        // Without values everything it names is missing: that says nothing about the expression.
        if (fault is not null && (data is not null || fault.Code != "null_reference"))
            problems = [new Problem(JsonPointer.Join("#/value", fault.Pointer), fault.Code, fault.Message)];
        return new ExpressionOutcome(value, problems, reachable?.References);
    }

    /// <summary>The values of a workflow's latest execution, for expressions to be tried with; <c>null</c>: it has none.</summary>
    public async Task<ReachableData?> FindDataAsync(string workflowId, CancellationToken cancellationToken)
    {
        var latest = await ListExecutionsAsync(new ExecutionQuery(Limit: 1, WorkflowId: workflowId), cancellationToken);
        return latest.Value?.Items is [var row, ..] && await CurrentAsync(row.Id, cancellationToken) is { } execution ? DataOf(execution) : null;
    }

    /// <summary>The values of an execution, for expressions to be tried with.</summary>
    public ReachableData DataOf(Execution execution) => new(new ExecutionScope(execution, _clock.GetUtcNow()));
}
