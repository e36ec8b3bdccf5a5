using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class TaskFactsTests
{
    private static string? Of(TaskRun run, Func<Execution, Execution>? change = null)
    {
        var execution = ExecutionExamples.Running(run);
        return TaskFacts.Of(change?.Invoke(execution) ?? execution, run, PageContext.Noon, TimeZoneInfo.Utc);
    }

    [Fact]
    public void A_wait_says_until_when() =>
        Assert.Equal("Waits until 12:05:00, in 5 min 00 s", Of(ExecutionExamples.Run("a", TaskRunStatus.Running) with { WaitUntil = PageContext.Noon.AddMinutes(5) }));

    [Fact]
    public void A_wait_until_another_day_names_the_day() =>
        Assert.StartsWith($"Waits until {PageContext.Noon.AddDays(1).Day} ", Of(ExecutionExamples.Run("a", TaskRunStatus.Running) with { WaitUntil = PageContext.Noon.AddDays(1) }), StringComparison.Ordinal);

    [Fact]
    public void A_paused_execution_explains_its_pending_tasks() =>
        Assert.Contains("paused", Of(ExecutionExamples.Run("a"), execution => execution with { PausedAt = PageContext.Noon }), StringComparison.Ordinal);

    [Fact]
    public void A_skipped_task_says_why() =>
        Assert.Equal("Skipped because its condition was false", Of(ExecutionExamples.Run("a", TaskRunStatus.Skipped) with { SkipReason = "condition_false" }));

    [Fact]
    public void A_task_that_simply_completed_needs_no_words() => Assert.Null(Of(ExecutionExamples.Run("a", TaskRunStatus.Completed) with { Attempt = 1 }));
}
