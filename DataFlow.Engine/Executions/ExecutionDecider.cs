using System.Collections.Immutable;
using System.Diagnostics;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;

namespace DataFlow.Engine.Executions;

/// <summary>What a command led to.</summary>
/// <param name="Events">The facts, in order; empty: nothing.</param>
/// <param name="Execution">The fold after them.</param>
public sealed record Decision(ImmutableArray<ExecutionEvent> Events, Execution Execution);

/// <summary>Step 6 of the path: the whole state machine. Pure: time, chance and whether to hold come as values.</summary>
public static class ExecutionDecider
{
    /// <summary>A task whose attempts saw this many deaths of the process is not tried again.</summary>
    public const int MostDeaths = 3;

    /// <summary>
    /// Decides. Anything that makes no sense in the present state (a late report, a second cancel) leads to no events.
    /// </summary>
    /// <param name="workflow">What it runs.</param>
    /// <param name="execution">As it stands.</param>
    /// <param name="command">What was asked or reported.</param>
    /// <param name="now">The time.</param>
    /// <param name="chance">0 to 1, for the jitter of a retry.</param>
    /// <param name="hold">True while the host is stopping: reports are taken, nothing new starts.</param>
    public static Decision Decide(Workflow workflow, Execution execution, ExecutionCommand command, DateTimeOffset now, double chance = 0, bool hold = false)
    {
        if (execution.IsFinished) return new Decision([], execution);
        var deciding = new Deciding(workflow, execution, now, chance, hold);
        switch (command)
        {
            case ExecutionCommand.Start: deciding.Start(); break;
            case ExecutionCommand.Recover: deciding.Recover(); break;
            case ExecutionCommand.TaskSucceeded report: deciding.Succeed(report); break;
            case ExecutionCommand.TaskFaulted report: deciding.Fault(report); break;
            case ExecutionCommand.Tick: deciding.Tick(); break;
            case ExecutionCommand.Cancel cancel: deciding.Cancel(cancel.Reason); break;
            case ExecutionCommand.Pause: deciding.Pause(); break;
            case ExecutionCommand.Resume: deciding.Resume(); break;
            case ExecutionCommand.HostStopping: deciding.Interrupt(graceful: true); break;
            default: throw new UnreachableException();
        }
        return new Decision(deciding.Events, deciding.Execution);
    }

    /// <summary>Ends an execution that cannot go on whatever is asked: what it runs is gone.</summary>
    public static Decision Abandon(Execution execution, TaskFailure failure, DateTimeOffset now)
    {
        if (execution.IsFinished) return new Decision([], execution);
        var deciding = new Deciding(null!, execution, now, chance: 0, hold: true);
        deciding.EndBadly(failure);
        return new Decision(deciding.Events, deciding.Execution);
    }

    /// <summary>When the next <see cref="ExecutionCommand.Tick"/> has something to do; <c>null</c>: never by itself.</summary>
    public static DateTimeOffset? NextDue(Workflow workflow, Execution execution)
    {
        if (execution.IsFinished || execution.Status == ExecutionStatus.Pending) return null;
        DateTimeOffset? due = execution.StartedAt + workflow.Definition.Timeout;
        foreach (var run in execution.Tasks)
        {
            if (run.Status != TaskRunStatus.Running) continue;
            if (execution.PausedAt is null) due = Earlier(due, run.RetryAt);
            due = Earlier(due, run.WaitUntil);
            if (workflow.Tasks[execution.TaskIndex[run.Ref]].Definition.Timeout is { } timeout) due = Earlier(due, run.AttemptStartedAt + timeout);
        }
        return due;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;
}
