using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;

namespace DataFlow.Engine.Runtime;

/// <summary>Step 11 of the path: tells watchers of this process what has been committed. Costs nothing while nobody watches.</summary>
/// <param name="isCounted">Whether what it tells is an execution; a trial is none.</param>
internal sealed class ExecutionFeed(bool isCounted = true)
{
    private readonly ConcurrentDictionary<string, ImmutableArray<ChangeWatcher>> _byExecution = new();

    /// <summary>Whether what it tells counts in metrics and traces.</summary>
    public bool IsCounted => isCounted;

    private ImmutableArray<SummaryWatcher> _all = [];

    // Many executions share one: to have counted too much costs a read, no more.
    private readonly int[] _told = new int[1_024];

    /// <summary>Called after each of them; nobody's while nobody follows all journals.</summary>
    public Action? Published { get; set; }

    /// <summary>Called after the commit, by the one runner of the execution, in order.</summary>
    public void Publish(Execution execution, int firstSequence, ImmutableArray<ExecutionEvent> events)
    {
        if (isCounted) ExecutionMetrics.Record(execution, events);
        // Before watchers are looked for: who came too late for this one sees that it was told.
        Interlocked.Increment(ref Told(execution.Id));
        if (!_byExecution.IsEmpty && _byExecution.TryGetValue(execution.Id, out var watchers))
        {
            var change = new ExecutionChange(execution, firstSequence, events);
            foreach (var watcher in watchers) watcher.Offer(change);
        }
        Published?.Invoke();
        var all = _all;
        if (all.IsEmpty) return;
        var summary = ExecutionSummary.Of(execution);
        foreach (var watcher in all) watcher.Offer(summary);
    }

    /// <summary>
    /// Changes whenever something of an execution has been told, and at times when nothing has. Asked before the execution is read and again once it is watched: while it
    /// is the same, nothing was told in between that the reader does not know.
    /// </summary>
    public int ToldSoFar(string executionId) => Volatile.Read(ref Told(executionId));

    /// <summary>Watches one execution from now on. Dispose to stop.</summary>
    public ChangeWatcher Watch(string executionId)
    {
        var watcher = new ChangeWatcher(this, executionId);
        _byExecution.AddOrUpdate(executionId, static (_, added) => [added], static (_, others, added) => others.Add(added), watcher);
        return watcher;
    }

    /// <summary>Watches all executions, or those of one workflow, from now on. Dispose to stop.</summary>
    public SummaryWatcher WatchAll(string? workflowId)
    {
        var watcher = new SummaryWatcher(this, workflowId);
        ImmutableInterlocked.Update(ref _all, static (others, added) => others.Add(added), watcher);
        return watcher;
    }

    private ref int Told(string executionId) => ref _told[(uint)executionId.GetHashCode(StringComparison.Ordinal) % (uint)_told.Length];

    /// <summary>How many watch, for metrics and tests.</summary>
    public int WatcherCount => _all.Length + _byExecution.Values.Sum(watchers => watchers.Length);

    /// <summary>
    /// The changes of one execution. A slow reader loses changes, never order: it sees a gap in the sequences and reads the journal.
    /// </summary>
    internal sealed class ChangeWatcher(ExecutionFeed feed, string executionId) : IDisposable
    {
        private readonly Channel<ExecutionChange> _changes = Channel.CreateBounded<ExecutionChange>(
            new BoundedChannelOptions(128) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, static _ => EngineMetrics.FeedDropped.Add(1));

        public ChannelReader<ExecutionChange> Changes => _changes.Reader;

        public void Offer(ExecutionChange change)
        {
            _changes.Writer.TryWrite(change);
            if (change.Execution.IsFinished) _changes.Writer.TryComplete();
        }

        public void Dispose()
        {
            _changes.Writer.TryComplete();
            while (feed._byExecution.TryGetValue(executionId, out var watchers))
            {
                var rest = watchers.Remove(this);
                if (rest.IsEmpty ? feed._byExecution.TryRemove(new(executionId, watchers)) : feed._byExecution.TryUpdate(executionId, rest, watchers)) return;
            }
        }
    }

    /// <summary>The latest row of each execution that changed since the reader last looked; memory is bounded by how many are under way.</summary>
    internal sealed class SummaryWatcher(ExecutionFeed feed, string? workflowId) : IDisposable
    {
        /// <summary>A reader this far behind has no use for each row; it gets the newest.</summary>
        private const int MostWaiting = 1_000;

        private readonly Lock _gate = new();
        private readonly Dictionary<string, ExecutionSummary> _waiting = [];
        private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

        public void Offer(ExecutionSummary summary)
        {
            if (workflowId is not null && workflowId != summary.WorkflowId) return;
            lock (_gate)
            {
                if (_waiting.Count >= MostWaiting) _waiting.Clear();
                _waiting[summary.Id] = summary;
            }
            _signal.Writer.TryWrite(true);
        }

        public async IAsyncEnumerable<ExecutionSummary> ReadAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            while (await _signal.Reader.WaitToReadAsync(cancellationToken))
            {
                _signal.Reader.TryRead(out _);
                ExecutionSummary[] taken;
                lock (_gate)
                {
                    taken = [.. _waiting.Values];
                    _waiting.Clear();
                }
                foreach (var summary in taken) yield return summary;
            }
        }

        public void Dispose()
        {
            _signal.Writer.TryComplete();
            ImmutableInterlocked.Update(ref feed._all, static (others, gone) => others.Remove(gone), this);
        }
    }
}
