using System.Text.Json;

namespace DataFlow.Engine.TaskTypes;

/// <summary>
/// A kind of work whose two positional records are its specification: no default = required, <c>?</c> = optional, <c>= 30</c> = default, enum = choices,
/// names become snake_case; <c>[Description] [Example] [Range] [Length] [Secret] [Main]</c> say the rest. Made by dependency injection, one for the process.
/// </summary>
public abstract class TaskType<TInput, TOutput> : TaskType
    where TInput : class
    where TOutput : class
{
    /// <inheritdoc/>
    public sealed override TaskSpecification Specification => throw new NotImplementedException();

    /// <inheritdoc/>
    public sealed override ValueTask<JsonElement> InvokeAsync(JsonElement input, TaskContext context, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <summary>Does the work of one attempt.</summary>
    /// <exception cref="TaskFailedException">It failed, and says whether trying again can help.</exception>
    protected abstract ValueTask<TOutput> RunAsync(TInput input, TaskContext context, CancellationToken cancellationToken);
}
