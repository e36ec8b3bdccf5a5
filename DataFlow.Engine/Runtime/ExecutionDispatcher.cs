using System.Collections.Concurrent;
using System.Threading.Channels;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Runtime;

/// <summary>
/// Step 5 of the path: claims executions, bounds how many run at once, recovers what a lost process left, wakes what waits.
/// What is beyond the bound stays PENDING in the database; nothing of it is kept here.
/// </summary>
internal sealed partial class ExecutionDispatcher(
    RunnerParts parts, JournalReader journals, WorkflowVersions versions, IOptions<EngineOptions> options, ILogger<ExecutionDispatcher> logger) : IHostedService, IDisposable
{
    private const int PageSize = 100;

    /// <summary>A command is given to so many runners that break, one after the other, before its sender is told.</summary>
    private const int MostTries = 3;

    private readonly ConcurrentDictionary<string, ExecutionRunner> _active = new();
    private readonly ExecutionSlots _slots = new(options.Value.MaxConcurrentExecutions);
    private readonly Alarms _alarms = new(parts.Clock);
    private readonly Channel<bool> _pump = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Channel<string> _woken = Channel.CreateUnbounded<string>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationTokenSource _killed = new();
    private Task _pumping = Task.CompletedTask;
    private Task _waking = Task.CompletedTask;
    private volatile bool _backlog = true;
    private int _pending;
    private long _pendingAtStart;

    /// <summary>Executions under way in this process.</summary>
    public int ActiveCount => _active.Count;

    /// <summary>Executions that may be under way at once.</summary>
    public int Limit => options.Value.MaxConcurrentExecutions;

    /// <summary>Whether all that a lost process left under way goes on; until then new executions are accepted and wait.</summary>
    public bool HasRecovered { get; private set; }

    /// <summary>Executions that wait for a place, about.</summary>
    public int PendingCount => Math.Max(0, Volatile.Read(ref _pending));

    /// <summary>The runner of an execution that is under way here.</summary>
    public ExecutionRunner? Find(string executionId) => _active.GetValueOrDefault(executionId);

    /// <summary>A new execution was committed: runs it at once if there is a place and nobody waits longer.</summary>
    public void Offer(CompiledVersion version, Execution execution, IReadOnlyDictionary<string, string> credentials)
    {
        if (!_backlog && !_stopping.IsCancellationRequested && _slots.TryTake(execution.WorkflowId, execution.Id, LimitOf(version)))
        {
            var start = Task.FromResult<RunnerStart?>(new RunnerStart(version, execution, credentials));
            var runner = new ExecutionRunner(parts, execution.Id, _ => start, careful: false);
            // Entered at once, so that a command finds it; run elsewhere, so that the caller can answer.
            if (TryEnter(runner, execution.WorkflowId))
            {
                _ = Task.Run(() => RunAsync(execution.WorkflowId, runner, new ExecutionCommand.Start()));
                return;
            }
        }
        Interlocked.Increment(ref _pending);
        _backlog = true;
        _pump.Writer.TryWrite(true);
    }

    /// <summary>
    /// Runs an execution that is not committed yet, its creation being the runner's first commit; <c>null</c> when there is no place for it now.
    /// For callers that wait for the end: until then nothing has been acknowledged, so one commit can hold all of it.
    /// </summary>
    public ExecutionRunner? TryRunNew(CompiledVersion version, NewExecution creation, IReadOnlyDictionary<string, string> credentials)
    {
        var execution = creation.Execution;
        if (_backlog || _stopping.IsCancellationRequested || !_slots.TryTake(execution.WorkflowId, execution.Id, LimitOf(version))) return null;
        var start = Task.FromResult<RunnerStart?>(new RunnerStart(version, execution, credentials, creation));
        var runner = new ExecutionRunner(parts, execution.Id, _ => start, careful: false);
        if (!TryEnter(runner, execution.WorkflowId)) return null;
        _ = RunAsync(execution.WorkflowId, runner, new ExecutionCommand.Start());
        return runner;
    }

    /// <summary>Has a command decided and committed; answers the execution after it, or <c>null</c> when there is none.</summary>
    public async Task<Execution?> SendAsync(string executionId, ExecutionCommand command)
    {
        for (var tries = 1; ; tries++)
        {
            if (!_active.TryGetValue(executionId, out var runner))
            {
                if (await journals.LoadAsync(executionId, CancellationToken.None) is not { } start) return null;
                if (start.Execution.IsFinished) return Ended(start.Execution);
                runner = new ExecutionRunner(parts, executionId, token => journals.LoadAsync(executionId, token), careful: false);
                // The command is in its mailbox before it begins: one that finds nothing else to do must not end without it.
                runner.TryPost(command, out var answer);
                var waits = start.Execution.Status == ExecutionStatus.Pending;
                _slots.Take(start.Execution.WorkflowId, executionId, waits ? null : LimitOf(start.Version));
                if (!TryEnter(runner, start.Execution.WorkflowId)) continue;
                if (waits) Interlocked.Decrement(ref _pending);
                // Nothing runs for it here, so whatever its journal says is under way was lost. One that has not started waits on for its turn.
                _ = Task.Run(() => RunAsync(start.Execution.WorkflowId, runner, waits ? new ExecutionCommand.Tick() : new ExecutionCommand.Recover()));
                if (await AnsweredAsync(answer!) is { } result) return result;
            }
            else if (runner.TryPost(command, out var done) && await AnsweredAsync(done) is { } after) return after;
            if (await runner.Ended is null && runner.End is RunnerEnd.Lost or RunnerEnd.Stopped && (command is ExecutionCommand.Tick || tries >= MostTries))
                return command is ExecutionCommand.Tick ? runner.Committed : throw new InvalidOperationException($"{executionId} cannot go on; the log says why.");
        }
    }

    /// <summary>It may have ended without a runner that knew of it: watchers hear of it now, and its place under a limit is free.</summary>
    private Execution Ended(Execution execution)
    {
        _slots.Forget(execution.WorkflowId, execution.Id);
        parts.Feed.Publish(execution, execution.Sequence + 1, []);
        if (_backlog) _pump.Writer.TryWrite(true);
        return execution;
    }

    /// <summary>The execution after a command; <c>null</c> when its runner ended without taking it, so that it must be asked again.</summary>
    private static async Task<Execution?> AnsweredAsync(Task<Execution> done)
    {
        try
        {
            return await done;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _pending = await parts.Store.CountUnfinishedAsync(null, cancellationToken);
        _alarms.Rang = executionId => _woken.Writer.TryWrite(executionId);
        _waking = Task.Run(WakeAsync, CancellationToken.None);
        _pumping = Task.Run(PumpAsync, CancellationToken.None);
    }

    /// <summary>Lets attempts end for a while; what is left is noted as interrupted and recovered at the next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        _alarms.Dispose();
        _pump.Writer.TryComplete();
        foreach (var runner in _active.Values) runner.Hold();
        var ended = Task.WhenAll(_active.Values.Select(Task (runner) => runner.Ended).Append(_pumping).Append(_waking));
        try
        {
            await ended.WaitAsync(TimeSpan.FromSeconds(options.Value.StopSeconds), parts.Clock, cancellationToken);
            return;
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            LogInterrupting(_active.Count);
        }
        foreach (var runner in _active.Values) runner.TryPost(new ExecutionCommand.HostStopping(), out _);
        try
        {
            await Task.WhenAll(_active.Values.Select(runner => runner.Ended)).WaitAsync(TimeSpan.FromSeconds(3), parts.Clock, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            await _killed.CancelAsync();
        }
    }

    public void Dispose()
    {
        _alarms.Dispose();
        _stopping.Dispose();
        _killed.Dispose();
    }

    private bool Launch(string workflowId, string executionId, ExecutionCommand first, bool careful)
    {
        var runner = new ExecutionRunner(parts, executionId, token => journals.LoadAsync(executionId, token), careful);
        if (!TryEnter(runner, workflowId)) return false;
        // Elsewhere: whoever looks for work must not do it.
        _ = Task.Run(() => RunAsync(workflowId, runner, first));
        return true;
    }

    /// <summary>Makes it the runner of its execution; when there is one already, gives its place back.</summary>
    private bool TryEnter(ExecutionRunner runner, string workflowId)
    {
        if (_active.TryAdd(runner.ExecutionId, runner))
        {
            // The stop has told those it found; one that comes after it may take a command, but starts nothing.
            if (_stopping.IsCancellationRequested) runner.Hold();
            return true;
        }
        _slots.Release(workflowId, runner.ExecutionId, finished: false);
        return false;
    }

    private async Task RunAsync(string workflowId, ExecutionRunner runner, ExecutionCommand first)
    {
        var end = await runner.RunAsync(first, _killed.Token);
        _active.TryRemove(new(runner.ExecutionId, runner));
        _slots.Release(workflowId, runner.ExecutionId, end is RunnerEnd.Finished or RunnerEnd.Refused);
        if (end == RunnerEnd.Parked && runner.WakeAt is { } wakeAt) _alarms.Set(runner.ExecutionId, wakeAt);
        // After a lost fence or a fault of ours: a moment later somebody looks at what the journal says now.
        if (end == RunnerEnd.Lost) _alarms.Set(runner.ExecutionId, parts.Clock.GetUtcNow() + TimeSpan.FromSeconds(1));
        // A command to one that has not started leaves it waiting for its turn.
        if (end == RunnerEnd.Parked && runner.Committed is { Status: ExecutionStatus.Pending })
        {
            Interlocked.Increment(ref _pending);
            _backlog = true;
        }
        if (_backlog) _pump.Writer.TryWrite(true);
        runner.SignalEnded(end);
    }

    private static int? LimitOf(CompiledVersion version) => version.Workflow?.Definition.Concurrency?.Limit;
}
