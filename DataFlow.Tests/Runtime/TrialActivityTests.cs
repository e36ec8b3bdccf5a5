using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;
using static DataFlow.Tests.Runtime.Trials;

#pragma warning disable xUnit1069 // The harness watches the token of the test.

namespace DataFlow.Tests.Runtime;

/// <summary>What the tasks of a trial tell is heard by its caller and kept nowhere.</summary>
public sealed class TrialActivityTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact(Timeout = Soon)]
    public async Task Every_line_is_told_once_in_order_and_the_last_word_of_progress()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = (input, context, _) =>
        {
            context.Log(TaskLogLevel.Information, $"{context.TaskRef} begins");
            context.Report(1, 2, "parts");
            context.Log(TaskLogLevel.Warning, $"{context.TaskRef} ends");
            return ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        };
        var (lines, _) = await ListenAsync(harness, Of(Three) with { UpTo = "b", Input = Json("""{ "x": "1" }""") });

        Assert.Equal(["a begins", "a ends", "b begins", "b ends"], lines.Select(line => line.Text));
        Assert.Equal([1, 2, 3, 4], lines.Select(line => line.Number));
        Assert.Equal(TaskLogLevel.Warning, lines[^1].Level);
    }

    [Fact(Timeout = Soon)]
    public async Task Progress_is_told_while_the_task_runs()
    {
        await using var harness = await EngineHarness.StartAsync();
        var heard = new TaskCompletionSource();
        harness.Script.Behaviour = async (input, context, token) =>
        {
            context.Report(1, 4, "parts");
            await heard.Task.WaitAsync(token);
            return new ScriptedTask.Output(input.Value);
        };
        var (_, progress) = await ListenAsync(harness, Of(Three) with { Only = "a", Input = Json("""{ "x": "1" }""") }, _ => heard.TrySetResult());

        Assert.Equal([25], progress.Select(one => one.Percent));
    }

    [Fact(Timeout = Soon)]
    public async Task As_much_is_kept_as_of_an_execution_and_a_line_says_so()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:Logs:MaxLines", "100"));
        harness.Script.Behaviour = (input, context, _) =>
        {
            for (var i = 0; i < 105; i++) context.Log(TaskLogLevel.Information, $"line {i}");
            return ValueTask.FromResult(new ScriptedTask.Output(input.Value));
        };
        var (lines, _) = await ListenAsync(harness, Of(Three) with { Only = "a", Input = Json("""{ "x": "1" }""") });

        Assert.Equal(101, lines.Count);
        Assert.Equal(TaskLogBook.FullText, lines[^1].Text);
    }

    [Fact(Timeout = Soon)]
    public async Task The_activity_of_a_trial_that_is_left_ends_with_it()
    {
        await using var harness = await EngineHarness.StartAsync();
        harness.Script.Behaviour = Never;
        using var leaving = new CancellationTokenSource();
        var watch = harness.Engine.StartTrial(Of(Three) with { Only = "a", Input = Json("""{ "x": "1" }""") }, leaving.Token).Value!;
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in watch.Activity.WithCancellation(Token)) { }
        }, Token);

        await leaving.CancelAsync();
        await AdvanceUntilAsync(harness, reading);
    }

    private static async Task<(List<TaskLogLine> Lines, List<TaskProgress> Progress)> ListenAsync(EngineHarness harness, ExecutionTrial trial, Action<TaskProgress>? seen = null)
    {
        var answer = harness.Engine.StartTrial(trial, Token);
        Assert.True(answer.IsOk, string.Join("; ", answer.Refusal?.Problems.Select(problem => problem.ToString()) ?? []));
        var (lines, told) = (new List<TaskLogLine>(), new List<TaskProgress>());
        var listening = Task.Run(async () =>
        {
            await foreach (var activity in answer.Value.Activity.WithCancellation(Token))
            {
                lines.AddRange(activity.Lines);
                told.AddRange(activity.Progress);
                foreach (var one in activity.Progress) seen?.Invoke(one);
            }
        }, Token);
        var reading = Task.Run(async () =>
        {
            await foreach (var _ in answer.Value.Changes.WithCancellation(Token)) { }
        }, Token);
        await AdvanceUntilAsync(harness, Task.WhenAll(listening, reading));
        return (lines, told);
    }

    // A timer set after the moment it is for has come must still ring.
    private static async Task AdvanceUntilAsync(EngineHarness harness, Task ended)
    {
        while (!ended.IsCompleted)
        {
            harness.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await Task.WhenAny(ended, Task.Run(static () => { }, Token));
        }
        await ended;
        while (harness.Get<ExecutionTrials>().ActiveCount > 0) await Task.Yield();
    }
}
