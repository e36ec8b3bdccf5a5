using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;
using static DataFlow.Tests.Runtime.Trials;

#pragma warning disable xUnit1069 // The harness watches the token of the test.

namespace DataFlow.Tests.Runtime;

/// <summary>Trials: a task, or all up to one, of a definition that nobody saved.</summary>
public sealed class TrialTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Soon)]
    public async Task Up_to_a_task_all_it_needs_runs_and_what_is_wrong_behind_it_does_not_matter()
    {
        await using var harness = await EngineHarness.StartAsync();
        var ended = await EndAsync(harness, Of(Three) with { UpTo = "b", Input = Json("""{ "x": "1" }""") });

        Assert.Equal(ExecutionStatus.Completed, ended.Status);
        Assert.Equal(["a", "b"], ended.Tasks.Select(run => run.Ref));
        Assert.Equal("1 b", Value(ended, "b"));
        Assert.Equal("{}", ended.Output?.GetRawText());
    }

    [Theory(Timeout = Soon)]
    [InlineData(false, "COMPLETED")]
    [InlineData(true, "FAILED")]
    public async Task Its_end_and_its_time_are_counted(bool fails, string status)
    {
        await using var harness = await EngineHarness.StartAsync();
        if (fails) harness.Script.Behaviour = (_, _, _) => throw new InvalidOperationException("It broke.");
        // Others count in this process too; what this test started carries its mark.
        var mine = new AsyncLocal<bool> { Value = true };
        var counted = new System.Collections.Concurrent.ConcurrentQueue<(string, string?)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, listening) => { if (instrument.Name.StartsWith("dataflow.trial", StringComparison.Ordinal)) listening.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => { if (mine.Value) counted.Enqueue(($"{instrument.Name} {value}", tags.ToArray().Single().Value as string)); });
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => { if (mine.Value) counted.Enqueue((instrument.Name, tags.ToArray().Single().Value as string)); });
        listener.Start();

        await EndAsync(harness, Of(Three) with { UpTo = "a", Input = Json("""{ "x": "1" }""") });

        Assert.Equal([("dataflow.trials.ended 1", status), ("dataflow.trial.duration", status)], counted);
    }

    [Fact(Timeout = Soon)]
    public async Task Given_outputs_are_taken_over_and_neither_they_nor_what_only_they_need_runs()
    {
        await using var harness = await EngineHarness.StartAsync();
        var ended = await EndAsync(harness, Of(Three) with { UpTo = "c", Outputs = Given("b", """{ "value": "given" }""") });

        Assert.Equal("given c", Value(ended, "c"));
        Assert.Equal(["c"], harness.Script.Attempts.Select(attempt => attempt.Ref));
        Assert.True(ended.FindTask("b")!.Reused);
        Assert.Null(ended.FindTask("a"));
    }

    [Fact(Timeout = Soon)]
    public async Task What_is_named_over_a_given_task_runs_all_the_same()
    {
        const string Over =
            """
            { "name": "test", "tasks": [
              { "ref": "a", "type": "Test.Unsafe", "input": { "value": 1 } }, { "ref": "b", "type": "Test.Unsafe" },
              { "ref": "c", "type": "Test.Unsafe", "input": { "value": "{{ refs.a.output.value }}{{ refs.b.output.value }}" } }] }
            """;
        await using var harness = await EngineHarness.StartAsync();
        var ended = await EndAsync(harness, Of(Over) with { UpTo = "c", Outputs = Given("b", """{ "value": 2 }""") });

        Assert.Equal("12", Value(ended, "c"));
        Assert.Equal(["a", "c"], harness.Script.Attempts.Select(attempt => attempt.Ref));
    }

    [Fact(Timeout = Soon)]
    public async Task One_task_runs_alone_with_given_data_whatever_its_condition_says()
    {
        const string Conditional = """{ "name": "test", "tasks": [{ "ref": "a", "type": "Test.Unsafe" }, { "ref": "b", "type": "Test.Unsafe", "when": "{{ false }}", "input": { "value": "{{ refs.a.output.value }}" } }] }""";
        await using var harness = await EngineHarness.StartAsync();
        var ended = await EndAsync(harness, Of(Conditional) with { Only = "b", Outputs = Given("a", """{ "value": 7 }""").Add("b", Json("""{ "value": "old" }""")) });

        Assert.Equal("7", ended.FindTask("b")!.Output!.Value.GetProperty("value").GetRawText());
        Assert.Equal(["b"], harness.Script.Attempts.Select(attempt => attempt.Ref));
    }

    [Fact(Timeout = Soon)]
    public async Task Data_that_is_not_given_is_null_and_fails_the_task_as_in_an_execution()
    {
        await using var harness = await EngineHarness.StartAsync();
        var ended = await EndAsync(harness, Of(Three) with { Only = "c" });

        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        Assert.Equal("null_reference", ended.FindTask("c")!.Failure!.Code);
        Assert.Empty(harness.Script.Attempts);
    }

    [Fact(Timeout = Soon)]
    public async Task A_whole_definition_gives_its_outputs_without_being_saved()
    {
        await using var harness = await EngineHarness.StartAsync();
        const string Whole = """{ "name": "test", "tasks": [{ "ref": "a", "type": "Test.Pure", "input": { "value": "{{ workflow.id }}" } }], "output": [{ "name": "id", "type": "string", "value": "{{ refs.a.output.value }}" }] }""";
        var ended = await EndAsync(harness, Of(Whole) with { WorkflowId = "wf-4g7h8j9k" });

        Assert.Equal("""{"id":"wf-4g7h8j9k"}""", ended.Output?.GetRawText());
    }

    [Fact(Timeout = Soon)]
    public async Task Nothing_of_it_is_stored_listed_or_told()
    {
        await using var harness = await EngineHarness.StartAsync();
        var feed = new List<ExecutionSummary>();
        using var everything = harness.Get<ExecutionFeed>().WatchAll(null);
        var ended = await EndAsync(harness, Of(Three) with { UpTo = "b", Input = Json("""{ "x": "1" }""") });

        Assert.StartsWith("trial-", ended.Id, StringComparison.Ordinal);
        Assert.Equal(RefusalKind.NotFound, (await harness.Engine.GetExecutionAsync(null, ended.Id, Token)).Refusal?.Kind);
        Assert.Empty((await harness.Engine.ListExecutionsAsync(new ExecutionQuery(), Token)).Value!.Items);
        Assert.Empty((await harness.Engine.ListWorkflowsAsync(new WorkflowQuery(), Token)).Value!.Items);
        var saved = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Test.Pure" }"""));
        await harness.EndAsync(saved);
        await foreach (var summary in everything.ReadAsync(Token))
        {
            feed.Add(summary);
            if (summary.Status == ExecutionStatus.Completed) break;
        }
        Assert.All(feed, summary => Assert.Equal(saved, summary.Id));
    }

    [Fact(Timeout = Soon)]
    public async Task Changes_come_in_order_and_without_a_gap_from_the_snapshot_to_the_end()
    {
        await using var harness = await EngineHarness.StartAsync();
        var watch = harness.Engine.StartTrial(Of(Three) with { UpTo = "b", Input = Json("""{ "x": "1" }""") }, Token).Value!;
        var (seen, execution) = (watch.Snapshot.Sequence, watch.Snapshot);
        await foreach (var change in watch.Changes)
        {
            Assert.Equal(seen + 1, change.FirstSequence);
            seen += change.Events.Length;
            execution = change.Execution;
        }
        Assert.Equal(execution.Sequence, seen);
        Assert.True(execution.IsFinished);
    }

    [Fact(Timeout = Soon)]
    public async Task A_failing_task_is_tried_again_as_its_retry_says()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = static (input, context, _) => context.Attempt == 1
            ? throw new DataFlow.Engine.TaskTypes.TaskFailedException(new("busy", "Come back.", Retryable: true))
            : ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        const string Retrying = """{ "name": "test", "tasks": [{ "ref": "a", "type": "Test.Unsafe", "input": { "value": 1 }, "retry": { "attempts": 1, "delay": 60, "jitter": 0 } }] }""";
        var ended = await EndAsync(harness, Of(Retrying) with { Only = "a" }, change =>
        {
            if (change.Events.OfType<TaskRetryScheduled>().SingleOrDefault() is { } retry) harness.AdvanceTo(retry.RetryAt);
        });

        Assert.Equal(ExecutionStatus.Completed, ended.Status);
        Assert.Equal(2, ended.FindTask("a")!.Attempt);
    }

    [Fact(Timeout = Soon)]
    public async Task A_waiting_task_waits_and_goes_on_when_its_moment_has_come()
    {
        await using var harness = await EngineHarness.StartAsync();
        const string Waiting = """{ "name": "test", "tasks": [{ "ref": "a", "type": "Flow.Wait", "input": { "seconds": 100 } }, { "ref": "b", "type": "Test.Pure", "input": { "value": 1 } }] }""";
        var from = harness.Clock.GetUtcNow();
        var ended = await EndAsync(harness, Of(Waiting) with { UpTo = "b" }, change =>
        {
            if (change.Events.OfType<TaskWaiting>().SingleOrDefault() is { } waiting) harness.AdvanceTo(waiting.Until);
        });

        Assert.Equal(ExecutionStatus.Completed, ended.Status);
        Assert.True(ended.CompletedAt - from >= TimeSpan.FromSeconds(100));
    }

    [Theory(Timeout = Soon)]
    [InlineData("""{ "ref": "a", "type": "Test.Unsafe" }""")]
    [InlineData("""{ "ref": "a", "type": "Flow.Wait", "input": { "seconds": 100 } }""")]
    public async Task It_takes_no_longer_than_the_setting_allows(string task)
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:TrialSeconds", "60"));
        harness.Script.Behaviour = Never;
        var ended = await EndAsync(harness, Of($$"""{ "name": "test", "tasks": [{{task}}] }""") with { Only = "a" }, change =>
        {
            if (change.Events.Any(e => e is TaskStarted)) harness.AdvanceTo(change.Execution.StartedAt!.Value + TimeSpan.FromSeconds(60));
        });

        Assert.Equal(ExecutionStatus.Failed, ended.Status);
        Assert.Equal("execution_timeout", ended.Failure!.Code);
    }

    [Theory(Timeout = Soon)]
    [InlineData("""{ "ref": "a", "type": "Test.Unsafe" }""")]
    [InlineData("""{ "ref": "a", "type": "Flow.Wait", "input": { "seconds": 100 } }""")]
    public async Task It_is_cancelled_when_its_caller_says_so(string task)
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = Never;
        using var leaving = new CancellationTokenSource();
        var ended = await EndAsync(harness, Of($$"""{ "name": "test", "tasks": [{{task}}] }""") with { Only = "a" }, change =>
        {
            if (change.Events.Any(e => e is TaskStarted)) leaving.Cancel();
        }, leaving);

        Assert.Equal(ExecutionStatus.Cancelled, ended.Status);
        Assert.Equal(TaskRunStatus.Cancelled, ended.FindTask("a")!.Status);
    }

    [Fact(Timeout = Soon)]
    public async Task It_is_cancelled_when_nobody_reads_it_any_more()
    {
        await using var harness = await EngineHarness.StartAsync();
        var stopped = new TaskCompletionSource();
        harness.Script.Behaviour = async (_, _, token) =>
        {
            // Kept registered: it would be taken off again by the end of the wait below, which may come before its turn.
            token.Register(stopped.SetResult);
            return await Never(null!, null!, token);
        };
        var watch = harness.Engine.StartTrial(Of(Three) with { Only = "a", Input = Json("""{ "x": "1" }""") }, CancellationToken.None).Value!;
        await foreach (var change in watch.Changes)
        {
            while (harness.Script.Attempts.Count == 0) await Task.Yield();
            break;
        }

        await stopped.Task.WaitAsync(Token);
        while (harness.Get<ExecutionTrials>().ActiveCount > 0) await Task.Yield();
    }

    [Fact(Timeout = Soon)]
    public async Task No_more_are_under_way_than_the_setting_allows()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:MaxConcurrentTrials", "1"));
        harness.Script.Behaviour = Never;
        var trial = Of(Three) with { Only = "a", Input = Json("""{ "x": "1" }""") };
        using var leaving = new CancellationTokenSource();
        Assert.True(harness.Engine.StartTrial(trial, leaving.Token).IsOk);
        Assert.Equal("too_many_trials", harness.Engine.StartTrial(trial, Token).Refusal?.Code);

        await leaving.CancelAsync();
        while (harness.Get<ExecutionTrials>().ActiveCount > 0) await Task.Yield();
        Assert.True(harness.Engine.StartTrial(trial, Token).IsOk);
    }
}
