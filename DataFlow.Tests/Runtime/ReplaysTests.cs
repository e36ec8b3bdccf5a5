using System.Text;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Runtime;

public sealed class ReplaysTests
{
    private const string Tasks =
        """
        {"ref":"a","type":"Test.Pure","input":{"value":1}},
        {"ref":"b","type":"Test.Pure","depends_on":["a"],"input":{"value":"{{refs.a.output.value}}"}},
        {"ref":"c","type":"Test.Pure","depends_on":["a"],"input":{"value":3}},
        {"ref":"d","type":"Test.Pure","depends_on":["b","c"],"input":{"value":4}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static async Task<IEnumerable<string>> PreviewAsync(EngineHarness harness, ReplayRequest request)
    {
        var answer = await harness.Engine.PreviewReplayAsync(request, Token);
        Assert.True(answer.IsOk, answer.Refusal?.ToString());
        return answer.Value.Tasks.Select(task => $"{task.Ref} {task.Again?.ToString() ?? "reused"}");
    }

    [Theory]
    [InlineData("a")]
    [InlineData("b")]
    [InlineData("c")]
    [InlineData("d")]
    [InlineData(null)]
    public async Task A_preview_says_what_the_replay_then_does(string? from)
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = await harness.ExecuteAsync(await harness.SaveAsync(Tasks));
        await harness.EndAsync(id);
        var request = new ReplayRequest(id, from);

        var preview = (await harness.Engine.PreviewReplayAsync(request, Token)).Value!;
        var replay = await harness.EndAsync((await harness.Engine.ReplayAsync(request, Token)).Value!.ExecutionId);

        Assert.Equal(replay.Tasks.Select(run => (run.Ref, run.Reused)), preview.Tasks.Select(task => (task.Ref, task.Again is null)));
        Assert.Equal(replay.WorkflowVersion, preview.WorkflowVersion);
    }

    [Fact]
    public async Task A_preview_says_why_each_task_runs_again()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = (input, context, _) => context.TaskRef == "c" ? throw new TaskFailedException(new TaskFailure("refused", "No.")) : ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        var inRow = Tasks.Replace("\"c\",\"type\":\"Test.Pure\",\"depends_on\":[\"a\"]", "\"c\",\"type\":\"Test.Pure\",\"depends_on\":[\"b\"]", StringComparison.Ordinal);
        var workflow = await harness.SaveAsync(inRow);
        var id = await harness.ExecuteAsync(workflow);
        await harness.EndAsync(id);

        Assert.Equal(["a reused", "b reused", "c NotEnded", "d NotEnded"], await PreviewAsync(harness, new ReplayRequest(id)));
        Assert.Equal(["a reused", "b Chosen", "c NotEnded", "d NotEnded"], await PreviewAsync(harness, new ReplayRequest(id, "b")));
        Assert.Equal(["a All", "b All", "c All", "d All"], await PreviewAsync(harness, new ReplayRequest(id, Input: JsonElement.Parse("{}"))));
        var changed = $$$"""{"name":"test","input":[{"name":"x","type":"any","required":false}],"tasks":[{{{inRow.Replace("{\"value\":1}", "{\"value\":2}", StringComparison.Ordinal)}}},{"ref":"e","type":"Test.Pure","depends_on":[],"input":{"value":5}}]}""";
        Assert.True((await harness.Engine.UpdateWorkflowAsync(workflow, Encoding.UTF8.GetBytes(changed), null, Token)).IsOk);
        Assert.Equal(["a Changed", "b After", "c NotEnded", "d NotEnded", "e New"], await PreviewAsync(harness, new ReplayRequest(id, LatestVersion: true)));
    }

    [Fact]
    public async Task A_preview_refuses_what_the_replay_refuses_and_makes_nothing()
    {
        await using var harness = await EngineHarness.StartAsync();
        var workflow = await harness.SaveAsync("""{"ref":"a","type":"Echo","input":{"value":"{{input.y}}"}}""".Replace("input.y", "input.x", StringComparison.Ordinal));
        var id = await harness.ExecuteAsync(workflow);
        await harness.EndAsync(id);

        ReplayRequest[] bad = [new("ex-unknown000"), new(id, "nobody"), new(id, Input: JsonElement.Parse("""{"unknown":1}"""))];
        foreach (var request in bad)
        {
            var (preview, replay) = (await harness.Engine.PreviewReplayAsync(request, Token), await harness.Engine.ReplayAsync(request, Token));
            Assert.False(preview.IsOk);
            Assert.Equal(replay.Refusal!.Code, preview.Refusal.Code);
            Assert.Equal(replay.Refusal.Problems, preview.Refusal.Problems);
        }
        await harness.Engine.PreviewReplayAsync(new ReplayRequest(id), Token);
        Assert.Single((await harness.Engine.ListExecutionsAsync(new(WorkflowId: workflow), Token)).Value!.Items);
    }

    [Fact]
    public async Task One_behind_its_workflows_limit_says_who_holds_it()
    {
        await using var harness = await EngineHarness.StartAsync();
        var workflow = await harness.SaveAsync("""{"ref":"wait","type":"Flow.Wait","input":{"seconds":3600}}""", top: """ "concurrency":{"limit":1}, """);
        var first = await harness.ExecuteAsync(workflow);
        await harness.SeeAsync<TaskWaiting>(first);
        var second = await harness.ExecuteAsync(workflow);

        var hold = (await harness.Engine.GetHoldAsync(second, Token)).Value!;

        Assert.Equal((HoldKind.ConcurrencyLimit, 1, 1), (hold.Kind, hold.Used, hold.Most));
        Assert.Equal([first], hold.Holders);
        Assert.Equal(HoldKind.None, (await harness.Engine.GetHoldAsync(first, Token)).Value!.Kind);
    }

    [Fact]
    public async Task One_without_a_place_says_how_many_there_are()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:MaxConcurrentExecutions", "1"));
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        harness.Script.Behaviour = async (input, _, token) =>
        {
            await release.Task.WaitAsync(token);
            return new ScriptedTask.Output(input.Value);
        };
        var workflow = await harness.SaveAsync("""{"ref":"a","type":"Test.Pure","input":{"value":1}}""");
        var first = await harness.ExecuteAsync(workflow);
        await harness.SeeAsync<TaskStarted>(first);
        var second = await harness.ExecuteAsync(workflow);

        var hold = (await harness.Engine.GetHoldAsync(second, Token)).Value!;

        Assert.Equal((HoldKind.Slot, 1, 1), (hold.Kind, hold.Used, hold.Most));
        release.SetResult();
        await harness.EndAsync(second);
        Assert.Equal(HoldKind.None, (await harness.Engine.GetHoldAsync(second, Token)).Value!.Kind);
    }
}
