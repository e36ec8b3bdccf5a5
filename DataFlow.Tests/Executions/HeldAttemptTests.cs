using DataFlow.Engine.Executions;
using static DataFlow.Tests.Executions.Given;

namespace DataFlow.Tests.Executions;

/// <summary>Attempts that do not begin at once.</summary>
public sealed class HeldAttemptTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_fallback_waits_for_the_end_of_a_pause_or_for_the_next_process(bool paused)
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "on_error": { "task": { "type": "Test.Idempotent", "input": { "value": 5 } } } }""").After(Started);
        if (paused) given.When(new ExecutionCommand.Pause());
        Assert.Equal(["TaskFellBack"], Kinds(given.When(Fails("a"), hold: !paused)));
        Assert.Empty(given.When(Tick, hold: !paused));
        Assert.Null(ExecutionDecider.NextDue(given.Workflow, given.Execution));
        var events = given.When(paused ? new ExecutionCommand.Resume() : Recover);
        Assert.True(Assert.Single(events.OfType<TaskStarted>()).Fallback);
        Assert.DoesNotContain(events, e => e is TaskInterrupted);
        Assert.Equal(2, given.Run("a").Attempt);
        Assert.Equal(ExecutionStatus.Completed, given.After(Succeeds("a", attempt: 2)).Execution.Status);
    }

    [Fact]
    public void A_durable_wait_that_is_tried_again_waits_again()
    {
        var given = Tasks("""
            { "ref": "a", "type": "Flow.Wait", "input": { "until": "2026-01-02T03:05:05Z" }, "timeout": 40, "retry": { "attempts": 1, "delay": 10, "jitter": 0 } }
            """).After(Started).Later(40);
        Assert.Equal(["TaskRetryScheduled"], Kinds(given.When(Tick)));
        Assert.Equal(["TaskStarted", "TaskWaiting"], Kinds(given.Later(10).When(Tick)));
        Assert.Equal(["TaskCompleted", "ExecutionCompleted"], Kinds(given.Later(10).When(Tick)));
    }

    private static string[] Kinds(IEnumerable<ExecutionEvent> events) => [.. events.Select(e => e.GetType().Name)];
}
