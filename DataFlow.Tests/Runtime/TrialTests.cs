using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;

#pragma warning disable xUnit1069 // The harness watches the token of the test.

namespace DataFlow.Tests.Runtime;

/// <summary>Trials: a task, or all up to one, of a definition that nobody saved.</summary>
public sealed class TrialTests
{
    private const int Soon = 60_000;

    private const string Three =
        """
        { "name": "test", "input": [{ "name": "x", "type": "string" }, { "name": "y", "type": "string" }],
          "tasks": [
            { "ref": "a", "type": "Test.Unsafe", "input": { "value": "{{ input.x }}" } },
            { "ref": "b", "type": "Test.Unsafe", "input": { "value": "{{ refs.a.output.value }} b" } },
            { "ref": "c", "type": "Test.Unsafe", "input": { "value": "{{ refs.b.output.value }} c" } },
            { "ref": "d", "type": "Nonsense", "input": { "value": "{{ refs.nobody.output.value }}" } }],
          "output": [{ "name": "all", "type": "any", "value": "{{ refs.d.output.value }} {{ input.y }}" }] }
        """;

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

    [Fact(Timeout = Soon)]
    public async Task Problems_are_told_at_their_places_in_the_whole_definition()
    {
        await using var harness = await EngineHarness.StartAsync();
        Assert.Equal(
            [("#/tasks/3/type", "unknown_task_type"), ("#/tasks/3/input/value", "unknown_ref")],
            Refused(harness, Of(Three) with { Only = "d" }));
        Assert.Equal([("#/input/x", "required")], Refused(harness, Of(Three) with { UpTo = "b" }));
        Assert.Equal([("#/up_to", "unknown_ref")], Refused(harness, Of(Three) with { UpTo = "nobody" }));
        Assert.Equal([("#/only", "unknown_ref")], Refused(harness, Of(Three) with { Only = "nobody" }));
        Assert.Equal([("#/tasks", "type_mismatch")], Refused(harness, Of("""{ "name": "test", "tasks": 1 }""") with { Only = "a" }));
    }

    [Theory]
    [InlineData("""{ "ref": "a", "type": "Test.Pure", "input": { "value": "{{ refs.b.output.value }}" } }, { "ref": "b", "type": "Test.Pure" }""", "forward_reference")]
    [InlineData("""{ "ref": "a", "type": "Test.Pure", "depends_on": ["b"] }, { "ref": "b", "type": "Test.Pure", "depends_on": ["a"] }""", "cycle")]
    public async Task An_order_that_cannot_be_is_refused_as_on_saving(string tasks, string code)
    {
        await using var harness = await EngineHarness.StartAsync();
        Assert.Contains(Refused(harness, Of($$"""{ "name": "test", "tasks": [{{tasks}}] }""") with { UpTo = "a" }), problem => problem.Code == code);
    }

    [Fact]
    public async Task A_credential_must_be_given_as_for_an_execution_but_not_for_what_is_given()
    {
        const string Summary =
            """{ "name": "test", "tasks": [{ "ref": "a", "type": "OpenAI.Text.Summarize", "input": { "text": "Long." } }, { "ref": "b", "type": "Test.Pure", "input": { "value": "{{ refs.a.output.summary }}" } }] }""";
        await using var harness = await EngineHarness.StartAsync();
        Assert.Equal([("#", "credential_required")], Refused(harness, Of(Summary) with { UpTo = "b" }));
        Assert.Equal(["openai"], harness.Engine.PlanTrial(Of(Summary) with { UpTo = "b" }).Value!.MissingCredentials);
        Assert.Equal("Short.", Value(await EndAsync(harness, Of(Summary) with { UpTo = "b", Outputs = Given("a", """{ "summary": "Short." }""") }), "b"));
    }

    [Fact]
    public async Task Credentials_are_handed_to_the_tasks()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = static (_, context, _) => ValueTask.FromResult(new ScriptedTask.Output(JsonSerializer.SerializeToElement(context.Credentials["openai"])));
        var ended = await EndAsync(harness, Of(Three) with { Only = "a", Input = Json("""{ "x": "1" }"""), Credentials = ImmutableDictionary<string, string>.Empty.Add("openai", "sk-1") });

        Assert.Equal("sk-1", Value(ended, "a"));
    }

    [Fact]
    public async Task An_output_that_no_task_could_give_is_too_large_to_be_given()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:MaxOutputBytes", "1024"));
        Assert.Equal([("#/outputs/b", "too_large")], Refused(harness, Of(Three) with { Only = "c", Outputs = Given("b", $$"""{ "value": "{{new string('x', 2000)}}" }""") }));
    }

    [Fact]
    public async Task A_plan_says_what_would_run_and_what_is_needed()
    {
        await using var harness = await EngineHarness.StartAsync();
        var alone = harness.Engine.PlanTrial(Of(Three) with { Only = "c" }).Value!;
        Assert.Equal(["c"], alone.Runs);
        Assert.Empty(alone.Inputs);
        var named = Assert.Single(alone.Outputs);
        Assert.Equal(("b", false), (named.Ref, named.IsGiven));
        Assert.Equal(["value"], Assert.Single(named.Named));

        var all = harness.Engine.PlanTrial(Of(Three) with { UpTo = "c", Outputs = Given("b", "1") }).Value!;
        Assert.Equal(["c"], all.Runs);
        Assert.True(Assert.Single(all.Outputs).IsGiven);
        Assert.Equal("x", Assert.Single(harness.Engine.PlanTrial(Of(Three) with { UpTo = "c" }).Value!.Inputs).Name);
    }

    private static ExecutionTrial Of(string definition) => new() { Definition = Json(definition) };

    private static JsonElement Json(string json) => JsonElement.Parse(json);

    private static ImmutableDictionary<string, JsonElement> Given(string name, string output) => ImmutableDictionary<string, JsonElement>.Empty.Add(name, Json(output));

    private static string? Value(Execution execution, string name) => execution.FindTask(name)?.Output?.GetProperty("value").GetString();

    private static IEnumerable<(string Pointer, string Code)> Refused(EngineHarness harness, ExecutionTrial trial) =>
        harness.Engine.StartTrial(trial, Token).Refusal!.Problems.Select(problem => (problem.Pointer, problem.Code));

    private static async ValueTask<ScriptedTask.Output> Never(ScriptedTask.Input input, DataFlow.Engine.TaskTypes.TaskContext context, CancellationToken token)
    {
        await new TaskCompletionSource().Task.WaitAsync(token);
        throw new InvalidOperationException();
    }

    private static async Task<Execution> EndAsync(EngineHarness harness, ExecutionTrial trial, Action<ExecutionChange>? seen = null, CancellationTokenSource? leaving = null)
    {
        var answer = harness.Engine.StartTrial(trial, leaving?.Token ?? Token);
        Assert.True(answer.IsOk, string.Join("; ", answer.Refusal?.Problems.Select(problem => problem.ToString()) ?? []));
        var last = answer.Value.Snapshot;
        var reading = Task.Run(async () =>
        {
            await foreach (var change in answer.Value.Changes.WithCancellation(Token))
            {
                last = change.Execution;
                seen?.Invoke(change);
            }
        }, Token);
        // A timer set after the moment it is for has come must still ring.
        while (!reading.IsCompleted)
        {
            harness.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.WhenAny(reading, Task.Run(static () => { }, Token));
        }
        await reading;
        while (harness.Get<ExecutionTrials>().ActiveCount > 0) await Task.Yield();
        return last;
    }
}
