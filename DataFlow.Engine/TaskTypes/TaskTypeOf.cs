using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace DataFlow.Engine.TaskTypes;

/// <summary>
/// A kind of work whose two positional records are its specification: no default = required, <c>?</c> = optional, <c>= 30</c> = default, enum = choices,
/// names become snake_case; <c>[Description] [Example] [Range] [Length] [Secret] [Main]</c> say the rest. Made by dependency injection, one for the process.
/// </summary>
/// <remarks>Ranges, lengths and patterns are checked by the engine before an attempt, from the specification; the records check the shape.</remarks>
public abstract class TaskType<TInput, TOutput> : TaskType
    where TInput : class
    where TOutput : class
{
    private readonly JsonTypeInfo<TInput> _input = (JsonTypeInfo<TInput>)TaskJson.Options.GetTypeInfo(typeof(TInput));
    private readonly JsonTypeInfo<TOutput> _output = (JsonTypeInfo<TOutput>)TaskJson.Options.GetTypeInfo(typeof(TOutput));
    private TaskSpecification? _specification;

    /// <inheritdoc/>
    /// <exception cref="MalformedTaskTypeException">The class or its records break a rule; the message says all of them.</exception>
    public sealed override TaskSpecification Specification => _specification ??= SpecificationReader.Read(GetType(), _input, _output);

    /// <inheritdoc/>
    public sealed override async ValueTask<JsonElement> InvokeAsync(JsonElement input, TaskContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Write(await RunAsync(Read(input), context, cancellationToken));
    }

    /// <summary>Does the work of one attempt.</summary>
    /// <exception cref="TaskFailedException">It failed, and says whether trying again can help.</exception>
    protected abstract ValueTask<TOutput> RunAsync(TInput input, TaskContext context, CancellationToken cancellationToken);

    /// <summary>The input record.</summary>
    /// <exception cref="TaskFailedException"><c>input_invalid</c>: the value does not fit the record.</exception>
    private protected TInput Read(JsonElement input)
    {
        try
        {
            if (JsonSerializer.Deserialize(input, _input) is { } record) return record;
            throw new JsonException();
        }
        catch (JsonException exception)
        {
            throw InputFailure.Explain(exception, input, Specification);
        }
    }

    /// <summary>The output object.</summary>
    /// <exception cref="TaskFailedException"><c>output_too_deep</c>: it is nested deeper than <see cref="EngineJson.MaxDepth"/>.</exception>
    private protected JsonElement Write(TOutput output)
    {
        try
        {
            return JsonSerializer.SerializeToElement(output, _output);
        }
        catch (JsonException exception) when ((exception.InnerException ?? exception).Message.Contains("depth", StringComparison.OrdinalIgnoreCase))
        {
            throw new TaskFailedException(new("output_too_deep", $"The output is nested deeper than {EngineJson.MaxDepth} levels."), exception);
        }
    }
}

/// <summary>The output of a task type that gives nothing.</summary>
public sealed record NoOutput;
