using System.Collections.Immutable;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Storage;

/// <summary>A line that has no number yet.</summary>
/// <param name="ExecutionId"><c>ex-…</c></param>
/// <param name="At">When it was written.</param>
/// <param name="Ref">The task.</param>
/// <param name="Attempt">1 for the first try.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Text">Masked and cut.</param>
public sealed record NewTaskLogLine(string ExecutionId, DateTimeOffset At, string Ref, int Attempt, TaskLogLevel Level, string Text);

/// <summary>How much is kept of one execution; a tenth more for errors.</summary>
/// <param name="Lines">Lines.</param>
/// <param name="Bytes">Bytes of text.</param>
public sealed record TaskLogLimits(int Lines, long Bytes);

/// <summary>How lines were kept.</summary>
/// <param name="Written">What each execution has got, numbered.</param>
/// <param name="Unknown">Executions that are not there (yet, or any more); nothing of theirs was kept.</param>
public sealed record TaskLogOutcome(ImmutableDictionary<string, ImmutableArray<TaskLogLine>> Written, ImmutableHashSet<string> Unknown);

/// <summary>The lines of tasks. They go with their execution.</summary>
public interface ITaskLogStore
{
    /// <summary>Keeps lines of any executions in one transaction, numbered on from those before, until an execution's log is full.</summary>
    /// <exception cref="StorageUnavailableException">Disk full or broken.</exception>
    ValueTask<TaskLogOutcome> AppendAsync(ImmutableArray<NewTaskLogLine> lines, TaskLogLimits limits, CancellationToken cancellationToken);

    /// <summary>Lines of one execution, oldest first; times to the microsecond. Empty for an unknown one.</summary>
    /// <exception cref="InvalidCursorException">The cursor is no line's number.</exception>
    Task<Page<TaskLogLine>> ListAsync(TaskLogQuery query, CancellationToken cancellationToken);
}
