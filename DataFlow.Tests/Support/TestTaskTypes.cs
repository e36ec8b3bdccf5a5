using System.ComponentModel;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Support;

/// <summary>Task types whose behaviour a test decides. Their names begin with <c>Test.</c>.</summary>
public abstract class ScriptedTask(TestScript script) : TaskType<ScriptedTask.Input, ScriptedTask.Output>
{
    public sealed record Input([Description("Anything.")] JsonElement? Value = null, [Description("A number.")] int Number = 0);

    public sealed record Output([Description("What was given."), Main] JsonElement? Value);

    protected override ValueTask<Output> RunAsync(Input input, TaskContext context, CancellationToken cancellationToken) =>
        script.RunAsync(input, context, cancellationToken);
}

[TaskType("Test.Pure", "Behaves as scripted; pure.", Repeat = TaskRepeat.Pure)]
[TaskExample("""{ "ref": "a", "type": "Test.Pure", "input": { "value": 1 } }""")]
public sealed class TestPure(TestScript script) : ScriptedTask(script);

[TaskType("Test.Idempotent", "Behaves as scripted; idempotent.", Repeat = TaskRepeat.Idempotent)]
[TaskExample("""{ "ref": "a", "type": "Test.Idempotent", "input": { "value": 1 } }""")]
public sealed class TestIdempotent(TestScript script) : ScriptedTask(script);

[TaskType("Test.Unsafe", "Behaves as scripted; unsafe to repeat.")]
[TaskExample("""{ "ref": "a", "type": "Test.Unsafe", "input": { "value": 1 } }""")]
public sealed class TestUnsafe(TestScript script) : ScriptedTask(script);

/// <summary>What scripted tasks do: return their value, unless the test says otherwise.</summary>
public sealed class TestScript
{
    private readonly Lock _gate = new();
    private readonly List<(string Execution, string Ref, int Attempt)> _attempts = [];

    /// <summary>The behaviour of every attempt; by default the value given is the value returned.</summary>
    public Func<ScriptedTask.Input, TaskContext, CancellationToken, ValueTask<ScriptedTask.Output>> Behaviour { get; set; } =
        static (input, _, _) => ValueTask.FromResult(new ScriptedTask.Output(input.Value));

    /// <summary>Every attempt that began, in order.</summary>
    public IReadOnlyList<(string Execution, string Ref, int Attempt)> Attempts
    {
        get { lock (_gate) return [.. _attempts]; }
    }

    public ValueTask<ScriptedTask.Output> RunAsync(ScriptedTask.Input input, TaskContext context, CancellationToken cancellationToken)
    {
        lock (_gate) _attempts.Add((context.ExecutionId, context.TaskRef, context.Attempt));
        return Behaviour(input, context, cancellationToken);
    }
}
