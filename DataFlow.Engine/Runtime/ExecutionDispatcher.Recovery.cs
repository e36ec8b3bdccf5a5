using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Runtime;

/// <summary>How the dispatcher finds work: at start, when a place is free, when a moment has come.</summary>
internal sealed partial class ExecutionDispatcher
{
    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(5);

    private async Task RecoverAsync()
    {
        var (position, count) = (0L, 0);
        var suspects = new List<UnfinishedExecution>();
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                var page = await parts.Store.ListUnfinishedAsync(ExecutionStatus.Running, position, PageSize, _stopping.Token);
                if (page.IsEmpty) break;
                foreach (var item in page)
                {
                    position = item.Position;
                    Interlocked.Decrement(ref _pending);
                    if (await MayHaveKilledAsync(item.ExecutionId)) suspects.Add(item);
                    else await Recover(item.ExecutionId, item.WorkflowId);
                    count++;
                }
            }
            catch (Exception e) when (!_stopping.IsCancellationRequested)
            {
                // Nothing may be left behind for want of one page.
                LogPumpFailed(e);
                await Task.Delay(SoonAgain, parts.Clock, _stopping.Token);
            }
        }
        await RecoverSuspectsAsync(suspects);
        if (count > 0) LogRecovered(count);
    }

    /// <summary>Takes its place in turn; what is under way here already needs none.</summary>
    private async Task Recover(string executionId, string workflowId)
    {
        if (_active.ContainsKey(executionId)) return;
        await PlaceAsync();
        try
        {
            var limit = await LimitAsync(executionId);
            _slots.Take(workflowId, executionId, limit);
            Launch(workflowId, executionId, new ExecutionCommand.Recover(), careful: true);
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            LookLater(executionId, e);
        }
    }

    /// <summary>Until one more may run.</summary>
    private async Task PlaceAsync()
    {
        while (!_slots.AreFree)
            await Task.WhenAny(_active.Values.Select(Task (runner) => runner.Ended).DefaultIfEmpty(Task.CompletedTask)).WaitAsync(_stopping.Token);
    }

    private async Task<int?> LimitAsync(string executionId) =>
        await parts.Store.FindAsync(executionId, _stopping.Token) is { } row
        && await versions.GetAsync(row.WorkflowId, row.WorkflowVersion, _stopping.Token) is { } version ? LimitOf(version) : null;

    /// <summary>First what was under way, which has its places already and counts against limits; then, whenever a place may be free and somebody may wait, the oldest that may run.</summary>
    private async Task PumpAsync()
    {
        try
        {
            await RecoverAsync();
            HasRecovered = true;
            _pendingAtStart = long.MaxValue;
            _pump.Writer.TryWrite(true);
            while (await _pump.Reader.WaitToReadAsync(_stopping.Token))
            {
                _pump.Reader.TryRead(out _);
                try
                {
                    await StartPendingAsync();
                }
                catch (Exception e) when (!_stopping.IsCancellationRequested)
                {
                    LogPumpFailed(e);
                    _backlog = true;
                    await Task.Delay(SoonAgain, parts.Clock, _stopping.Token);
                    _pump.Writer.TryWrite(true);
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task StartPendingAsync()
    {
        var (position, givenBack) = (0L, _slots.GivenBack);
        // Who is behind one that its workflow's limit holds up waits like it; only the first is asked about.
        var full = new HashSet<string>();
        while (_slots.AreFree && !_stopping.IsCancellationRequested)
        {
            // Cleared before the look, so that one who comes during it sets it again.
            _backlog = full.Count > 0;
            var page = await parts.Store.ListUnfinishedAsync(ExecutionStatus.Pending, position, PageSize, _stopping.Token);
            foreach (var item in page)
            {
                position = item.Position;
                if (full.Contains(item.WorkflowId) || _active.ContainsKey(item.ExecutionId)) continue;
                if (await TryStartAsync(item)) continue;
                full.Add(item.WorkflowId);
                if (!_slots.AreFree) break;
            }
            if (page.Length < PageSize)
            {
                if (_pendingAtStart == long.MaxValue) _pendingAtStart = position;
                if (full.Count == 0) return;
                break;
            }
            _backlog = true;
        }
        if (full.Count > 0) _backlog = true;
        // A place that came free during the look found no backlog and called nobody.
        if (_backlog && _slots.GivenBack != givenBack && _slots.AreFree) _pump.Writer.TryWrite(true);
    }

    /// <summary>False when there is no place for it.</summary>
    private async Task<bool> TryStartAsync(UnfinishedExecution item)
    {
        try
        {
            if (!_slots.TryTake(item.WorkflowId, item.ExecutionId, await LimitAsync(item.ExecutionId))) return false;
            if (Launch(item.WorkflowId, item.ExecutionId, new ExecutionCommand.Start(), careful: item.Position <= _pendingAtStart)) Interlocked.Decrement(ref _pending);
        }
        catch (Exception e) when (!_stopping.IsCancellationRequested)
        {
            LookLater(item.ExecutionId, e);
        }
        return true;
    }

    /// <summary>Those whose moment has come, each as soon as there is a place: a thousand that wait for the same hour are no more at once than others.</summary>
    private async Task WakeAsync()
    {
        try
        {
            await foreach (var executionId in _woken.Reader.ReadAllAsync(_stopping.Token))
            {
                await PlaceAsync();
                _ = TickAsync(executionId);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task TickAsync(string executionId)
    {
        try
        {
            await SendAsync(executionId, new ExecutionCommand.Tick());
        }
        catch (Exception e)
        {
            LookLater(executionId, e);
        }
    }

    /// <summary>It could not even be looked at, and must not be forgotten.</summary>
    private void LookLater(string executionId, Exception why)
    {
        LogPumpFailed(why);
        _alarms.Set(executionId, parts.Clock.GetUtcNow() + SoonAgain);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Recovered {Count} executions that were under way")]
    private partial void LogRecovered(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping: {Count} executions are left to recovery")]
    private partial void LogInterrupting(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking for work failed; it is tried again")]
    private partial void LogPumpFailed(Exception exception);
}
