using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class WaitReasonsTests
{
    private static readonly TaskRun Busy = ExecutionExamples.Run("busy", TaskRunStatus.Running) with { AttemptStartedAt = PageContext.Noon };
    private static readonly TaskRun Waits = ExecutionExamples.Run("waits", TaskRunStatus.Running) with { AttemptStartedAt = PageContext.Noon, WaitUntil = PageContext.Noon.AddMinutes(5) };
    private static readonly TaskRun Retries = ExecutionExamples.Run("retries", TaskRunStatus.Running) with { Attempt = 2, RetryAt = PageContext.Noon.AddSeconds(90), Failure = new TaskFailure("http_status", "It answered 503.", true) };

    private static ImmutableArray<WaitReason> Of(Execution execution, ExecutionHold? hold = null) => WaitReasons.Of(execution, hold ?? ExecutionHold.None, PageContext.Noon, TimeZoneInfo.Utc);

    private static Execution Pending => ExecutionExamples.Running(ExecutionExamples.Run("a")) with { Status = ExecutionStatus.Pending, StartedAt = null, CreatedAt = PageContext.Noon.AddMinutes(-1) };

    [Fact]
    public void What_runs_does_not_wait() => Assert.Empty(Of(ExecutionExamples.Running(Busy, Waits)));

    [Fact]
    public void What_has_ended_does_not_wait() => Assert.Empty(Of(ExecutionExamples.Failed(new TaskFailure("timeout", "Too slow."), Waits)));

    [Fact]
    public void Waiting_and_retrying_tasks_say_until_when()
    {
        var reasons = Of(ExecutionExamples.Running(Waits, Retries));
        Assert.Equal(["waits", "retries"], reasons.Select(reason => reason.Ref));
        Assert.Equal("waits until 12:05:00, in 5 min 00 s, as its input says.", reasons[0].Words);
        Assert.Equal("is tried again at 12:01:30, in 1 min 30 s: attempt 2 failed with http_status.", reasons[1].Words);
    }

    [Fact]
    public void A_paused_execution_says_so_even_while_a_task_goes_on()
    {
        var reason = Assert.Single(Of(ExecutionExamples.Running(Busy) with { PausedAt = PageContext.Noon }));
        Assert.Contains("until it is resumed. The task under way goes on", reason.Words, StringComparison.Ordinal);
    }

    [Fact]
    public void A_full_server_is_told_with_its_figures() =>
        Assert.Contains("256 of 256", Assert.Single(Of(Pending, new ExecutionHold(HoldKind.Slot, 256, 256, []))).Words, StringComparison.Ordinal);

    [Fact]
    public void A_limit_of_the_workflow_names_who_holds_it() =>
        Assert.Equal(["ex-other"], Assert.Single(Of(Pending, new ExecutionHold(HoldKind.ConcurrencyLimit, 1, 1, ["ex-other"]))).Holders);

    [Fact]
    public void One_that_saw_the_server_die_says_that_it_goes_on_alone()
    {
        var interrupted = ExecutionExamples.Run("a", TaskRunStatus.Running) with { Interrupted = true };
        var reasons = Of(ExecutionExamples.Running(interrupted), new ExecutionHold(HoldKind.CrashSuspect, 1, 256, []));
        Assert.Contains("one after the other", reasons[0].Words, StringComparison.Ordinal);
        Assert.Equal("a", reasons[1].Ref);
    }

    [Fact]
    public void One_that_was_just_accepted_is_on_its_way_and_not_waiting() =>
        Assert.Empty(Of(Pending with { CreatedAt = PageContext.Noon.AddSeconds(-1) }, new ExecutionHold(HoldKind.Turn, 1, 256, [])));
}
