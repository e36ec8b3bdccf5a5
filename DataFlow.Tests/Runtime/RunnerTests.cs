using System.Text;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Tests.Support;

#pragma warning disable xUnit1069 // The harness watches the token of the test.

namespace DataFlow.Tests.Runtime;

/// <summary>What tasks, callers and watchers do to a runner.</summary>
public sealed class RunnerTests
{
    private const int Soon = 60_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = Soon)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancel_answers_whatever_a_task_does_when_it_is_told_to_stop(bool blocks)
    {
        await using var harness = await EngineHarness.StartAsync();
        using var released = new ManualResetEventSlim();
        var never = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) =>
        {
            token.Register(() => { if (blocks) released.Wait(CancellationToken.None); else throw new InvalidOperationException("It does not want to stop."); });
            await never.Task;
            return new ScriptedTask.Output(input.Value);
        };
        var id = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }"""));
        await harness.SeeAsync<TaskStarted>(id);
        while (harness.Script.Attempts.Count == 0) await Task.Yield();
        var cancelling = Task.Run(() => harness.Engine.CancelAsync(id, Token), Token);
        try
        {
            Assert.Equal(ExecutionStatus.Cancelled, (await cancelling.WaitAsync(TimeSpan.FromSeconds(5), TimeProvider.System, Token)).Value!.Status);
        }
        finally
        {
            released.Set();
            never.SetResult();
        }
        while (harness.Get<ExecutionDispatcher>().ActiveCount > 0) await Task.Yield();
    }

    [Fact]
    public async Task A_watch_that_is_never_read_leaves_nothing_behind()
    {
        await using var harness = await EngineHarness.StartAsync();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var workflow = await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }""");
        var id = await harness.ExecuteAsync(workflow);
        Assert.True((await harness.Engine.WatchAsync(id, 0, Token)).IsOk);
        gate.SetResult();
        await harness.EndAsync(id);
        Assert.True((await harness.Engine.WatchAsync(id, null, Token)).IsOk);
        Assert.Equal(0, harness.Get<ExecutionFeed>().WatcherCount);
    }

    [Fact]
    public async Task A_watch_that_is_read_late_misses_nothing()
    {
        await using var harness = await EngineHarness.StartAsync();
        var gate = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, _, token) => { await gate.Task.WaitAsync(token); return new ScriptedTask.Output(input.Value); };
        var id = await harness.ExecuteAsync(await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }, { "ref": "b", "type": "Test.Unsafe" }"""));
        await harness.SeeAsync<TaskStarted>(id);
        var watch = (await harness.Engine.WatchAsync(id, null, Token)).Value!;
        gate.SetResult();
        await harness.EndAsync(id);
        var seen = watch.Snapshot.Sequence;
        await foreach (var change in watch.Changes)
        {
            Assert.Equal(seen + 1, change.FirstSequence);
            seen += change.Events.Length;
        }
        Assert.Equal((await harness.JournalAsync(id)).Length, seen);
    }

    [Fact]
    public async Task The_current_version_never_goes_back()
    {
        await using var harness = await EngineHarness.StartAsync();
        var workflow = await harness.SaveAsync("""{ "ref": "a", "type": "Test.Unsafe" }""");
        var changed = """{ "name": "test", "tasks": [{ "ref": "b", "type": "Test.Unsafe" }], "output": [] }""";
        Assert.Equal(2, (await harness.Engine.UpdateWorkflowAsync(workflow, Encoding.UTF8.GetBytes(changed), null, Token)).Value!.WorkflowVersion);
        var versions = harness.Get<WorkflowVersions>();
        // As when two are saved at once and the first hears of it last.
        var late = (await versions.GetAsync(workflow, 1, Token))!;
        versions.Saved(late.Stored, late.Workflow!);
        Assert.Equal(2, (await harness.Engine.GetWorkflowAsync(workflow, null, Token)).Value!.Version);

        await harness.Engine.DeleteWorkflowAsync(workflow, force: false, Token);
        versions.Saved(late.Stored, late.Workflow!);
        Assert.Equal("not_found", (await harness.Engine.ExecuteAsync(new() { WorkflowId = workflow }, Token)).Refusal!.Code);
    }
}
