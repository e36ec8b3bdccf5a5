using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;

#pragma warning disable xUnit1069 // The harness watches the token of the test.

namespace DataFlow.Tests.Runtime;

/// <summary>What must not be left lying: every execution that is not finished has somebody who looks after it.</summary>
public sealed class DispatcherTests
{
    private const string One = """{ "ref": "a", "type": "Test.Idempotent" }""";
    private const string LimitOne = """ "concurrency": { "limit": 1 },""";
    private const int Soon = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Soon)]
    public async Task A_place_that_becomes_free_while_work_is_looked_for_is_not_overlooked()
    {
        await using var harness = await EngineHarness.StartProbedAsync();
        var (first, other) = (new TaskCompletionSource(), new TaskCompletionSource());
        var limited = await harness.SaveAsync(One, top: LimitOne);
        var free = await harness.SaveAsync(One);
        harness.Script.Behaviour = async (input, context, token) =>
        {
            await (context.WorkflowId == limited ? first : other).Task.WaitAsync(token);
            return new ScriptedTask.Output(input.Value);
        };
        var running = await harness.ExecuteAsync(limited);
        await harness.SeeAsync<TaskStarted>(running);
        var runner = harness.Get<ExecutionDispatcher>().Find(running)!;
        harness.Get<StoreProbe>().OnFind = async (_, found) =>
        {
            // The one of the limited workflow was looked at before this one, and had no place.
            if (found?.WorkflowId != free) return;
            first.TrySetResult();
            await runner.Ended;
        };
        var waiting = await harness.ExecuteAsync(limited);
        // One that comes while the pump looks may start at once; the next then waits for its turn.
        var lasting = new List<string>();
        do lasting.Add(await harness.ExecuteAsync(free));
        while (harness.Get<ExecutionDispatcher>().PendingCount < 2 && !first.Task.IsCompleted);
        Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(waiting)).Status);
        other.SetResult();
        foreach (var id in lasting) await harness.EndAsync(id);
    }

    [Fact(Timeout = Soon)]
    public async Task A_limit_of_a_workflow_counts_what_is_recovered_before_anything_new_starts()
    {
        var first = await EngineHarness.StartAsync(null, ("DataFlow:StopSeconds", "0"));
        first.Script.Behaviour = async (input, _, token) => { await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token); return new ScriptedTask.Output(input.Value); };
        var workflow = await first.SaveAsync(One, top: LimitOne);
        var running = await first.ExecuteAsync(workflow);
        await first.SeeAsync<TaskStarted>(running);
        var pending = await first.ExecuteAsync(workflow);
        await first.StopAsync();

        var looked = new TaskCompletionSource();
        await using var second = await EngineHarness.StartProbedAsync(
            probe => probe.OnListUnfinished = async status =>
            {
                if (status == ExecutionStatus.Pending) looked.TrySetResult();
                // Recovery is slow: long enough for whoever does not wait for it.
                else await Task.WhenAny(looked.Task, Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token));
            },
            first);
        await second.EndAsync(running);
        await second.EndAsync(pending);
        Assert.Equal([running, pending], second.Script.Attempts.Select(attempt => attempt.Execution));
        var (ended, started) = ((await second.JournalAsync(running))[^1], (await second.JournalAsync(pending)).OfType<ExecutionStarted>().Single());
        Assert.True(started.At >= ended.At);
    }

    [Fact(Timeout = Soon)]
    public async Task One_that_cannot_be_recovered_now_is_tried_later_and_keeps_nobody_else_waiting()
    {
        var first = await EngineHarness.StartAsync(null, ("DataFlow:StopSeconds", "0"));
        first.Script.Behaviour = async (input, _, token) => { await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token); return new ScriptedTask.Output(input.Value); };
        var workflow = await first.SaveAsync(One);
        string[] ids = [await first.ExecuteAsync(workflow), await first.ExecuteAsync(workflow), await first.ExecuteAsync(workflow)];
        foreach (var id in ids) await first.SeeAsync<TaskStarted>(id);
        await first.StopAsync();

        var faults = 1;
        await using var second = await EngineHarness.StartProbedAsync(
            probe => probe.OnFind = (id, _) => id == ids[0] && Interlocked.Decrement(ref faults) >= 0 ? throw new IOException("The disk is slow.") : Task.CompletedTask, first);
        foreach (var id in ids) Assert.Equal(ExecutionStatus.Completed, (await second.EndAsync(id)).Status);
    }

    [Fact(Timeout = Soon)]
    public async Task One_that_cannot_be_started_now_is_tried_later_and_keeps_nobody_else_waiting()
    {
        await using var harness = await EngineHarness.StartProbedAsync(null, null, ("DataFlow:MaxConcurrentExecutions", "1"));
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var workflow = await harness.SaveAsync(One);
        string[] ids = [await harness.ExecuteAsync(workflow), await harness.ExecuteAsync(workflow), await harness.ExecuteAsync(workflow)];
        var faults = 1;
        harness.Get<StoreProbe>().OnFind = (id, _) => id == ids[1] && Interlocked.Decrement(ref faults) >= 0 ? throw new IOException("The disk is slow.") : Task.CompletedTask;
        gate.SetResult();
        foreach (var id in ids) Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(id)).Status);
    }

    [Fact(Timeout = Soon)]
    public async Task A_moment_that_comes_while_the_journal_cannot_be_read_comes_again()
    {
        await using var harness = await EngineHarness.StartProbedAsync();
        var id = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "w", "type": "Flow.Wait", "input": { "seconds": 60 } }"""));
        var until = (await harness.SeeAsync<TaskWaiting>(id)).Until;
        while (harness.Get<ExecutionDispatcher>().Find(id) is { } runner) await runner.Ended;
        var faults = 1;
        harness.Get<StoreProbe>().OnRead = _ => { if (Interlocked.Decrement(ref faults) >= 0) throw new IOException("The disk is slow."); };
        harness.AdvanceTo(until);
        while (Volatile.Read(ref faults) > 0)
        {
            // The alarm may be set a moment after its time has come: only a clock that goes on rings it.
            harness.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }
        Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(id)).Status);
    }

    [Fact(Timeout = Soon)]
    public async Task A_runner_that_breaks_again_and_again_is_tried_once_a_second()
    {
        await using var harness = await EngineHarness.StartProbedAsync();
        var faults = new List<DateTimeOffset>();
        harness.Get<StoreProbe>().BeforeAppend = append =>
        {
            if (append.Events[0] is ExecutionStarted || faults.Count == 6) return;
            faults.Add(harness.Clock.GetUtcNow());
            throw new InvalidOperationException("A fault of ours.");
        };
        var id = await harness.ExecuteAsync(await harness.SaveAsync(One));
        var end = harness.Engine.WaitAsync(id, TimeSpan.FromDays(1), Token);
        while (!end.IsCompleted)
        {
            // Slower than a runner that goes round without waiting.
            harness.Clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.WhenAny(end, Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Token));
        }
        Assert.Equal(ExecutionStatus.Completed, (await end).Value!.Status);
        Assert.All(faults.Zip(faults.Skip(1)), pair => Assert.True(pair.Second - pair.First >= TimeSpan.FromSeconds(1)));
    }

    [Fact(Timeout = Soon)]
    public async Task An_end_that_was_committed_although_the_store_failed_is_told_and_frees_its_place()
    {
        await using var harness = await EngineHarness.StartProbedAsync();
        var faults = 1;
        harness.Get<StoreProbe>().AfterAppend = append =>
        {
            if (append.Execution.IsFinished && Interlocked.Decrement(ref faults) >= 0) throw new StorageUnavailableException("The answer was lost.");
        };
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var workflow = await harness.SaveAsync(One, top: LimitOne);
        var first = await harness.ExecuteAsync(workflow);
        var end = harness.EndAsync(first);
        gate.SetResult();
        Assert.Equal(ExecutionStatus.Completed, (await end).Status);
        Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(await harness.ExecuteAsync(workflow))).Status);
    }

    [Fact(Timeout = Soon)]
    public async Task What_wakes_together_runs_within_the_bound()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:MaxConcurrentExecutions", "2"));
        var (under, most) = (0, 0);
        harness.Script.Behaviour = async (input, _, token) =>
        {
            InterlockedMax(ref most, Interlocked.Increment(ref under));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, token);
            Interlocked.Decrement(ref under);
            return new ScriptedTask.Output(input.Value);
        };
        var workflow = await harness.SaveAsync($$"""{ "ref": "w", "type": "Flow.Wait", "input": { "seconds": 3600 } }, {{One}}""");
        var ids = new List<string>();
        for (var i = 0; i < 30; i++) ids.Add(await harness.ExecuteAsync(workflow));
        var until = DateTimeOffset.MinValue;
        foreach (var id in ids) until = (await harness.SeeAsync<TaskWaiting>(id)).Until is var at && at > until ? at : until;
        while (harness.Get<ExecutionDispatcher>().ActiveCount > 0) await Task.Yield();
        harness.AdvanceTo(until);
        foreach (var id in ids) Assert.Equal(ExecutionStatus.Completed, (await harness.EndAsync(id)).Status);
        Assert.InRange(most, 1, 2);
    }

    [Fact(Timeout = Soon)]
    public async Task A_clock_that_was_put_forward_is_noticed_within_a_minute()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "w", "type": "Flow.Wait", "input": { "seconds": 36000 } }"""));
        var until = (await harness.SeeAsync<TaskWaiting>(id)).Until;
        while (harness.Get<ExecutionDispatcher>().ActiveCount > 0) await Task.Yield();
        harness.Clock.AdjustTime(until);
        harness.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.InRange((await harness.EndAsync(id)).CompletedAt!.Value - until, TimeSpan.Zero, TimeSpan.FromMinutes(2));
    }

    [Fact(Timeout = Soon)]
    public async Task Who_waits_for_a_place_is_counted_until_it_has_one_or_is_cancelled()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:MaxConcurrentExecutions", "1"));
        var dispatcher = harness.Get<ExecutionDispatcher>();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var workflow = await harness.SaveAsync(One);
        var first = await harness.ExecuteAsync(workflow);
        await harness.SeeAsync<TaskStarted>(first);
        string[] waiting = [await harness.ExecuteAsync(workflow), await harness.ExecuteAsync(workflow), await harness.ExecuteAsync(workflow)];
        await harness.Engine.CancelAsync(waiting[0], Token);
        Assert.Equal(2, dispatcher.PendingCount);
        await harness.Engine.PauseAsync(waiting[1], Token);
        while (dispatcher.ActiveCount > 1) await Task.Yield();
        Assert.Equal(2, dispatcher.PendingCount);
        gate.SetResult();
        await harness.EndAsync(waiting[2]);
        await harness.Engine.ResumeAsync(waiting[1], Token);
        await harness.EndAsync(waiting[1]);
        Assert.Equal(0, dispatcher.PendingCount);
    }

    [Fact(Timeout = Soon)]
    public async Task A_long_queue_of_a_limited_workflow_is_not_asked_about_one_by_one_each_time()
    {
        await using var harness = await EngineHarness.StartProbedAsync();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var workflow = await harness.SaveAsync(One, top: LimitOne);
        var ids = new List<string>();
        for (var i = 0; i < 150; i++) ids.Add(await harness.ExecuteAsync(workflow));
        var asked = 0;
        harness.Get<StoreProbe>().OnFind = (_, _) => { Interlocked.Increment(ref asked); return Task.CompletedTask; };
        gate.SetResult();
        foreach (var id in ids) await harness.EndAsync(id);
        Assert.InRange(asked, 1, 3 * ids.Count);
    }

    [Fact(Timeout = Soon)]
    public async Task After_the_stop_a_command_is_taken_but_nothing_starts()
    {
        var harness = await EngineHarness.StartAsync();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var id = await harness.ExecuteAsync(await harness.SaveAsync($$"""{{One}}, { "ref": "b", "type": "Test.Unsafe" }"""));
        await harness.SeeAsync<TaskStarted>(id);
        await harness.Engine.PauseAsync(id, Token);
        gate.SetResult();
        await harness.SeeAsync<TaskCompleted>(id);
        await harness.StopAsync();
        Assert.Null((await harness.Engine.ResumeAsync(id, Token)).Value!.PausedAt);
        while (harness.Get<ExecutionDispatcher>().ActiveCount > 0) await Task.Yield();
        Assert.Equal(["a"], harness.Script.Attempts.Select(attempt => attempt.Ref));

        await using var second = await EngineHarness.StartAsync(harness);
        Assert.Equal(ExecutionStatus.Completed, (await second.EndAsync(id)).Status);
    }

    private static void InterlockedMax(ref int most, int value)
    {
        while (Volatile.Read(ref most) is var seen && value > seen && Interlocked.CompareExchange(ref most, value, seen) != seen) { }
    }
}
