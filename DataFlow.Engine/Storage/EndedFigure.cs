using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage;

/// <summary>What figures know of an execution that ended. Microseconds; the time since 1970.</summary>
/// <param name="WorkflowId"><c>wf-…</c></param>
/// <param name="Status">How it ended.</param>
/// <param name="EndedAt">When.</param>
/// <param name="Duration">From its start; <c>null</c>: it did not end well, or never started.</param>
internal readonly record struct EndedFigure(string WorkflowId, ExecutionStatus Status, long EndedAt, long? Duration)
{
    public static EndedFigure Of(string workflowId, ExecutionStatus status, long endedAt, long? startedAt) =>
        new(workflowId, status, endedAt, status == ExecutionStatus.Completed ? endedAt - startedAt : null);
}
