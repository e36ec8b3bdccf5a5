using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Workflows;

/// <summary>Step 2 of the path: definition + catalogue -> a workflow, or all problems at once. Pure.</summary>
public sealed class WorkflowCompiler(ITaskCatalog catalog)
{
    /// <summary>The catalogue it checks against.</summary>
    public ITaskCatalog Catalog => catalog;

    /// <summary>Reads and compiles UTF-8 JSON.</summary>
    public Compilation Compile(ReadOnlyMemory<byte> json) => throw new NotImplementedException();
}
