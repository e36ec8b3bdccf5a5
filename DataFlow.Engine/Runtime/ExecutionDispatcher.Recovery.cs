using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Runtime;

/// <summary>How the dispatcher finds work: at start, when a place is free, when a moment has come.</summary>
internal sealed partial class ExecutionDispatcher
{
    private async Task RecoverAsync()
    {
        var (position, count) = (0L, 0);
        var suspects = new List<UnfinishedExecution>();
        try
        {
            while (!_stopping.IsCancellationRequested)
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
            await RecoverSuspectsAsync(suspects);
            if (count > 0) LogRecovered(count);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            LogPumpFailed(e);
        }
    }

    /// <summary>Takes its place in turn; what is under way here already needs none.</summary>
    private async Task Recover(string executionId, string workflowId)
    {
        if (_active.ContainsKey(executionId)) return;
        while (_slots.Used >= options.Value.MaxConcurrentExecutions) await Task.WhenAny(_active.Values.Select(Task (runner) => runner.Ended).DefaultIfEmpty(Task.CompletedTask)).WaitAsync(_stopping.Token);
        var limit = await LimitAsync(executionId);
        _slots.Take(workflowId, executionId, limit);
        Launch(workflowId, executionId, new ExecutionCommand.Recover(), careful: true);
    }

    private async Task<int?> LimitAsync(string executionId) =>
        await parts.Store.FindAsync(executionId, _stopping.Token) is { } row
        && await versions.GetAsync(row.WorkflowId, row.WorkflowVersion, _stopping.Token) is { } version ? LimitOf(version) : null;

    /// <summary>Whenever a place may be free and somebody may wait: starts the oldest that may run.</summary>
    private async Task PumpAsync()
    {
        _pendingAtStart = long.MaxValue;
        _pump.Writer.TryWrite(true);
        while (await _pump.Reader.WaitToReadAsync(CancellationToken.None))
        {
            _pump.Reader.TryRead(out _);
            try
            {
                await StartPendingAsync();
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogPumpFailed(e);
            }
        }
    }

    private async Task StartPendingAsync()
    {
        var (position, blocked) = (0L, false);
        while (_slots.Used < options.Value.MaxConcurrentExecutions)
        {
            // Cleared before the look, so that one who comes during it sets it again.
            _backlog = blocked;
            var page = await parts.Store.ListUnfinishedAsync(ExecutionStatus.Pending, position, PageSize, _stopping.Token);
            foreach (var item in page)
            {
                position = item.Position;
                if (_active.ContainsKey(item.ExecutionId)) continue;
                var limit = await LimitAsync(item.ExecutionId);
                if (_slots.TryTake(item.WorkflowId, item.ExecutionId, limit))
                {
                    Interlocked.Decrement(ref _pending);
                    Launch(item.WorkflowId, item.ExecutionId, new ExecutionCommand.Start(), careful: item.Position <= _pendingAtStart);
                    continue;
                }
                blocked = true;
                if (_slots.Used >= options.Value.MaxConcurrentExecutions) break;
            }
            if (page.Length < PageSize)
            {
                if (_pendingAtStart == long.MaxValue) _pendingAtStart = position;
                if (blocked) _backlog = true;
                return;
            }
            _backlog = true;
        }
    }

    private void Wake(string executionId) => _ = Task.Run(async () =>
    {
        try
        {
            await SendAsync(executionId, new ExecutionCommand.Tick());
        }
        catch (Exception e)
        {
            LogPumpFailed(e);
        }
    });

    [LoggerMessage(Level = LogLevel.Information, Message = "Recovered {Count} executions that were under way")]
    private partial void LogRecovered(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping: {Count} executions are left to recovery")]
    private partial void LogInterrupting(int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "Looking for work failed; it is tried again")]
    private partial void LogPumpFailed(Exception exception);
}
