using System.Text.Json;

namespace DataFlow.Engine.TaskTypes;

/// <summary>A kind of work. Derive from <c>TaskType&lt;TInput, TOutput&gt;</c>; one file is all a new one takes.</summary>
public abstract class TaskType
{
    /// <summary>Its face, read from the records once.</summary>
    public abstract TaskSpecification Specification { get; }

    /// <summary>
    /// Runs one attempt. <paramref name="input"/> has been checked against the specification, defaults filled in by deserialising.
    /// </summary>
    /// <returns>The output object.</returns>
    /// <exception cref="TaskFailedException">The attempt failed; the failure says whether trying again can help.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public abstract ValueTask<JsonElement> InvokeAsync(JsonElement input, TaskContext context, CancellationToken cancellationToken);

    /// <summary>
    /// Says whether a credential it needs can be had from configuration. <c>null</c>: yes, or none is needed; otherwise one sentence on how to give one,
    /// which the engine answers as a 400 at execute when the caller brought none either.
    /// </summary>
    public virtual string? MissingCredential() => null;
}

/// <summary>A task type that ends by itself at a moment: the engine keeps the moment durably and holds no thread meanwhile.</summary>
public interface IDurableWait
{
    /// <summary>When an attempt that started at <paramref name="startedAt"/> with <paramref name="input"/> ends. Pure.</summary>
    /// <exception cref="TaskFailedException">The input names no usable moment.</exception>
    DateTimeOffset ResumesAt(JsonElement input, DateTimeOffset startedAt);

    /// <summary>Its output, once the moment has come. Pure.</summary>
    JsonElement Complete(JsonElement input, DateTimeOffset startedAt, DateTimeOffset now);
}
