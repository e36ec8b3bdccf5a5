using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Journals;

/// <summary>Executions that together live through every event there is. Each is named for the file of its journal.</summary>
internal static class JournalScenarios
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static IReadOnlyDictionary<string, Func<Task<RecordedJournal>>> All { get; } = new Dictionary<string, Func<Task<RecordedJournal>>>
    {
        ["completed"] = CompletedAsync,
        ["retried"] = RetriedAsync,
        ["failed"] = FailedAsync,
        ["failed-beside-a-wait"] = FailedBesideAWaitAsync,
        ["gone-on-after-failures"] = GoneOnAsync,
        ["fell-back"] = FellBackAsync,
        ["waited-and-paused"] = WaitedAndPausedAsync,
        ["cancelled"] = CancelledAsync,
        ["interrupted-by-a-stop"] = InterruptedAsync,
        ["replayed"] = ReplayedAsync,
        ["timed-out"] = TimedOutAsync,
        ["traced"] = TracedAsync,
    };

    private static async Task<RecordedJournal> CompletedAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        return await RunAsync(harness, """
            { "name": "Completed", "labels": { "team": "docs" },
              "input": [{ "name": "text", "type": "string" }, { "name": "length", "type": "integer", "default": 5 }],
              "tasks": [
                { "ref": "reverse", "type": "Text.Reverse", "input": { "text": "{{input.text}}" } },
                { "ref": "cut", "type": "Text.Truncate", "input": { "text": "{{refs.reverse.output.text}}", "length": "{{input.length}}" } },
                { "ref": "keep", "type": "Echo", "input": { "value": { "digits": 9007199254740993, "price": 1.10, "cut": "{{refs.cut.output}}" } } } ],
              "output": [{ "name": "kept", "type": "any", "value": "{{refs.keep.output.value}}" }] }
            """, """{ "text": "Zażółć gęślą jaźń 👩‍🚀" }""", request => request with { WebhookUrl = "https://example.com/webhook", Trigger = "ui" });
    }

    private static async Task<RecordedJournal> TracedAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        return await RunAsync(harness, """
            { "name": "Traced", "tasks": [{ "ref": "a", "type": "Text.Reverse", "input": { "text": "abc" } }] }
            """, with: request => request with { Trace = new TraceOrigin("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "rojo=00f067aa0ba902b7") });
    }

    private static async Task<RecordedJournal> RetriedAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = (input, context, _) => context.Attempt < 3
            ? throw new TaskFailedException(new("broken", "It broke.", Retryable: true, context.Attempt == 1 ? TimeSpan.FromSeconds(90) : null))
            : ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        return await RunAsync(harness, """
            { "name": "Retried", "tasks": [{ "ref": "a", "type": "Test.Idempotent", "retry": { "attempts": 2, "delay": 30, "jitter": 0 }, "input": { "value": [1, null] } }] }
            """, meanwhile: async id =>
        {
            for (var attempt = 1; attempt <= 2; attempt++) harness.AdvanceTo((await harness.SeeAsync<TaskRetryScheduled>(id, e => e.Attempt == attempt)).RetryAt);
        });
    }

    private static async Task<RecordedJournal> FailedAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        return await RunAsync(harness, """
            { "name": "Failed", "input": [{ "name": "x", "type": "any", "required": false }],
              "tasks": [{ "ref": "a", "type": "Echo", "input": { "value": 1 } }, { "ref": "b", "type": "Text.Reverse", "input": { "text": "{{input.x.y}}" } }, { "ref": "c", "type": "Echo", "input": { "value": 2 } }] }
            """);
    }

    private static async Task<RecordedJournal> FailedBesideAWaitAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (_, _, token) => { await gate.Task.WaitAsync(token); throw new TaskFailedException(new("broken", "It broke.")); };
        return await RunAsync(harness, """
            { "name": "Failed beside a wait", "tasks": [
                { "ref": "wait", "type": "Flow.Wait", "input": { "seconds": 3600 } },
                { "ref": "beside", "type": "Test.Unsafe", "depends_on": [] },
                { "ref": "after", "type": "Echo", "depends_on": ["wait", "beside"], "input": { "value": 1 } } ] }
            """, meanwhile: async id =>
        {
            await harness.SeeAsync<TaskWaiting>(id);
            gate.SetResult();
        });
    }

    private static async Task<RecordedJournal> GoneOnAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        return await RunAsync(harness, """
            { "name": "Gone on", "input": [{ "name": "x", "type": "any", "required": false }], "tasks": [
                { "ref": "nothing", "type": "Flow.Fail", "on_error": "continue", "input": { "message": "No." } },
                { "ref": "value", "type": "Json.Parse", "on_error": { "value": { "value": { "n": 1.10 } } }, "input": { "text": "{" } },
                { "ref": "skipped", "type": "Echo", "when": "{{ 1 > 2 }}", "input": { "value": 1 } } ],
              "output": [{ "name": "x", "type": "any", "value": "{{ refs.skipped.output.value ?? input.x ?? 'none' }}" }] }
            """);
    }

    private static async Task<RecordedJournal> FellBackAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        return await RunAsync(harness, """
            { "name": "Fell back", "tasks": [{ "ref": "a", "type": "Test.Pure", "input": { "value": "first" }, "on_error": { "task": { "type": "Test.Unsafe", "input": { "value": "second" } } } }],
              "output": [{ "name": "a", "type": "any", "value": "{{refs.a.output.value}}" }] }
            """, behaviour: (input, _, _) => input.Value!.Value.GetString() == "first"
            ? throw new TaskFailedException(new("broken", "It broke."))
            : ValueTask.FromResult(new ScriptedTask.Output(input.Value)));
    }

    private static async Task<RecordedJournal> WaitedAndPausedAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        return await RunAsync(harness, """
            { "name": "Waited and paused", "tasks": [{ "ref": "wait", "type": "Flow.Wait", "input": { "seconds": 3600 } }, { "ref": "after", "type": "Echo", "input": { "value": 1 } }] }
            """, meanwhile: async id =>
        {
            var until = (await harness.SeeAsync<TaskWaiting>(id)).Until;
            await harness.Engine.PauseAsync(id, Token);
            harness.AdvanceTo(until);
            await harness.SeeAsync<TaskCompleted>(id);
            await harness.Engine.ResumeAsync(id, Token);
        });
    }

    private static async Task<RecordedJournal> CancelledAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = async (input, _, token) => { await new TaskCompletionSource().Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        return await RunAsync(harness, """{ "name": "Cancelled", "tasks": [{ "ref": "a", "type": "Test.Unsafe" }, { "ref": "b", "type": "Echo", "input": { "value": 1 } }] }""", meanwhile: async id =>
        {
            await harness.SeeAsync<TaskStarted>(id);
            await harness.Engine.CancelAsync(id, Token);
        });
    }

    private static async Task<RecordedJournal> InterruptedAsync()
    {
        const string Definition = """{ "name": "Interrupted", "tasks": [{ "ref": "a", "type": "Test.Idempotent", "input": { "value": true } }] }""";
        var first = await EngineHarness.StartAsync(null, ("DataFlow:StopSeconds", "0"));
        first.Script.Behaviour = async (input, _, token) => { await new TaskCompletionSource().Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var id = await first.ExecuteAsync(await SaveAsync(first, Definition));
        await first.SeeAsync<TaskStarted>(id);
        await first.StopAsync();
        await using var second = await EngineHarness.StartAsync(first);
        return await RecordAsync(second, id, Definition, "{}");
    }

    private static async Task<RecordedJournal> ReplayedAsync()
    {
        const string Definition = """
            { "name": "Replayed", "tasks": [{ "ref": "a", "type": "Echo", "input": { "value": 1 } }, { "ref": "b", "type": "Flow.Fail", "on_error": "continue", "input": { "message": "No." } }, { "ref": "c", "type": "Test.Unsafe" }] }
            """;
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = (_, _, _) => throw new TaskFailedException(new("broken", "It broke."));
        var failed = await harness.EndAsync(await harness.ExecuteAsync(await SaveAsync(harness, Definition)));
        harness.Script.Behaviour = (input, _, _) => ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        var replay = await harness.Engine.ReplayAsync(new ReplayRequest(failed.Id), Token);
        return await RecordAsync(harness, replay.Value!.ExecutionId, Definition, "{}");
    }

    private static async Task<RecordedJournal> TimedOutAsync()
    {
        await using var harness = await EngineHarness.StartAsync();
        return await RunAsync(harness, """
            { "name": "Timed out", "timeout": 60, "tasks": [{ "ref": "a", "type": "Flow.Wait", "input": { "seconds": 3600 } }, { "ref": "b", "type": "Echo", "input": { "value": 1 } }] }
            """, meanwhile: async id => harness.AdvanceTo((await harness.SeeAsync<TaskWaiting>(id)).At.AddSeconds(60)));
    }

    private static async Task<RecordedJournal> RunAsync(
        EngineHarness harness, string definition, string input = "{}", Func<ExecuteRequest, ExecuteRequest>? with = null, Func<string, Task>? meanwhile = null,
        Func<ScriptedTask.Input, TaskContext, CancellationToken, ValueTask<ScriptedTask.Output>>? behaviour = null)
    {
        if (behaviour is not null) harness.Script.Behaviour = behaviour;
        var id = await harness.ExecuteAsync(await SaveAsync(harness, definition), input, with);
        if (meanwhile is not null) await meanwhile(id);
        return await RecordAsync(harness, id, definition, input);
    }

    private static async Task<string> SaveAsync(EngineHarness harness, string definition)
    {
        var answer = await harness.Engine.CreateWorkflowAsync(System.Text.Encoding.UTF8.GetBytes(definition), Token);
        Assert.True(answer.IsOk, string.Join("; ", answer.Refusal?.Problems.Select(problem => problem.ToString()) ?? []));
        return answer.Value.WorkflowId;
    }

    private static async Task<RecordedJournal> RecordAsync(EngineHarness harness, string id, string definition, string input)
    {
        var execution = await harness.EndAsync(id);
        return new(id, System.Text.Json.JsonElement.Parse(definition), System.Text.Json.JsonElement.Parse(input), await harness.JournalAsync(id), RecordedJournal.DocumentOf(execution));
    }
}
