using System.Collections.Immutable;

namespace DataFlow.Engine.Templates;

/// <summary>What a reference starts from.</summary>
public enum ReferenceRoot
{
    /// <summary><c>input.NAME</c></summary>
    Input,

    /// <summary><c>refs.NAME.output</c></summary>
    Task,

    /// <summary><c>item</c></summary>
    Item,

    /// <summary><c>index</c></summary>
    Index,

    /// <summary><c>execution.id</c></summary>
    ExecutionId,

    /// <summary><c>workflow.id</c></summary>
    WorkflowId,

    /// <summary><c>secrets.NAME</c></summary>
    Secret,
}

/// <summary>A path in an expression: <c>refs.download.output.links[0].href</c>.</summary>
/// <param name="Root">Where it starts.</param>
/// <param name="Name">The input's, task's or secret's name; empty for the others.</param>
/// <param name="Path">What follows the root, after <c>output</c> for a task.</param>
/// <param name="HasDefault">Whether <c>?? default</c> stands behind it: missing or null is then no failure.</param>
public sealed record Reference(ReferenceRoot Root, string Name, ImmutableArray<PathSegment> Path, bool HasDefault);

/// <summary>One step of a path: a member name, a constant index, or something computed at run time.</summary>
/// <param name="Name">Member name, else <c>null</c>.</param>
/// <param name="Index">Array index, else <c>null</c>. Both <c>null</c>: computed at run time, unknown to the checker.</param>
public readonly record struct PathSegment(string? Name, int? Index)
{
    /// <summary>A member.</summary>
    public static PathSegment Member(string name) => new(name, null);

    /// <summary>An index.</summary>
    public static PathSegment At(int index) => new(null, index);
}
