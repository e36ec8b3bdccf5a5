using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>The JSON document a user writes, read strictly. <see cref="Source"/> is what is stored and answered; the rest is its reading.</summary>
public sealed record WorkflowDefinition
{
    /// <summary>The document itself.</summary>
    public required JsonElement Source { get; init; }

    /// <summary>1 to 200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Declared inputs, in order.</summary>
    public ImmutableArray<InputDefinition> Input { get; init; } = [];

    /// <summary>Tasks, in order.</summary>
    public required ImmutableArray<TaskDefinition> Tasks { get; init; }

    /// <summary>Declared outputs, in order.</summary>
    public ImmutableArray<OutputDefinition> Output { get; init; } = [];

    /// <summary>Longest time a whole execution may take; <c>null</c>: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How many executions may run at once; <c>null</c>: no limit of its own.</summary>
    public ConcurrencyDefinition? Concurrency { get; init; }

    /// <summary>Free labels, searchable.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;
}

/// <summary>One declared input.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">Type and limits.</param>
/// <param name="Required">Whether it must be given at execute.</param>
/// <param name="Default">What stands in when it is absent.</param>
public sealed record InputDefinition(string Name, ValueSchema Schema, bool Required, JsonElement? Default);

/// <summary>One declared output.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">Its type.</param>
/// <param name="Value">A value with expressions.</param>
public sealed record OutputDefinition(string Name, ValueSchema Schema, JsonElement Value);

/// <summary>One entry of <c>tasks</c>.</summary>
public sealed record TaskDefinition
{
    /// <summary>Unique in the workflow.</summary>
    public required string Ref { get; init; }

    /// <summary>The task type as written.</summary>
    public required string Type { get; init; }

    /// <summary>An object with values and expressions; an empty object when absent.</summary>
    public required JsonElement Input { get; init; }

    /// <summary>A title for people.</summary>
    public string? Name { get; init; }

    /// <summary>For people.</summary>
    public string? Description { get; init; }

    /// <summary>Tasks that must have ended before; <c>null</c>: the one before it in the list.</summary>
    public ImmutableArray<string>? DependsOn { get; init; }

    /// <summary>An expression; when it gives false the task is skipped.</summary>
    public string? When { get; init; }

    /// <summary>Repetition after failures.</summary>
    public RetryPolicy? Retry { get; init; }

    /// <summary>Longest time one attempt may take; <c>null</c>: the task type's own limits only.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>What happens when it has failed for good.</summary>
    public ErrorPolicy OnError { get; init; } = ErrorPolicy.Fail;
}

/// <summary>Repetition after retryable failures.</summary>
/// <param name="Attempts">Retries after the first try, 0 to 100.</param>
/// <param name="Delay">Wait before the first retry.</param>
/// <param name="Multiplier">Each further wait is this many times the one before.</param>
/// <param name="MaxDelay">No wait is longer.</param>
/// <param name="Jitter">0 to 1: the share of the wait that is random.</param>
public sealed record RetryPolicy(int Attempts, TimeSpan Delay, double Multiplier, TimeSpan MaxDelay, double Jitter);

/// <summary>What happens when a task has failed for good.</summary>
public abstract record ErrorPolicy
{
    /// <summary>The execution fails. The default.</summary>
    public static ErrorPolicy Fail { get; } = new FailExecution();

    /// <summary>The task counts as ended, its output is null.</summary>
    public static ErrorPolicy Continue { get; } = new ContinueWithNull();

    /// <summary>See <see cref="Fail"/>.</summary>
    public sealed record FailExecution : ErrorPolicy;

    /// <summary>See <see cref="Continue"/>.</summary>
    public sealed record ContinueWithNull : ErrorPolicy;

    /// <summary>The task counts as ended with this output.</summary>
    /// <param name="Value">A value with expressions.</param>
    public sealed record UseValue(JsonElement Value) : ErrorPolicy;

    /// <summary>Another task runs once in its place, its output becomes this task's.</summary>
    /// <param name="Type">The task type as written.</param>
    /// <param name="Input">An object with values and expressions.</param>
    public sealed record RunTask(string Type, JsonElement Input) : ErrorPolicy;
}

/// <summary>How many executions of one workflow may run at once.</summary>
/// <param name="Limit">1 or more.</param>
/// <param name="WhenFull">What happens to the next.</param>
public sealed record ConcurrencyDefinition(int Limit, WhenFull WhenFull);

/// <summary>What happens to an execution that finds its workflow's limit reached.</summary>
public enum WhenFull
{
    /// <summary>It waits as PENDING. The default.</summary>
    Queue,

    /// <summary>It is refused with 409 <c>concurrency_limit</c>.</summary>
    Reject,
}
