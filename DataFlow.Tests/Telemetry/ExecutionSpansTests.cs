using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Telemetry;

public sealed class ExecutionSpansTests
{
    [Fact]
    public async Task A_fallback_is_an_attempt_of_its_task()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = static (input, context, _) => Answer(context.Attempt == 1, input);
        var spans = await RunAsync(harness, """{ "ref": "a", "type": "Test.Idempotent", "input": {}, "on_error": { "task": { "type": "Test.Idempotent", "input": {} } } }""");

        Assert.Equal([(1, "failed", "broken"), (2, "completed", null)], spans.Where(IsAttempt).Select(span => (span.Attempt, Attribute(span, "dataflow.attempt.outcome"), span.FailureCode)));
        Assert.Equal([false, true], spans.Where(IsAttempt).Select(span => span.Attributes.Single(one => one.Key == "dataflow.attempt.fallback").Value));
        Assert.Equal(["fell_back"], Assert.Single(spans, IsTask).Events.Select(e => e.Name));
        Assert.DoesNotContain("secret words", string.Join('\n', spans.Select(span => string.Join(',', span.Attributes))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_task_that_never_starts_has_a_span_and_no_attempt()
    {
        await using var harness = await EngineHarness.StartAsync();
        var spans = await RunAsync(harness, """{ "ref": "a", "type": "Test.Pure", "input": { "value": "{{input.x}}" } }, { "ref": "b", "type": "Test.Pure", "input": {} }""");

        Assert.Equal([("a", "FAILED", "null_reference"), ("b", "SKIPPED", null)], spans.Where(IsTask).Select(span => (span.Ref, Attribute(span, "dataflow.task.status"), span.FailureCode)));
        Assert.DoesNotContain(spans, IsAttempt);
        Assert.Equal((SpanKind.Execution, "null_reference"), (spans[0].Kind, spans[0].FailureCode));
    }

    [Fact]
    public async Task What_was_under_way_when_it_was_cancelled_ends_then()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = static async (_, _, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new ScriptedTask.Output(null);
        };
        var execution = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Test.Idempotent", "input": {} }"""));
        await harness.SeeAsync<TaskStarted>(execution);
        await harness.Engine.PauseAsync(execution, TestContext.Current.CancellationToken);
        await harness.Engine.CancelAsync(execution, TestContext.Current.CancellationToken);
        var spans = await OfAsync(harness, execution);

        Assert.Equal("cancelled", Attribute(Assert.Single(spans, IsAttempt), "dataflow.attempt.outcome"));
        Assert.Equal("CANCELLED", Attribute(spans[0], "dataflow.execution.status"));
        Assert.Equal(["started", "paused", "cancellation_requested"], spans[0].Events.Select(e => e.Name));
        Assert.All(spans, span => Assert.Null(span.FailureCode));
    }

    [Fact]
    public async Task Times_are_those_of_the_facts()
    {
        await using var harness = await EngineHarness.StartAsync();
        var execution = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Flow.Wait", "input": { "seconds": 3600 } }"""));
        var waiting = await harness.SeeAsync<TaskWaiting>(execution);
        harness.AdvanceTo(waiting.Until);
        await harness.EndAsync(execution);
        var (spans, journal) = (await OfAsync(harness, execution), await harness.JournalAsync(execution));

        var attempt = Assert.Single(spans, IsAttempt);
        Assert.Equal((journal.OfType<TaskStarted>().Single().At, journal.OfType<TaskCompleted>().Single().At), (attempt.Start, attempt.End));
        Assert.Equal((journal[0].At, journal[^1].At), (spans[0].Start, spans[0].End));
        Assert.Equal([("waiting", waiting.At)], attempt.Events.Select(e => (e.Name, e.At)));
    }

    [Fact]
    public async Task A_replay_names_what_it_replays_and_shows_what_it_took_over()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = static (input, context, _) => Answer(context.TaskRef == "b", input);
        var first = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Test.Pure", "input": {} }, { "ref": "b", "type": "Test.Pure", "input": {} }"""));
        await harness.EndAsync(first);
        harness.Script.Behaviour = static (input, _, _) => ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        var replay = (await harness.Engine.ReplayAsync(new Engine.ReplayRequest(first), TestContext.Current.CancellationToken)).Value!.ExecutionId;
        await harness.EndAsync(replay);
        var spans = await OfAsync(harness, replay);

        Assert.Equal(first, Attribute(spans[0], "dataflow.execution.replay_of"));
        Assert.Equal([("a", true), ("b", false)], spans.Where(IsTask).Select(span => (span.Ref, (bool)span.Attributes.Single(one => one.Key == "dataflow.task.reused").Value!)));
        Assert.Equal(["b"], spans.Where(IsAttempt).Select(span => span.Ref));
    }

    private static ValueTask<ScriptedTask.Output> Answer(bool fails, ScriptedTask.Input input)
    {
        if (fails) throw new TaskFailedException(new TaskFailure("broken", "secret words"));
        return ValueTask.FromResult(new ScriptedTask.Output(input.Value));
    }

    private static async Task<IReadOnlyList<ExecutionSpan>> RunAsync(EngineHarness harness, string tasks)
    {
        var execution = await harness.ExecuteAsync(await harness.SaveAsync(tasks));
        await harness.EndAsync(execution);
        return await OfAsync(harness, execution);
    }

    private static async Task<IReadOnlyList<ExecutionSpan>> OfAsync(EngineHarness harness, string executionId)
    {
        var history = (await harness.Engine.GetHistoryAsync(executionId, TestContext.Current.CancellationToken)).Value!;
        return ExecutionSpans.Of(history.Execution, history.Events);
    }

    private static bool IsTask(ExecutionSpan span) => span.Kind == SpanKind.Task;

    private static bool IsAttempt(ExecutionSpan span) => span.Kind == SpanKind.Attempt;

    private static string? Attribute(ExecutionSpan span, string name) => span.Attributes.Single(attribute => attribute.Key == name).Value as string;
}
