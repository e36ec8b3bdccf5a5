using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Workflows;

/// <summary>A definition compiled against the catalogue: runnable. Immutable, shared by all its executions.</summary>
public sealed record Workflow
{
    /// <summary>What it was compiled from.</summary>
    public required WorkflowDefinition Definition { get; init; }

    /// <summary>Tasks in definition order; <see cref="WorkflowTask.Index"/> is the position here.</summary>
    public required ImmutableArray<WorkflowTask> Tasks { get; init; }

    /// <summary>Positions of tasks by <c>ref</c>.</summary>
    public required FrozenDictionary<string, int> TaskIndex { get; init; }

    /// <summary>Compiled outputs in definition order.</summary>
    public required ImmutableArray<WorkflowOutput> Outputs { get; init; }

    /// <summary>Schema of the execution input: an object with the declared inputs.</summary>
    public required ValueSchema InputSchema { get; init; }
}

/// <summary>A task, compiled.</summary>
public sealed record WorkflowTask
{
    /// <summary>Position in the definition, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Its entry in the definition.</summary>
    public required TaskDefinition Definition { get; init; }

    /// <summary>The kind of work.</summary>
    public required TaskType Type { get; init; }

    /// <summary>Its input with expressions.</summary>
    public required ValueTemplate Input { get; init; }

    /// <summary>Its condition, or <c>null</c>.</summary>
    public ValueTemplate? When { get; init; }

    /// <summary>Positions of the tasks that must have ended before it starts (the list order made explicit).</summary>
    public required ImmutableArray<int> DependsOn { get; init; }

    /// <summary>Positions of the tasks that name it in <see cref="DependsOn"/>.</summary>
    public required ImmutableArray<int> Dependents { get; init; }

    /// <summary>For <see cref="ErrorPolicy.UseValue"/>: the value.</summary>
    public ValueTemplate? FallbackValue { get; init; }

    /// <summary>For <see cref="ErrorPolicy.RunTask"/>: the kind of work.</summary>
    public TaskType? FallbackType { get; init; }

    /// <summary>For <see cref="ErrorPolicy.RunTask"/>: its input.</summary>
    public ValueTemplate? FallbackInput { get; init; }
}

/// <summary>An output, compiled.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Schema">Its type.</param>
/// <param name="Value">Its value with expressions.</param>
public sealed record WorkflowOutput(string Name, ValueSchema Schema, ValueTemplate Value);

/// <summary>The outcome of compiling: a workflow, or everything that is wrong (at most <see cref="Problem.Most"/>).</summary>
/// <param name="Workflow">Set when there are no problems.</param>
/// <param name="Problems">In document order.</param>
/// <param name="Truncated">Whether there were more problems than are listed.</param>
public sealed record Compilation(Workflow? Workflow, ImmutableArray<Problem> Problems, bool Truncated = false);
