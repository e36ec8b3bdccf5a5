using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.InMemory;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Runtime;

/// <summary>
/// One trial: the same runner as every execution's, over a journal of its own that is gone with it. Nobody but its caller can see it.
/// </summary>
internal sealed class TrialRun
{
    private readonly CompiledVersion _version;
    private readonly ImmutableArray<ExecutionEvent> _begun;
    private readonly IReadOnlyDictionary<string, string> _credentials;
    private readonly RunnerParts _parts;
    private readonly ExecutionFeed.ChangeWatcher _watcher;
    private readonly TrialActivity _activity;

    public TrialRun(
        RunnerParts parts, TrialActivity activity, CompiledVersion version, string id, ImmutableArray<ExecutionEvent> begun, IReadOnlyDictionary<string, string> credentials)
    {
        (_activity, _version, _begun, _credentials) = (activity, version, begun, credentials);
        _parts = parts with { Store = new InMemoryExecutionStore(new InMemoryDatabase()), Feed = new ExecutionFeed(isCounted: false), Invoker = parts.Invoker.TellingTo(activity.Sink), Outbox = Silence.Instance };
        Snapshot = version.Outline.Fold(id, begun.AsSpan());
        _watcher = _parts.Feed.Watch(id);
    }

    /// <summary>As it begins.</summary>
    public Execution Snapshot { get; }

    /// <summary>Runs to the end, or until it is told to stop: it is cancelled then. Answers how it ended.</summary>
    public async Task<Execution> RunAsync(CancellationToken stop)
    {
        using var watched = _watcher;
        try
        {
            return await RunToEndAsync(stop);
        }
        finally
        {
            _activity.End();
        }
    }

    private async Task<Execution> RunToEndAsync(CancellationToken stop)
    {
        await _parts.Store.CreateAsync(new NewExecution { Execution = Snapshot, Events = _begun }, CancellationToken.None);
        var (execution, next) = (Snapshot, (ExecutionCommand)new ExecutionCommand.Start());
        while (true)
        {
            var at = execution;
            var runner = new ExecutionRunner(_parts, at.Id, _ => Task.FromResult<RunnerStart?>(new RunnerStart(_version, at, _credentials)), careful: false);
            RunnerEnd end;
            using (stop.Register(() => runner.TryPost(new ExecutionCommand.Cancel(), out _))) end = await runner.RunAsync(next, CancellationToken.None);
            runner.SignalEnded(end);
            execution = runner.Committed ?? at;
            if (end == RunnerEnd.Finished) return execution;
            if (end != RunnerEnd.Parked) return Abandon(execution);
            next = await IsTimeAsync(runner.WakeAt, stop) ? new ExecutionCommand.Tick() : new ExecutionCommand.Cancel();
        }
    }

    /// <summary>What happens from now on. Whoever stops reading ends the trial.</summary>
    public async IAsyncEnumerable<ExecutionChange> ReadAsync(Action left, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            var seen = Snapshot.Sequence;
            await foreach (var change in _watcher.Changes.ReadAllAsync(cancellationToken))
            {
                if (change.FirstSequence == seen + 1) yield return change;
                // A reader that was too slow reads what it missed.
                else if (await _parts.Store.ReadAsync(Snapshot.Id, seen, cancellationToken) is { } journal)
                    yield return new ExecutionChange(change.Execution, seen + 1, [.. journal.Events.Take(change.Execution.Sequence - seen)]);
                seen = change.Execution.Sequence;
            }
        }
        finally
        {
            left();
        }
    }

    private async Task<bool> IsTimeAsync(DateTimeOffset? at, CancellationToken stop)
    {
        var wait = at is { } moment ? moment - _parts.Clock.GetUtcNow() : Timeout.InfiniteTimeSpan;
        if (at is not null && wait < TimeSpan.Zero) wait = TimeSpan.Zero;
        await Task.Delay(wait, _parts.Clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }

    /// <summary>Its runner broke, which the log tells; nobody recovers a trial.</summary>
    private Execution Abandon(Execution execution)
    {
        var (events, after) = ExecutionDecider.Abandon(execution, new TaskFailure("unexpected", "The test could not go on. The server's log has the details.", Retryable: true), _parts.Clock.GetUtcNow());
        _parts.Feed.Publish(after, execution.Sequence + 1, events);
        return after;
    }

    private sealed class Silence : IOutbox
    {
        public static readonly Silence Instance = new();

        public bool IsAwaited(Execution execution) => false;

        public ImmutableArray<OutboxMessage> MessagesFor(Execution after, ExecutionEvent e) => [];

        public void Committed()
        {
        }
    }
}
