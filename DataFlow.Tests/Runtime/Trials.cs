using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Runtime;

/// <summary>What tests of trials share.</summary>
internal static class Trials
{
    public const int Soon = 60_000;

    public const string Three =
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

    public static ExecutionTrial Of(string definition) => new() { Definition = Json(definition) };

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    public static ImmutableDictionary<string, JsonElement> Given(string name, string output) => ImmutableDictionary<string, JsonElement>.Empty.Add(name, Json(output));

    public static string? Value(Execution execution, string name) => execution.FindTask(name)?.Output?.GetProperty("value").GetString();

    public static IEnumerable<(string Pointer, string Code)> Refused(EngineHarness harness, ExecutionTrial trial) =>
        harness.Engine.StartTrial(trial, Token).Refusal!.Problems.Select(problem => (problem.Pointer, problem.Code));

    public static async ValueTask<ScriptedTask.Output> Never(ScriptedTask.Input input, DataFlow.Engine.TaskTypes.TaskContext context, CancellationToken token)
    {
        await new TaskCompletionSource().Task.WaitAsync(token);
        throw new InvalidOperationException();
    }

    public static async Task<Execution> EndAsync(EngineHarness harness, ExecutionTrial trial, Action<ExecutionChange>? seen = null, CancellationTokenSource? leaving = null)
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
