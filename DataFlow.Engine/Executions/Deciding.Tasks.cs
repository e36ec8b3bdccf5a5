using System.Buffers;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine.Executions;

/// <summary>How tasks begin, fail and give way to the next.</summary>
internal sealed partial class Deciding
{
    private Queue<int>? _next;
    private bool _advancing;

    /// <summary>Starts every task that is ready; ends the execution when none is left.</summary>
    private void Advance() => Advance(Enumerable.Range(0, workflow.Tasks.Length));

    /// <summary>After one task has ended only those that wait for it can have become ready.</summary>
    private void Advance(WorkflowTask ended) => Advance(ended.Dependents);

    /// <remarks>A queue, not recursion: a thousand tasks that end at once, one after the other, must not be a thousand frames deep.</remarks>
    private void Advance(IEnumerable<int> candidates)
    {
        _next ??= new Queue<int>();
        foreach (var index in candidates) _next.Enqueue(index);
        if (_advancing) return;
        _advancing = true;
        while (!Execution.IsFinished && _next.TryDequeue(out var index))
            if (IsReady(workflow.Tasks[index])) Begin(workflow.Tasks[index]);
        _advancing = false;
        CompleteIfDone();
    }

    private bool IsReady(WorkflowTask task)
    {
        if (!MayStart || Execution.Tasks[task.Index].Status != TaskRunStatus.Pending) return false;
        foreach (var before in task.DependsOn)
            if (!Execution.Tasks[before].IsFinished) return false;
        return true;
    }

    private void Begin(WorkflowTask task)
    {
        if (task.When is not null)
        {
            if (!TryRender(task.When, out var condition, out var failure)) { FailForGood(task, failure); return; }
            if (condition.ValueKind == JsonValueKind.False)
            {
                Emit(new TaskSkipped(now, task.Definition.Ref, SkipReasons.ConditionFalse));
                Advance(task);
                return;
            }
            if (condition.ValueKind != JsonValueKind.True)
            {
                FailForGood(task, new TaskFailure("condition_not_boolean", $"The 'when' of {task.Definition.Ref} must give true or false; it gave {Name(condition)}."));
                return;
            }
        }
        BeginAttempt(task, task.Input, task.Type, fallback: false);
    }

    private void BeginAttempt(WorkflowTask task, ValueTemplate template, TaskType type, bool fallback)
    {
        if (!TryRender(template, out var input, out var failure) || !Fits(template, input, type, out failure)) { FailForGood(task, failure); return; }
        BeginAttempt(task, input, type, fallback);
    }

    private void BeginAttempt(WorkflowTask task, JsonElement input, TaskType type, bool fallback)
    {
        var run = Execution.Tasks[task.Index];
        Emit(new TaskStarted(now, run.Ref, run.Attempt + 1, input, fallback));
        if (type is not IDurableWait wait) return;
        try
        {
            Emit(new TaskWaiting(now, run.Ref, run.Attempt + 1, wait.ResumesAt(input, now)));
        }
        catch (TaskFailedException refused)
        {
            Fault(task, refused.Failure);
        }
    }

    private void EndWait(WorkflowTask task, TaskRun run)
    {
        var wait = (IDurableWait)(run.Fallback ? task.FallbackType! : task.Type);
        Emit(new TaskCompleted(now, run.Ref, run.Attempt, wait.Complete(run.Input!.Value, run.AttemptStartedAt!.Value, now)));
        Advance(task);
    }

    private void Fault(WorkflowTask task, TaskFailure failure)
    {
        var run = Execution.Tasks[task.Index];
        if (failure.Retryable && !run.Fallback && task.Definition.Retry is { } retry && run.FailedAttempts < retry.Attempts)
            Emit(new TaskRetryScheduled(now, run.Ref, run.Attempt, failure, now + Delay(retry, run.FailedAttempts, failure.RetryAfter)));
        else
            FailForGood(task, failure);
    }

    /// <summary>The other side's wish counts when it is longer than ours, up to a day.</summary>
    private TimeSpan Delay(RetryPolicy retry, int failedBefore, TimeSpan? wish)
    {
        var seconds = Math.Min(retry.Delay.TotalSeconds * Math.Pow(retry.Multiplier, failedBefore), retry.MaxDelay.TotalSeconds);
        var own = TimeSpan.FromSeconds(seconds * (1 - retry.Jitter * chance));
        return wish > own ? TimeSpan.FromTicks(Math.Min(wish.Value.Ticks, TimeSpan.TicksPerDay)) : own;
    }

