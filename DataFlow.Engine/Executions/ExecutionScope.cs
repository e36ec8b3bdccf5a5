using System.Text.Json;
using DataFlow.Engine.Templates;

namespace DataFlow.Engine.Executions;

/// <summary>What expressions of an execution can see at this moment; the time is the decision's.</summary>
internal sealed class ExecutionScope(Execution execution, DateTimeOffset now) : ITemplateScope
{
    public DateTimeOffset Now => now;

    public bool TryGet(ReferenceRoot root, string name, out JsonElement value)
    {
        switch (root)
        {
            case ReferenceRoot.Input:
                return execution.Input.TryGetProperty(name, out value);
            case ReferenceRoot.Task when execution.FindTask(name)?.Output is { } output:
                value = output;
                return true;
            case ReferenceRoot.ExecutionId:
                value = JsonSerializer.SerializeToElement(execution.Id, EngineJson.Options);
                return true;
            case ReferenceRoot.WorkflowId:
                value = JsonSerializer.SerializeToElement(execution.WorkflowId, EngineJson.Options);
                return true;
            default:
                value = default;
                return false;
        }
    }
}
