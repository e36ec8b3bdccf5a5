using System.Diagnostics.CodeAnalysis;

namespace DataFlow.Engine.TaskTypes;

/// <summary>All task types this process knows. Immutable after start.</summary>
public interface ITaskCatalog
{
    /// <summary>All of them, by name.</summary>
    IReadOnlyList<TaskType> All { get; }

    /// <summary>Finds one by its name as written by a user: case and <c>_</c> are ignored, aliases are known.</summary>
    bool TryGet(string name, [NotNullWhen(true)] out TaskType? type);

    /// <summary>The nearest known name, for "did you mean", or <c>null</c>.</summary>
    string? Nearest(string name);
}
