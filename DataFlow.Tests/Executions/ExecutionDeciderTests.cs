using DataFlow.Engine.Executions;
using static DataFlow.Tests.Executions.Given;

namespace DataFlow.Tests.Executions;

public sealed class ExecutionDeciderTests
{
    private const string Two = """
        { "ref": "a", "type": "Test.Unsafe", "input": { "value": "{{input.x}}" } },
        { "ref": "b", "type": "Test.Unsafe", "input": { "value": "{{refs.a.output.value}}" } }
        """;

    private static string[] Kinds(IEnumerable<ExecutionEvent> events) => [.. events.Select(e => e.GetType().Name)];

    [Fact]
    public void Start_starts_the_first_task_with_its_rendered_input()
    {
        var given = Tasks(Two, input: """{ "x": 42 }""");
        var events = given.When(Started);
        Assert.Equal(["ExecutionStarted", "TaskStarted"], Kinds(events));
        Assert.Equal("""{"value":42}""", ((TaskStarted)events[1]).Input.GetRawText().Replace(" ", ""));
        Assert.Equal(TaskRunStatus.Pending, given.Run("b").Status);
    }

    [Fact]
    public void A_task_starts_when_the_one_before_it_has_ended()
    {
        var given = Tasks(Two, input: """{ "x": 1 }""").After(Started);
        var events = given.When(Succeeds("a", value: "7"));
        Assert.Equal(["TaskCompleted", "TaskStarted"], Kinds(events));
        Assert.Equal(7, given.Run("b").Input!.Value.GetProperty("value").GetInt32());
    }

    [Fact]
    public void The_last_end_completes_the_execution_with_its_outputs()
    {
        var given = Tasks(Two, """{ "name": "r", "type": "any", "value": "{{refs.b.output.value}}" }""", """{ "x": 1 }""").After(Started, Succeeds("a"));
        Assert.Equal(["TaskCompleted", "ExecutionCompleted"], Kinds(given.When(Succeeds("b", value: "\"done\""))));
        Assert.Equal("done", given.Execution.Output!.Value.GetProperty("r").GetString());
    }

    [Fact]
    public void Tasks_without_a_common_dependency_run_side_by_side()
    {
        var given = Tasks("""
            { "ref": "a", "type": "Test.Unsafe", "depends_on": [] },
            { "ref": "b", "type": "Test.Unsafe", "depends_on": [] },
            { "ref": "c", "type": "Test.Unsafe", "depends_on": ["a", "b"] }
            """);
        Assert.Equal(["ExecutionStarted", "TaskStarted", "TaskStarted"], Kinds(given.When(Started)));
        Assert.Equal(["TaskCompleted"], Kinds(given.When(Succeeds("a"))));
        Assert.Equal(["TaskCompleted", "TaskStarted"], Kinds(given.When(Succeeds("b"))));
    }

    [Fact]
    public void A_false_condition_skips_the_task_and_goes_on()
    {
        var given = Tasks("""
            { "ref": "a", "type": "Test.Unsafe", "when": "{{ input.x > 5 }}" },
            { "ref": "b", "type": "Test.Unsafe" }
            """, input: """{ "x": 1 }""");
        Assert.Equal(["ExecutionStarted", "TaskSkipped", "TaskStarted"], Kinds(given.When(Started)));
        Assert.Equal(SkipReasons.ConditionFalse, given.Run("a").SkipReason);
    }

    [Fact]
    public void A_missing_reference_fails_the_task_and_the_execution()
    {
        var given = Tasks(Two).After();
        Assert.Equal(["ExecutionStarted", "TaskFailed", "TaskSkipped", "ExecutionFailed"], Kinds(given.When(Started)));
        Assert.Equal("null_reference", given.Execution.Failure!.Code);
        Assert.Equal("a", given.Execution.Failure.Ref);
        Assert.Equal(SkipReasons.ExecutionFailed, given.Run("b").SkipReason);
    }

    [Fact]
    public void A_failed_task_fails_the_execution_skips_what_never_started_and_cancels_what_runs()
    {
        var given = Tasks("""
            { "ref": "a", "type": "Test.Unsafe", "depends_on": [] },
            { "ref": "b", "type": "Test.Unsafe", "depends_on": [] },
            { "ref": "c", "type": "Test.Unsafe" }
            """).After(Started);
        Assert.Equal(["TaskFailed", "TaskCancelled", "TaskSkipped", "ExecutionFailed"], Kinds(given.When(Fails("a"))));
        Assert.Equal(TaskRunStatus.Cancelled, given.Run("b").Status);
    }

