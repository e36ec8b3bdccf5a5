using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage;

/// <summary>What is a bug of the caller, whatever the store.</summary>
internal static class WriteChecks
{
    public static void Check(NewExecution creation)
    {
        if (creation.Events.IsDefaultOrEmpty || creation.Events[0] is not ExecutionQueued)
            throw new ArgumentException("A journal begins with execution_queued.", nameof(creation));
        if (creation.Execution.Sequence != creation.Events.Length)
            throw new ArgumentException($"The execution is at {creation.Execution.Sequence} after {creation.Events.Length} events.", nameof(creation));
    }

    public static void Check(JournalAppend append)
    {
        if (append.Events.IsDefaultOrEmpty)
            throw new ArgumentException("An append holds at least one event.", nameof(append));
        if (append.Execution.Sequence != append.ExpectedSequence + append.Events.Length)
            throw new ArgumentException($"The execution is at {append.Execution.Sequence}, not {append.Events.Length} after {append.ExpectedSequence}.", nameof(append));
    }
}
