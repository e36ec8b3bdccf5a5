using System.Collections.Immutable;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine.Executions;

/// <summary>One decision in the making: the state moves with every fact, so that the next thought sees it.</summary>
internal sealed partial class Deciding(Workflow workflow, Execution execution, DateTimeOffset now, double chance, bool hold)
{
    private readonly ImmutableArray<ExecutionEvent>.Builder _events = ImmutableArray.CreateBuilder<ExecutionEvent>(4);

    public Execution Execution { get; private set; } = execution;

    public ImmutableArray<ExecutionEvent> Events => _events.DrainToImmutable();

    private bool MayStart => !hold && Execution is { PausedAt: null, Status: ExecutionStatus.Running };

    public void Start()
    {
        if (Execution.Status != ExecutionStatus.Pending || hold) return;
        Emit(new ExecutionStarted(now));
        Advance();
    }

    /// <summary>The runner before this one is gone. What it had under way is counted as lost, then decided like any other report.</summary>
    public void Recover()
    {
        if (Execution.Status == ExecutionStatus.Pending)
        {
            Start();
            return;
        }
        Interrupt(graceful: false);
        Tick();
        Advance();
    }

    public void Interrupt(bool graceful)
    {
        foreach (var run in Execution.Tasks)
            if (run is { Status: TaskRunStatus.Running, AttemptStartedAt: not null, WaitUntil: null })
                Emit(new TaskInterrupted(now, run.Ref, run.Attempt, graceful));
    }

    public void Succeed(ExecutionCommand.TaskSucceeded report)
    {
        if (Current(report.Ref, report.Attempt) is not { } task) return;
        Emit(new TaskCompleted(now, report.Ref, report.Attempt, report.Output));
        Advance(task);
    }

    public void Fault(ExecutionCommand.TaskFaulted report)
    {
        if (Current(report.Ref, report.Attempt) is { } task) Fault(task, report.Failure);
    }

    public void Tick()
    {
        if (Execution.StartedAt + workflow.Definition.Timeout <= now)
        {
            EndBadly(new TaskFailure("execution_timeout", $"The execution took longer than the {workflow.Definition.Timeout!.Value.TotalSeconds:0.###} s its workflow allows."));
            return;
        }
        for (var i = 0; i < workflow.Tasks.Length && !Execution.IsFinished; i++)
        {
            var (task, run) = (workflow.Tasks[i], Execution.Tasks[i]);
            if (run.Status != TaskRunStatus.Running) continue;
            if (run.Interrupted) RepeatInterrupted(task);
            else if (run.WaitUntil <= now) EndWait(task, run);
            else if (run.RetryAt <= now && MayStart) BeginAttempt(task, run.Input!.Value, task.Type, fallback: false);
            // Held back by a pause or a stop.
            else if (run is { Fallback: true, AttemptStartedAt: null } && MayStart) BeginFallback(task);
            else if (run.AttemptStartedAt + task.Definition.Timeout <= now)
                Fault(task, new TaskFailure("timeout", $"The attempt took longer than the {task.Definition.Timeout!.Value.TotalSeconds:0.###} s of the task's timeout.", Retryable: true));
        }
    }

    public void Cancel(string? reason)
    {
        Emit(new CancellationRequested(now, reason));
        EndTasks(SkipReasons.ExecutionCancelled);
        Emit(new ExecutionCancelled(now));
    }

    public void Pause()
    {
        if (Execution.PausedAt is null) Emit(new ExecutionPaused(now));
    }

    public void Resume()
    {
        if (Execution.PausedAt is null) return;
        Emit(new ExecutionResumed(now));
        Tick();
        Advance();
    }

    private void Emit(ExecutionEvent e)
    {
        _events.Add(e);
        Execution = Execution.Apply(e);
    }

    /// <summary>The task a report is about, if the report is about its current attempt and in time.</summary>
    private WorkflowTask? Current(string taskRef, int attempt) =>
        Execution.TaskIndex.TryGetValue(taskRef, out var index)
        && Execution.Tasks[index] is { Status: TaskRunStatus.Running, AttemptStartedAt: not null } run && run.Attempt == attempt
            ? workflow.Tasks[index] : null;

    public void EndBadly(TaskFailure failure)
    {
        EndTasks(SkipReasons.ExecutionFailed);
        Emit(new ExecutionFailed(now, failure));
    }

    private void EndTasks(string skipReason)
    {
        foreach (var run in Execution.Tasks)
            if (run.Status == TaskRunStatus.Running) Emit(new TaskCancelled(now, run.Ref));
            else if (run.Status == TaskRunStatus.Pending) Emit(new TaskSkipped(now, run.Ref, skipReason));
    }
}
