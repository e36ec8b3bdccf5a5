using System.Text.Json;

namespace DataFlow.Engine.TaskTypes;

/// <summary>What one attempt may use besides its input.</summary>
public sealed class TaskContext
{
    /// <summary>The execution, <c>ex-…</c>.</summary>
    public required string ExecutionId { get; init; }

    /// <summary>The workflow, <c>wf-…</c>.</summary>
    public required string WorkflowId { get; init; }

    /// <summary>The task's <c>ref</c>.</summary>
    public required string TaskRef { get; init; }

    /// <summary>1 for the first try.</summary>
    public required int Attempt { get; init; }

    /// <summary>The clock; nothing else tells the time.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>The only way out: a client from the egress factory. Owned by the factory, never disposed by a task type.</summary>
    public required HttpClient Http { get; init; }

    /// <summary>Credentials given with the execution, by name (<c>openai</c>); never stored in the journal.</summary>
    public required IReadOnlyDictionary<string, string> Credentials { get; init; }

    /// <summary>The same for every attempt of this task, so that receivers can tell a repetition: <c>{execution_id}.{ref}</c>.</summary>
    public string IdempotencyKey => $"{ExecutionId}.{TaskRef}";

    /// <summary>Who keeps what the attempt tells; <c>null</c>: nobody.</summary>
    internal ITaskActivitySink? Sink { get; init; }

    /// <summary>The task type's face; the sink finds in it which fields are secret.</summary>
    internal TaskSpecification? Specification { get; init; }

    /// <summary>The input; the sink finds in it what must not be told.</summary>
    internal JsonElement Input { get; init; }

    /// <summary>What the sink keeps for this attempt; nothing until it is first used.</summary>
    internal object? SinkState;

    /// <summary>
    /// Writes a line that users read beside the execution. Say what helps them, in a sentence; never a value of a secret field. It never throws and never waits;
    /// lines may be lost when the process dies, or when the execution's log is full.
    /// </summary>
    public void Log(TaskLogLevel level, string text) => Sink?.Log(this, level, text);

    /// <summary>Tells watchers how far the attempt has come; only the newest report counts. It never throws and never waits, and may be called as often as there is news.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">How much there is to do; <c>null</c>: unknown.</param>
    /// <param name="unit"><c>bytes</c>, <c>items</c> …</param>
    /// <param name="note">What it is at, for a person.</param>
    public void Report(long done, long? total, string? unit, string? note = null) => Sink?.Report(this, done, total, unit, note);
}

/// <summary>Keeps what attempts tell. The runtime implements it.</summary>
internal interface ITaskActivitySink
{
    void Log(TaskContext context, TaskLogLevel level, string text);

    void Report(TaskContext context, long done, long? total, string? unit, string? note);
}
