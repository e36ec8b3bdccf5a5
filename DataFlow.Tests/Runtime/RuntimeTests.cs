using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Runtime;

public sealed class RuntimeTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private const string Chain = """
        { "ref": "a", "type": "Test.Unsafe", "input": { "value": "{{input.x}}" } },
        { "ref": "b", "type": "Test.Unsafe", "input": { "value": "{{refs.a.output.value}}" } }
        """;

    [Fact]
    public async Task An_execution_runs_its_tasks_in_order_and_ends_with_its_outputs()
    {
        await using var harness = await EngineHarness.StartAsync();
        var workflow = await harness.SaveAsync(Chain, output: """{ "name": "r", "type": "any", "value": "{{refs.b.output.value}}" }""");
        var execution = await harness.EndAsync(await harness.ExecuteAsync(workflow, """{ "x": "hello" }"""));
        Assert.Equal(ExecutionStatus.Completed, execution.Status);
        Assert.Equal("hello", execution.Output!.Value.GetProperty("r").GetString());
        Assert.Equal(["a", "b"], harness.Script.Attempts.Select(attempt => attempt.Ref));
    }

    [Fact]
    public async Task Pure_tasks_share_a_commit_and_everything_else_starts_only_after_its_own()
    {
        await using var harness = await EngineHarness.StartAsync();
        var workflow = await harness.SaveAsync("""
            { "ref": "a", "type": "Test.Pure" }, { "ref": "b", "type": "Test.Pure" }, { "ref": "c", "type": "Test.Unsafe" }
            """);
        var seen = new List<int>();
        harness.Script.Behaviour = async (input, context, token) =>
        {
            if (context.TaskRef == "c") seen.Add((await harness.JournalAsync(context.ExecutionId)).Length);
            return new ScriptedTask.Output(input.Value);
        };
        await harness.EndAsync(await harness.ExecuteAsync(workflow));
        // queued, started, a started + completed, b started + completed, c started
        Assert.Equal([7], seen);
    }

    [Fact]
    public async Task What_is_beyond_the_bound_stays_pending_and_runs_in_turn()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:MaxConcurrentExecutions", "2"));
        var gate = new TaskCompletionSource();
        var (under, most) = (0, 0);
        harness.Script.Behaviour = async (input, _, token) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref under));
            await gate.Task.WaitAsync(token);
            Interlocked.Decrement(ref under);
            return new ScriptedTask.Output(input.Value);
        };
        var workflow = await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }""");
        var ids = new List<string>();
        for (var i = 0; i < 12; i++) ids.Add(await harness.ExecuteAsync(workflow));
        await harness.SeeAsync<TaskStarted>(ids[0]);
        await harness.SeeAsync<TaskStarted>(ids[1]);
        while (Volatile.Read(ref under) < 2) await Task.Yield();
        Assert.Equal(ExecutionStatus.Pending, (await harness.Engine.GetExecutionAsync(workflow, ids[11], Token)).Value!.Status);
        gate.SetResult();
        foreach (var id in ids) Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(id)).Status);
        Assert.Equal(2, most);
    }

    [Fact]
    public async Task A_workflow_with_a_limit_of_its_own_runs_that_many_at_once()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (under, most) = (0, 0);
        harness.Script.Behaviour = async (input, _, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref under));
            await Task.Yield();
            Interlocked.Decrement(ref under);
            return new ScriptedTask.Output(input.Value);
        };
        var workflow = await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }""", top: """ "concurrency": { "limit": 1 },""");
        var ids = new List<string>();
        for (var i = 0; i < 20; i++) ids.Add(await harness.ExecuteAsync(workflow));
        foreach (var id in ids) Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(id)).Status);
        Assert.Equal(1, most);
    }

    [Fact]
    public async Task A_full_workflow_that_rejects_answers_a_conflict()
    {
        await using var harness = await EngineHarness.StartAsync();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var workflow = await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }""", top: """ "concurrency": { "limit": 1, "when_full": "reject" },""");
        var first = await harness.ExecuteAsync(workflow);
        var second = await harness.Engine.ExecuteAsync(new ExecuteRequest { WorkflowId = workflow }, Token);
        Assert.Equal("concurrency_limit", second.Refusal!.Code);
        gate.SetResult();
        await harness.EndAsync(first);
        await harness.EndAsync(await harness.ExecuteAsync(workflow));
    }

    [Fact]
    public async Task A_retry_comes_after_its_delay_by_the_clock()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = (input, context, _) => context.Attempt < 3
            ? throw new Engine.TaskTypes.TaskFailedException(new("broken", "It broke.", Retryable: true))
            : ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        var workflow = await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe", "retry": { "attempts": 2, "delay": 30, "jitter": 0 } }""");
        var id = await harness.ExecuteAsync(workflow);
        for (var attempt = 1; attempt <= 2; attempt++)
        {
            var retry = await harness.SeeAsync<TaskRetryScheduled>(id, e => e.Attempt == attempt);
            harness.AdvanceTo(retry.RetryAt);
        }
        Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(id)).Status);
        Assert.Equal(3, harness.Script.Attempts.Count);
    }

    [Fact]
    public async Task A_durable_wait_outlives_a_restart_and_holds_no_place_meanwhile()
    {
        var first = await EngineHarness.StartAsync(null, ("DataFlow:MaxConcurrentExecutions", "1"));
        var workflow = await first.SaveAsync("""{ "ref": "w", "type": "Flow.Wait", "input": { "seconds": 86400 } }, { "ref": "b", "type": "Test.Unsafe" }""");
        var quick = await first.SaveAsync("""{ "ref": "b", "type": "Test.Unsafe" }""");
        var waiting = await first.ExecuteAsync(workflow);
        var until = (await first.SeeAsync<TaskWaiting>(waiting)).Until;
        Assert.Equal(ExecutionStatus.Completed, (await first.EndAsync(await first.ExecuteAsync(quick))).Status);
        await first.StopAsync();

        await using var second = await EngineHarness.StartAsync(first);
        second.AdvanceTo(until);
        Assert.Equal(ExecutionStatus.Completed, (await second.EndAsync(waiting)).Status);
        Assert.DoesNotContain(await second.JournalAsync(waiting), e => e is TaskInterrupted);
    }

    [Fact]
    public async Task Cancel_ends_also_a_task_that_ignores_it_and_drops_its_late_result()
    {
        await using var harness = await EngineHarness.StartAsync();
        var late = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, _) => { await late.Task; return new ScriptedTask.Output(input.Value); };
        var id = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }"""));
        await harness.SeeAsync<TaskStarted>(id);
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.Engine.CancelAsync(id, Token)).Value!.Status);
        late.SetResult();
        Assert.Equal("already_finished", (await harness.Engine.CancelAsync(id, Token)).Refusal!.Code);
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.EndAsync(id)).Status);
    }

    [Fact]
    public async Task A_pending_execution_can_be_cancelled_before_its_turn()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:MaxConcurrentExecutions", "1"));
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var workflow = await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }""");
        var first = await harness.ExecuteAsync(workflow);
        var second = await harness.ExecuteAsync(workflow);
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.Engine.CancelAsync(second, Token)).Value!.Status);
        gate.SetResult();
        await harness.EndAsync(first);
        Assert.Equal(ExecutionStatus.Cancelled, (await harness.EndAsync(second)).Status);
    }

    [Fact]
    public async Task Pause_lets_what_runs_end_and_starts_nothing_until_resumed()
    {
        await using var harness = await EngineHarness.StartAsync();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, context, token) => { if (context.TaskRef == "a") await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var id = await harness.ExecuteAsync(await harness.SaveAsync(Chain), """{ "x": 1 }""");
        await harness.SeeAsync<TaskStarted>(id);
        Assert.NotNull((await harness.Engine.PauseAsync(id, Token)).Value!.PausedAt);
        gate.SetResult();
        await harness.SeeAsync<TaskCompleted>(id);
        Assert.Equal(["a"], harness.Script.Attempts.Select(attempt => attempt.Ref));
        await harness.Engine.ResumeAsync(id, Token);
        Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(id)).Status);
    }

    [Fact]
    public async Task A_graceful_stop_leaves_running_tasks_to_recovery_and_fails_nothing()
    {
        var first = await EngineHarness.StartAsync(null, ("DataFlow:StopSeconds", "0"));
        first.Script.Behaviour = async (input, _, token) => { await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token); return new ScriptedTask.Output(input.Value); };
        var id = await first.ExecuteAsync(await first.SaveAsync("""{ "ref": "a", "type": "Test.Idempotent" }"""));
        await first.SeeAsync<TaskStarted>(id);
        await first.StopAsync();

        await using var second = await EngineHarness.StartAsync(first);
        var execution = await second.EndAsync(id);
        Assert.Equal(ExecutionStatus.Completed, execution.Status);
        Assert.True(Assert.Single((await second.JournalAsync(id)).OfType<TaskInterrupted>()).Graceful);
    }

    [Fact]
    public async Task A_watcher_sees_every_event_once_and_in_order()
    {
        await using var harness = await EngineHarness.StartAsync();
        var tasks = string.Join(',', Enumerable.Range(0, 50).Select(i => $$"""{ "ref": "t{{i}}", "type": "Test.Unsafe" }"""));
        var id = await harness.ExecuteAsync(await harness.SaveAsync(tasks));
        foreach (var after in (int[])[0, 1, 30])
        {
            var watch = (await harness.Engine.WatchAsync(id, after, Token)).Value!;
            var (next, last) = (Math.Min(after, watch.Snapshot.Sequence) + 1, watch.Snapshot);
            await foreach (var change in watch.Changes.WithCancellation(Token))
            {
                Assert.Equal(next, change.FirstSequence);
                next += change.Events.Length;
                last = change.Execution;
            }
            Assert.Equal(ExecutionStatus.Completed, last.Status);
            Assert.Equal(last.Sequence + 1, next);
        }
    }

    [Fact]
    public async Task A_replay_from_a_task_reuses_what_ended_before_it()
    {
        await using var harness = await EngineHarness.StartAsync();
        var broken = true;
        harness.Script.Behaviour = (input, context, _) => context.TaskRef == "b" && broken
            ? throw new Engine.TaskTypes.TaskFailedException(new("broken", "It broke."))
            : ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        var workflow = await harness.SaveAsync(Chain, output: """{ "name": "r", "type": "any", "value": "{{refs.b.output.value}}" }""");
        var failed = await harness.EndAsync(await harness.ExecuteAsync(workflow, """{ "x": 5 }"""));
        Assert.Equal(ExecutionStatus.Failed, failed.Status);
        broken = false;
        var replay = await harness.Engine.ReplayAsync(new ReplayRequest(failed.Id), Token);
        var again = await harness.EndAsync(replay.Value!.ExecutionId);
        Assert.Equal(ExecutionStatus.Completed, again.Status);
        Assert.Equal(failed.Id, again.ReplayOf);
        Assert.True(again.FindTask("a")!.Reused);
        Assert.Equal(["a", "b", "b"], harness.Script.Attempts.Select(attempt => attempt.Ref));
    }

    [Fact]
    public async Task An_idempotency_key_gives_the_same_execution_and_refuses_another_body()
    {
        await using var harness = await EngineHarness.StartAsync();
        var workflow = await harness.SaveAsync(Chain);
        var first = await harness.ExecuteAsync(workflow, """{ "x": 1 }""", request => request with { IdempotencyKey = "k" });
        Assert.Equal(first, await harness.ExecuteAsync(workflow, """{ "x": 1 }""", request => request with { IdempotencyKey = "k" }));
        var other = await harness.Engine.ExecuteAsync(new ExecuteRequest { WorkflowId = workflow, Input = System.Text.Json.JsonElement.Parse("""{ "x": 2 }"""), IdempotencyKey = "k" }, Token);
        Assert.Equal(RefusalKind.KeyReused, other.Refusal!.Kind);
        harness.Clock.Advance(TimeSpan.FromHours(25));
        Assert.NotEqual(first, await harness.ExecuteAsync(workflow, """{ "x": 2 }""", request => request with { IdempotencyKey = "k" }));
    }

    [Fact]
    public async Task An_execution_runs_the_version_that_was_current_when_it_was_accepted()
    {
        await using var harness = await EngineHarness.StartAsync();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var workflow = await harness.SaveAsync("""{ "ref": "old", "type": "Test.Unsafe" }""");
        var id = await harness.ExecuteAsync(workflow);
        var saved = await harness.Engine.UpdateWorkflowAsync(workflow, """{ "name": "test", "tasks": [{ "ref": "new", "type": "Test.Unsafe" }] }"""u8.ToArray(), 1, Token);
        Assert.Equal(2, saved.Value!.WorkflowVersion);
        gate.SetResult();
        var execution = await harness.EndAsync(id);
        Assert.Equal((1, "old"), (execution.WorkflowVersion, execution.Tasks[0].Ref));
        Assert.Equal(2, (await harness.EndAsync(await harness.ExecuteAsync(workflow))).WorkflowVersion);
    }

    [Fact]
    public async Task An_unexpected_exception_fails_the_task_without_its_details()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = (_, _, _) => throw new InvalidOperationException("secret detail");
        var execution = await harness.EndAsync(await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }""")));
        Assert.Equal("unexpected", execution.Failure!.Code);
        Assert.DoesNotContain("secret detail", execution.Failure.Message);
    }
}
