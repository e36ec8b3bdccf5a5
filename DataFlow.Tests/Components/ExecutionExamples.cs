using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Components;

/// <summary>Executions as the engine would give them.</summary>
internal static class ExecutionExamples
{
    public static Execution Running(params TaskRun[] tasks) => new()
    {
        Id = "ex-1a2b3c4d",
        WorkflowId = "wf-4g7h8j9k",
        WorkflowVersion = 2,
        Status = ExecutionStatus.Running,
        Input = PageContext.Json("""{"url":"https://example.com"}"""),
        CreatedAt = PageContext.Noon,
        StartedAt = PageContext.Noon,
        Tasks = [.. tasks],
        UnfinishedTasks = tasks.Count(run => !run.IsFinished),
    };

    public static Execution Failed(TaskFailure failure, params TaskRun[] tasks) => Running(tasks) with
    {
        Status = ExecutionStatus.Failed,
        Failure = failure,
        CompletedAt = PageContext.Noon.AddSeconds(3),
    };

    public static TaskRun Run(string name, TaskRunStatus status = TaskRunStatus.Pending) => new() { Ref = name, Type = "Web.Download", Status = status };

    public static ExecutionSummary Row(string id, ExecutionStatus status = ExecutionStatus.Running, int sequence = 1, int secondsAfterNoon = 0) => new()
    {
        Id = id,
        WorkflowId = "wf-4g7h8j9k",
        WorkflowVersion = 1,
        Status = status,
        CreatedAt = PageContext.Noon.AddSeconds(secondsAfterNoon),
        Sequence = sequence,
    };
}