    [Fact]
    public void A_retryable_failure_schedules_the_next_attempt_after_its_delay()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 2, "delay": 10, "multiplier": 3, "jitter": 0 } }""").After(Started);
        var scheduled = (TaskRetryScheduled)Assert.Single(given.When(Fails("a")));
        Assert.Equal(Start + TimeSpan.FromSeconds(10), scheduled.RetryAt);
        Assert.Equal(scheduled.RetryAt, ExecutionDecider.NextDue(given.Workflow, given.Execution));
        Assert.Empty(given.Later(9.9).When(Tick));
        Assert.Equal(2, ((TaskStarted)Assert.Single(given.Later(0.1).When(Tick))).Attempt);
        var second = (TaskRetryScheduled)Assert.Single(given.When(Fails("a", 2)));
        Assert.Equal(given.Now + TimeSpan.FromSeconds(30), second.RetryAt);
        given.Later(30).When(Tick);
        Assert.Equal(["TaskFailed", "ExecutionFailed"], Kinds(given.When(Fails("a", 3))));
    }

    [Theory]
    [InlineData(5, 10)]
    [InlineData(60, 60)]
    [InlineData(1_000_000, 86_400)]
    public void The_wish_of_the_other_side_counts_when_it_is_longer_than_the_delay(int wish, int expected)
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 1, "delay": 10, "jitter": 0 } }""").After(Started);
        var scheduled = (TaskRetryScheduled)Assert.Single(given.When(Fails("a", retryAfter: TimeSpan.FromSeconds(wish))));
        Assert.Equal(Start + TimeSpan.FromSeconds(expected), scheduled.RetryAt);
    }

    [Fact]
    public void Jitter_takes_its_share_of_the_delay_away()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 1, "delay": 10, "jitter": 0.5 } }""").After(Started);
        var scheduled = (TaskRetryScheduled)Assert.Single(given.When(Fails("a"), chance: 1));
        Assert.Equal(Start + TimeSpan.FromSeconds(5), scheduled.RetryAt);
    }

    [Fact]
    public void A_failure_that_trying_again_cannot_help_is_not_retried()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 3 } }""").After(Started);
        Assert.Equal(["TaskFailed", "ExecutionFailed"], Kinds(given.When(Fails("a", retryable: false))));
    }

    [Fact]
    public void On_error_continue_gives_null_and_goes_on()
    {
        var given = Tasks("""
            { "ref": "a", "type": "Test.Unsafe", "on_error": "continue" },
            { "ref": "b", "type": "Test.Unsafe", "input": { "value": "{{ refs.a.output.value ?? 'none' }}" } }
            """).After(Started);
        Assert.Equal(["TaskFailed", "TaskStarted"], Kinds(given.When(Fails("a"))));
        Assert.Equal("none", given.Run("b").Input!.Value.GetProperty("value").GetString());
        Assert.Equal(["TaskCompleted", "ExecutionCompleted"], Kinds(given.When(Succeeds("b"))));
    }

    [Fact]
    public void On_error_value_is_the_output()
    {
        var given = Tasks("""
            { "ref": "a", "type": "Test.Unsafe", "on_error": { "value": { "value": "instead" } } },
            { "ref": "b", "type": "Test.Unsafe", "input": { "value": "{{refs.a.output.value}}" } }
            """).After(Started, Fails("a"));
        Assert.Equal("instead", given.Run("b").Input!.Value.GetProperty("value").GetString());
        Assert.Equal(TaskRunStatus.Failed, given.Run("a").Status);
    }

    [Fact]
    public void On_error_task_runs_once_in_its_place_after_the_retries()
    {
        var given = Tasks("""
            { "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 1, "delay": 0 }, "on_error": { "task": { "type": "Test.Pure", "input": { "value": "plan b" } } } }
            """).After(Started, Fails("a"));
        given.When(Tick);
        Assert.Equal(["TaskFellBack", "TaskStarted"], Kinds(given.When(Fails("a", 2))));
        Assert.True(given.Run("a").Fallback);
        Assert.Equal(["TaskFailed", "ExecutionFailed"], Kinds(given.When(Fails("a", 3))));
    }

    [Fact]
    public void A_late_or_repeated_report_is_dropped()
    {
        var given = Tasks(Two, input: """{ "x": 1 }""").After(Started, Succeeds("a"));
        Assert.Empty(given.When(Succeeds("a")));
        Assert.Empty(given.When(Fails("a")));
        Assert.Empty(given.When(Succeeds("b", attempt: 2)));
        Assert.Empty(given.When(Succeeds("nobody")));
        given.When(Cancel);
        Assert.Empty(given.When(Succeeds("b")));
    }

    [Fact]
    public void Cancel_ends_everything_at_once_and_only_once()
    {
        var given = Tasks(Two, input: """{ "x": 1 }""").After(Started);
        Assert.Equal(["CancellationRequested", "TaskCancelled", "TaskSkipped", "ExecutionCancelled"], Kinds(given.When(Cancel)));
        Assert.Empty(given.When(Cancel));
    }

    [Fact]
    public void Cancel_while_waiting_for_a_retry_lets_no_timer_revive_it()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 1, "delay": 10 } }""").After(Started, Fails("a"), Cancel);
        Assert.Empty(given.Later(60).When(Tick));
        Assert.Equal(ExecutionStatus.Cancelled, given.Execution.Status);
    }

    [Fact]
    public void Pause_holds_what_comes_next_and_resume_starts_it()
    {
        var given = Tasks(Two, input: """{ "x": 1 }""").After(Started, new ExecutionCommand.Pause());
        Assert.Equal(["TaskCompleted"], Kinds(given.When(Succeeds("a"))));
        Assert.Equal(["ExecutionResumed", "TaskStarted"], Kinds(given.When(new ExecutionCommand.Resume())));
    }

    [Fact]
    public void A_task_that_takes_longer_than_its_timeout_fails_retryably()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "timeout": 30, "retry": { "attempts": 1 } }""").After(Started);
        Assert.Equal(Start + TimeSpan.FromSeconds(30), ExecutionDecider.NextDue(given.Workflow, given.Execution));
        var scheduled = (TaskRetryScheduled)Assert.Single(given.Later(30).When(Tick));
        Assert.Equal("timeout", scheduled.Failure.Code);
    }

    [Fact]
    public void An_execution_that_takes_longer_than_its_timeout_fails()
    {
        var given = Tasks(Two, input: """{ "x": 1 }""", top: "\"timeout\": 60,").After(Started);
        Assert.Equal(["TaskCancelled", "TaskSkipped", "ExecutionFailed"], Kinds(given.Later(60).When(Tick)));
        Assert.Equal("execution_timeout", given.Execution.Failure!.Code);
    }

    [Fact]
    public void A_durable_wait_is_a_moment_in_the_journal()
    {
        var given = Tasks("""{ "ref": "w", "type": "Flow.Wait", "input": { "seconds": 3600 } }, { "ref": "b", "type": "Test.Unsafe" }""");
        Assert.Equal(["ExecutionStarted", "TaskStarted", "TaskWaiting"], Kinds(given.When(Started)));
        Assert.Equal(Start + TimeSpan.FromHours(1), ExecutionDecider.NextDue(given.Workflow, given.Execution));
        Assert.Empty(given.Later(1800).When(Recover));
        Assert.Equal(["TaskCompleted", "TaskStarted"], Kinds(given.Later(1800).When(Tick)));
    }

    [Theory]
    [InlineData("Test.Pure")]
    [InlineData("Test.Idempotent")]
    public void What_may_be_repeated_starts_again_with_the_same_input_when_its_process_is_lost(string type)
    {
        var given = Tasks($$"""{ "ref": "a", "type": "{{type}}", "input": { "value": 5 } }""").After(Started);
        var events = given.When(Recover);
        Assert.Equal(["TaskInterrupted", "TaskStarted"], Kinds(events));
        Assert.Equal(2, ((TaskStarted)events[1]).Attempt);
        Assert.Equal(5, ((TaskStarted)events[1]).Input.GetProperty("value").GetInt32());
    }

    [Fact]
    public void What_may_not_be_repeated_fails_as_interrupted_unless_its_retry_says_otherwise()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe" }""").After(Started);
        Assert.Equal(["TaskInterrupted", "TaskFailed", "ExecutionFailed"], Kinds(given.When(Recover)));
        Assert.Equal("interrupted", given.Execution.Failure!.Code);

        var allowed = Tasks("""{ "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 1 } }""").After(Started);
        Assert.Equal(["TaskInterrupted", "TaskRetryScheduled"], Kinds(allowed.When(Recover)));
    }

    [Fact]
    public void Three_deaths_of_the_process_end_a_crash_loop()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Idempotent" }""").After(Started, Recover, Recover);
        Assert.Equal(ExecutionStatus.Running, given.Execution.Status);
        given.When(Recover);
        Assert.Equal("crash_loop", given.Execution.Failure!.Code);
    }

    [Fact]
    public void A_stop_that_was_asked_for_is_no_death()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Idempotent" }""").After(Started);
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(["TaskInterrupted"], Kinds(given.When(new ExecutionCommand.HostStopping())));
            Assert.Equal(["TaskStarted"], Kinds(given.When(Recover)));
        }
        Assert.Equal(0, given.Run("a").Deaths);
    }

    [Fact]
    public void While_the_host_stops_reports_are_taken_and_nothing_starts()
    {
        var given = Tasks(Two, input: """{ "x": 1 }""").After(Started);
        Assert.Equal(["TaskCompleted"], Kinds(given.When(Succeeds("a"), hold: true)));
        Assert.Equal(["TaskStarted"], Kinds(given.When(Recover)));
    }

    [Fact]
    public void An_output_that_does_not_fit_fails_the_execution()
    {
        var given = Tasks("""{ "ref": "a", "type": "Test.Unsafe" }""", """{ "name": "n", "type": "integer", "value": "{{refs.a.output.value}}" }""").After(Started);
        given.When(Succeeds("a", value: "\"text\""));
        Assert.Equal("output_invalid", given.Execution.Failure!.Code);
    }

    [Fact]
    public void A_thousand_tasks_that_end_at_once_do_not_exhaust_the_stack()
    {
        var tasks = string.Join(',', Enumerable.Range(0, 1000).Select(i => $$"""{ "ref": "t{{i}}", "type": "Test.Unsafe", "input": { "value": "{{"{{input.x}}"}}" }, "on_error": "continue" }"""));
        var given = Tasks(tasks);
        given.When(Started);
        Assert.Equal(ExecutionStatus.Completed, given.Execution.Status);
    }
}
