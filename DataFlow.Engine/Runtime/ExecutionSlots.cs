using System.Collections.Immutable;

namespace DataFlow.Engine.Runtime;

/// <summary>Counts what may run at once: all executions together, and those of workflows with a limit of their own. Thread-safe.</summary>
internal sealed class ExecutionSlots(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, HashSet<string>> _limited = [];
    private int _used;
    private long _given;

    /// <summary>How many are taken.</summary>
    public int Used => Volatile.Read(ref _used);

    /// <summary>Whether one more may run.</summary>
    public bool AreFree => Used < most;

    /// <summary>How many there are.</summary>
    public int Most => most;

    /// <summary>Who counts against a workflow's own limit now.</summary>
    public ImmutableArray<string> HoldersOf(string workflowId)
    {
        lock (_gate) return _limited.TryGetValue(workflowId, out var running) ? [.. running.Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>How often a place was given back: whoever found none can tell whether one has come since.</summary>
    public long GivenBack
    {
        get { lock (_gate) return _given; }
    }

    /// <summary>Takes a place, unless all are taken or the workflow's own limit is reached.</summary>
    public bool TryTake(string workflowId, string executionId, int? limit)
    {
        lock (_gate)
        {
            if (_used >= most || !TryEnter(workflowId, executionId, limit)) return false;
            _used++;
            return true;
        }
    }

    /// <summary>Takes a place in any case: what is under way already must go on, and a command must be heard.</summary>
    public void Take(string workflowId, string executionId, int? limit)
    {
        lock (_gate)
        {
            TryEnter(workflowId, executionId, limit is null ? null : int.MaxValue);
            _used++;
        }
    }

    /// <summary>Gives the place back. An execution that is only parked still counts against its workflow's limit.</summary>
    public void Release(string workflowId, string executionId, bool finished)
    {
        lock (_gate)
        {
            _used--;
            _given++;
            if (finished) Leave(workflowId, executionId);
        }
    }

    /// <summary>It has ended without a runner that knew: it no longer counts against its workflow's limit.</summary>
    public void Forget(string workflowId, string executionId)
    {
        lock (_gate)
        {
            _given++;
            Leave(workflowId, executionId);
        }
    }

    private void Leave(string workflowId, string executionId)
    {
        if (_limited.TryGetValue(workflowId, out var running) && running.Remove(executionId) && running.Count == 0) _limited.Remove(workflowId);
    }

    private bool TryEnter(string workflowId, string executionId, int? limit)
    {
        if (limit is not { } most) return true;
        if (!_limited.TryGetValue(workflowId, out var running)) _limited[workflowId] = running = [];
        if (running.Contains(executionId)) return true;
        return running.Count < most && running.Add(executionId);
    }
}
