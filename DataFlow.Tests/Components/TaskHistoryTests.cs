using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class TaskHistoryTests
{
    private static readonly TaskFailure Refused = new("http_status", "It answered 503.", true);

    private static DateTimeOffset At(int seconds) => PageContext.Noon.AddSeconds(seconds);

    [Fact]
    public void Attempts_and_the_waits_between_them_follow_each_other()
    {
        var history = TaskHistory.Read(
        [
            new TaskStarted(At(0), "a", 1, PageContext.Json("{}")),
            new TaskRetryScheduled(At(1), "a", 1, Refused, At(5)),
            new TaskStarted(At(5), "a", 2, PageContext.Json("{}")),
            new TaskCompleted(At(7), "a", 2, PageContext.Json("{}")),
        ])["a"];
        Assert.Equal([TaskRunStatus.Failed, TaskRunStatus.Completed], history.Attempts.Select(attempt => attempt.Status));
        Assert.Equal("http_status", history.Attempts[0].Failure?.Code);
        Assert.Equal([(At(0), At(1), false), (At(1), At(5), true), (At(5), At(7), false)], history.Spans.Select(span => (span.From, span.To!.Value, span.Waiting)));
    }

    [Fact]
    public void What_still_runs_has_no_end()
    {
        var history = TaskHistory.Read([new TaskStarted(At(0), "a", 1, PageContext.Json("{}"))])["a"];
        Assert.Null(history.Attempts[0].To);
        Assert.Null(history.Spans[0].To);
    }

    [Fact]
    public void A_durable_wait_is_drawn_as_waiting_and_its_attempt_goes_on()
    {
        var history = TaskHistory.Read([new TaskStarted(At(0), "a", 1, PageContext.Json("{}")), new TaskWaiting(At(1), "a", 1, At(60)), new TaskCompleted(At(60), "a", 1, PageContext.Json("{}"))])["a"];
        Assert.Equal((At(0), At(60)), (Assert.Single(history.Attempts).From, history.Attempts[0].To));
        Assert.True(history.Spans[1].Waiting);
    }

    [Fact]
    public void A_task_that_does_nothing_but_wait_is_one_stretch_in_the_colour_of_its_end()
    {
        var history = TaskHistory.Read([new TaskStarted(At(0), "a", 1, PageContext.Json("{}")), new TaskWaiting(At(0), "a", 1, At(60)), new TaskCompleted(At(60), "a", 1, PageContext.Json("{}"))])["a"];
        Assert.Equal((true, TaskRunStatus.Completed, At(60)), (Assert.Single(history.Spans).Waiting, history.Spans[0].Status, history.Spans[0].To));
    }

    [Fact]
    public void An_interrupted_attempt_says_so_and_the_next_one_follows()
    {
        var history = TaskHistory.Read([new TaskStarted(At(0), "a", 1, PageContext.Json("{}")), new TaskInterrupted(At(2), "a", 1), new TaskStarted(At(3), "a", 2, PageContext.Json("{}"))])["a"];
        Assert.Equal([(true, TaskRunStatus.Cancelled), (false, TaskRunStatus.Running)], history.Attempts.Select(attempt => (attempt.Interrupted, attempt.Status)));
    }

    [Fact]
    public void A_wait_for_a_retry_ends_with_its_execution()
    {
        var history = TaskHistory.Read([new TaskStarted(At(0), "a", 1, PageContext.Json("{}")), new TaskRetryScheduled(At(1), "a", 1, Refused, At(60)), new ExecutionCancelled(At(3))])["a"];
        Assert.Equal(At(3), history.Spans[1].To);
    }

    [Fact]
    public void A_cancel_between_two_attempts_leaves_the_failed_one_failed()
    {
        var history = TaskHistory.Read([new TaskStarted(At(0), "a", 1, PageContext.Json("{}")), new TaskRetryScheduled(At(1), "a", 1, Refused, At(60)), new TaskCancelled(At(3), "a"), new ExecutionCancelled(At(3))])["a"];
        Assert.Equal([(TaskRunStatus.Failed, SpanKind.Running), (TaskRunStatus.Pending, SpanKind.Retry)], history.Spans.Select(span => (span.Status, span.Kind)));
    }

    [Fact]
    public void The_execution_itself_is_queued_then_under_way_then_paused()
    {
        var spans = TaskHistory.OfExecution(
            [new ExecutionQueued(At(0), "wf-1", 1, PageContext.Json("{}")), new ExecutionStarted(At(2)), new ExecutionPaused(At(3)), new ExecutionResumed(At(5)), new ExecutionCompleted(At(6), PageContext.Json("{}"))]);
        Assert.Equal(
            [(SpanKind.Queued, TaskRunStatus.Pending, 2), (SpanKind.Running, TaskRunStatus.Completed, 3), (SpanKind.Paused, TaskRunStatus.Cancelled, 5), (SpanKind.Running, TaskRunStatus.Completed, 6)],
            spans.Select(span => (span.Kind, span.Status, (int)(span.To!.Value - At(0)).TotalSeconds)));
    }

    [Fact]
    public void Ticks_are_round_and_never_more_than_asked_for()
    {
        Assert.Equal(["0", "2 s", "4 s", "6 s"], new TimeScale(At(0), At(7)).Ticks().Select(tick => tick.Words));
        Assert.Equal(["0", "1 min", "2 min", "3 min"], new TimeScale(At(0), At(228)).Ticks().Select(tick => tick.Words));
        Assert.All([1, 3, 59, 61, 3_601, 90_000, 40_000_000], seconds => Assert.InRange(new TimeScale(At(0), At(seconds)).Ticks().Length, 1, 6));
    }

    [Fact]
    public void What_has_not_ended_is_drawn_until_the_moment_of_the_picture()
    {
        var open = new TimelineSpan(At(10), null, TaskRunStatus.Running, SpanKind.Running, "");
        Assert.Equal(("10%", "30%"), new TimeScale(At(0), At(100)).Place(open, At(40)));
        Assert.Equal(("10%", "90%"), new TimeScale(At(0), At(100)).Place(open));
    }

    [Fact]
    public void Scale_keeps_every_bar_inside_and_wide_enough_to_see()
    {
        var scale = new TimeScale(At(0), At(100));
        Assert.Equal(("0%", "50%"), scale.Place(new TimelineSpan(At(0), At(50), TaskRunStatus.Completed, SpanKind.Running, "")));
        Assert.Equal(("99.2%", "0.8%"), scale.Place(new TimelineSpan(At(100), At(100), TaskRunStatus.Completed, SpanKind.Running, "")));
    }
}