    private void RepeatInterrupted(WorkflowTask task)
    {
        var run = Execution.Tasks[task.Index];
        var type = run.Fallback ? task.FallbackType! : task.Type;
        if (!MayStart) return;
        if (run.Deaths >= ExecutionDecider.MostDeaths)
            FailForGood(task, new TaskFailure("crash_loop", $"The process died {run.Deaths} times while {run.Ref} ran, so it is not tried again."));
        else if (type.Specification.Repeat == TaskRepeat.Unsafe)
            Fault(task, new TaskFailure("interrupted", $"The process ended while {run.Ref} ran, and {type.Specification.Type} may not be repeated by itself. Give the task a retry if repeating is safe, or replay from it.", Retryable: true));
        else
            Emit(new TaskStarted(now, run.Ref, run.Attempt + 1, run.Input!.Value, run.Fallback));
    }

    /// <summary>No attempt is left: <c>on_error</c> says what this means for the execution.</summary>
    private void FailForGood(WorkflowTask task, TaskFailure failure)
    {
        var run = Execution.Tasks[task.Index];
        var policy = run.Fallback ? ErrorPolicy.Fail : task.Definition.OnError;
        switch (policy)
        {
            case ErrorPolicy.ContinueWithNull:
                Emit(new TaskFailed(now, run.Ref, run.Attempt, failure, Handled: true));
                Advance(task);
                return;
            case ErrorPolicy.UseValue:
                if (TryRender(task.FallbackValue!, out var value, out var second))
                {
                    Emit(new TaskFailed(now, run.Ref, run.Attempt, failure, Handled: true, value));
                    Advance(task);
                    return;
                }
                failure = second with { Message = $"{failure.Message} Its fallback value failed too: {second.Message}" };
                break;
            case ErrorPolicy.RunTask:
                Emit(new TaskFellBack(now, run.Ref, run.Attempt, failure));
                if (MayStart) BeginFallback(task);
                return;
        }
        Emit(new TaskFailed(now, run.Ref, run.Attempt, failure));
        EndBadly(failure with { Ref = run.Ref });
    }

    private void BeginFallback(WorkflowTask task) => BeginAttempt(task, task.FallbackInput!, task.FallbackType!, fallback: true);

    private void CompleteIfDone()
    {
        if (Execution.IsFinished || Execution.UnfinishedTasks > 0 || Execution.Status != ExecutionStatus.Running) return;
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            foreach (var output in workflow.Outputs)
            {
                if (!TryRender(output.Value, out var value, out var failure) || !Fits(output, value, out failure)) { EndBadly(failure); return; }
                writer.WritePropertyName(output.Name);
                value.WriteTo(writer);
            }
            writer.WriteEndObject();
        }
        Emit(new ExecutionCompleted(now, JsonElement.Parse(buffer.WrittenSpan)));
    }

    private bool TryRender(ValueTemplate template, out JsonElement value, out TaskFailure failure)
    {
        try
        {
            value = template.Render(new ExecutionScope(Execution, now));
            failure = null!;
            return true;
        }
        catch (TemplateRenderException e)
        {
            value = default;
            failure = new TaskFailure(e.Fault.Code, e.Fault.Pointer.Length == 0 ? e.Fault.Message : $"{e.Fault.Pointer[1..]}: {e.Fault.Message}");
            return false;
        }
    }

    /// <summary>What the compiler could not know: whether what came out fits. Constants were checked at save.</summary>
    private static bool Fits(ValueTemplate template, JsonElement input, TaskType type, out TaskFailure failure) =>
        template.Expressions.IsEmpty ? Fine(out failure) : Fits(input, type.Specification.Input, "input_invalid", "input", out failure);

    private static bool Fits(WorkflowOutput output, JsonElement value, out TaskFailure failure) =>
        output.Value.Expressions.IsEmpty ? Fine(out failure) : Fits(value, output.Schema, "output_invalid", output.Name, out failure);

    private static bool Fits(JsonElement value, ValueSchema schema, string code, string name, out TaskFailure failure)
    {
        var problems = new List<Problem>();
        ValueChecker.Check(value, schema, "#/" + name, problems);
        if (problems.Count == 0) return Fine(out failure);
        failure = new TaskFailure(code, string.Join(' ', problems.Take(3).Select(problem => $"{problem.Pointer[2..]}: {problem.Detail}")));
        return false;
    }

    private static bool Fine(out TaskFailure failure)
    {
        failure = null!;
        return true;
    }

    private static string Name(JsonElement value) => value.ValueKind.ToString().ToLowerInvariant();
}
