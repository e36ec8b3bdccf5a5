using System.Collections.Concurrent;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// How many executions are unfinished, by workflow and by status. Asked at every execute, so it is counted along instead of queried; written by the writer only,
/// what others see is what is committed.
/// </summary>
internal sealed class UnfinishedCounts
{
    private readonly ConcurrentDictionary<string, int> _byWorkflow = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _changes = new(StringComparer.Ordinal);
    private int _pending;
    private int _running;
    private int _pendingChange;
    private int _runningChange;

    public int Pending => Volatile.Read(ref _pending);

    public int Running => Volatile.Read(ref _running);

    public int All => Pending + Running;

    public int Of(string workflowId) => _byWorkflow.GetValueOrDefault(workflowId);

    /// <summary>As the transaction under way has it.</summary>
    public int OfUncommitted(string workflowId) => Of(workflowId) + _changes.GetValueOrDefault(workflowId);

    /// <summary>An execution went from one status to another; <c>null</c>: it is new.</summary>
    public void Move(string workflowId, ExecutionStatus? from, ExecutionStatus to, int count = 1)
    {
        var before = from is { } status ? Count(status, -count) : 0;
        var change = before + Count(to, count);
        if (change != 0)
            _changes[workflowId] = _changes.GetValueOrDefault(workflowId) + change;
    }

    public void Commit()
    {
        Volatile.Write(ref _pending, _pending + _pendingChange);
        Volatile.Write(ref _running, _running + _runningChange);
        foreach (var (workflowId, change) in _changes)
        {
            var count = Of(workflowId) + change;
            if (count == 0)
                _byWorkflow.TryRemove(workflowId, out _);
            else
                _byWorkflow[workflowId] = count;
        }
        Rollback();
    }

    public void Rollback()
    {
        _changes.Clear();
        _pendingChange = _runningChange = 0;
    }

    private int Count(ExecutionStatus status, int change)
    {
        switch (status)
        {
            case ExecutionStatus.Pending:
                _pendingChange += change;
                return change;
            case ExecutionStatus.Running:
                _runningChange += change;
                return change;
            default:
                return 0;
        }
    }
}
