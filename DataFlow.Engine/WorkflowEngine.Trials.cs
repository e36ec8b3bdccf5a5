using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine;

/// <summary>Trials: one task, or all up to one, of a definition that need not be saved. The same path as an execution's, over a journal that nobody keeps.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>Says what a trial would do and need. Refused with the problems of the part.</summary>
    public Answer<TrialPlan> PlanTrial(ExecutionTrial trial)
    {
        if (Part(trial, out var problems) is not { } part) return Invalid(problems);
        return new TrialPlan(
            part.Runs, part.Inputs,
            [.. part.Given.Where(given => !given.Named.IsEmpty).Select(given => new TrialOutput(given.Ref, trial.Outputs.ContainsKey(given.Ref), NamesOf(given.Named)))],
            [.. MissingCredentials(part.Workflow!, trial.Credentials).Select(missing => missing.Name)]);
    }

    /// <summary>
    /// Runs a trial. It is cancelled when <paramref name="cancellationToken"/> is, or when the changes are no longer read; it fails with
    /// <c>execution_timeout</c> after <see cref="EngineOptions.TrialSeconds"/>. Refused with the problems of the part and its input, or as busy.
    /// </summary>
    /// <returns>Its id is no <c>ex-…</c>: no other call knows it.</returns>
    public Answer<TrialWatch> StartTrial(ExecutionTrial trial, CancellationToken cancellationToken)
    {
        if (Part(trial, out var problems) is not { Workflow: { } workflow } part) return Invalid(problems);
        ValueChecker.Check(trial.Input ?? EmptyObject, workflow.InputSchema, "#/input", problems);
        problems.AddRange(MissingCredentials(workflow, trial.Credentials).Select(missing => new Problem("#", "credential_required", missing.Help)));
        foreach (var (name, output) in trial.Outputs)
            if (JsonMarshal.GetRawUtf8Value(output).Length is var size && size > _options.MaxOutputBytes)
                problems.Add(new Problem($"#/outputs/{JsonPointer.Escape(name)}", ProblemCodes.TooLarge, $"The output has {size:N0} bytes; at most {_options.MaxOutputBytes:N0} are kept of a task's."));
        if (problems.Count > 0) return Invalid(problems);

        var now = _clock.GetUtcNow();
        var queued = new ExecutionQueued(now, trial.WorkflowId, 0, ValueChecker.WithDefaults(trial.Input ?? EmptyObject, workflow.InputSchema), Trigger: "trial");
        var given = part.Given.Select(task => trial.Outputs.TryGetValue(task.Ref, out var output)
            ? new TaskReused(now, task.Ref, TaskRunStatus.Completed, output)
            // As after a task that was skipped: what names it finds null.
            : new TaskReused(now, task.Ref, TaskRunStatus.Skipped));
        return _trials.TryStart(workflow, _ids.Next("trial-"), [queued, .. given], trial.Credentials, cancellationToken) is { } watch
            ? watch
            : new Refusal(RefusalKind.Busy, "too_many_trials", $"{_options.MaxConcurrentTrials} tests are under way. Try again when one has ended.");
    }

    private PartialWorkflow? Part(ExecutionTrial trial, out List<Problem> problems)
    {
        var (part, found) = _compiler.CompilePart(trial.Definition, new WorkflowPart(trial.UpTo, trial.Only, [.. trial.Outputs.Keys]));
        problems = [.. found];
        if (part is null) return null;
        if ((trial.Only ?? trial.UpTo) is { } asked && !part.Has(asked))
            problems = [new Problem(trial.Only is null ? "#/up_to" : "#/only", ProblemCodes.UnknownRef, $"There is no task {Wording.Quote(asked)}.")];
        return problems.Count == 0 ? part : null;
    }

    private static IEnumerable<(string Name, string Help)> MissingCredentials(Workflow workflow, ImmutableDictionary<string, string> given) =>
        (from task in workflow.Tasks
         from type in (TaskType?[])[task.Type, task.FallbackType]
         let name = type?.Specification.Credential
         where name is not null && !given.ContainsKey(name)
         let help = type.MissingCredential()
         where help is not null
         select (name, help)).Distinct();

    private static ImmutableArray<ImmutableArray<string>> NamesOf(ImmutableArray<Reference> references) =>
    [
        .. references.Select(reference => reference.Path.TakeWhile(segment => segment.Name is not null).Select(segment => segment.Name!).ToImmutableArray())
            .DistinctBy(path => string.Join('\0', path)),
    ];
}
