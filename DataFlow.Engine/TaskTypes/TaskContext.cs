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
}
