using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Runtime;

/// <summary>What an execution waits for that its journal does not tell: places, limits, and its turn after a crash.</summary>
internal sealed partial class ExecutionDispatcher
{
    private volatile HashSet<string> _suspects = [];

    /// <summary>Why nothing runs for it here.</summary>
    public ExecutionHold HoldOf(Execution execution, CompiledVersion? version)
    {
        if (execution.IsFinished || _active.ContainsKey(execution.Id)) return ExecutionHold.None;
        if (_suspects.Contains(execution.Id)) return new ExecutionHold(HoldKind.CrashSuspect, _slots.Used, _slots.Most, []);
        if (execution.Status != ExecutionStatus.Pending) return ExecutionHold.None;
        if (version is not null && LimitOf(version) is { } limit && _slots.HoldersOf(execution.WorkflowId) is var holders && holders.Length >= limit)
            return new ExecutionHold(HoldKind.ConcurrencyLimit, holders.Length, limit, holders);
        return new ExecutionHold(_slots.AreFree ? HoldKind.Turn : HoldKind.Slot, _slots.Used, _slots.Most, []);
    }
}
