using System.Threading.Channels;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Runtime;

/// <summary>
/// Gathers lines and hands them to the store a moment later, many in one operation, so that no line costs a commit and none holds up a task or a journal.
/// Whoever asks for an execution's lines has those written first that still wait.
/// </summary>
internal sealed partial class TaskLogWriter(
    ITaskLogStore store, ActivityFeed feed, IOptions<TaskLogOptions> options, TimeProvider clock, ILogger<TaskLogWriter> logger) : ITaskLogWriter, IHostedService, IDisposable
{
    /// <summary>So many are written at once without waiting for more.</summary>
    private const int FullBatch = 1_000;

    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    /// <summary>Inline tasks write before their execution is committed; one that is not there after this long never will be.</summary>
    private static readonly TimeSpan OrphansLast = TimeSpan.FromSeconds(30);

    /// <summary>For what waits at the stop: its own time, because that of the host may be used up by whoever stopped before.</summary>
    private static readonly TimeSpan StopsWithin = TimeSpan.FromSeconds(5);

    private readonly WaitingLines _waiting = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskLogLimits _limits = new(options.Value.MaxLines, options.Value.MaxBytes);
    private Task _running = Task.CompletedTask;
    private volatile TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <inheritdoc />
    public void Add(NewTaskLogLine line)
    {
        var count = _waiting.Add(line);
        if (count == 1) _signal.Writer.TryWrite(true);
        else if (count == FullBatch) _full.TrySetResult();
    }

    /// <summary>Writes what waits, if there is anything of this execution.</summary>
    public async ValueTask FlushAsync(string executionId, CancellationToken cancellationToken)
    {
        if (_waiting.MayHold(executionId)) await WriteAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Comes after the runners' stop: writes the rest. Never throws; what it could not write is told to the log.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(StopsWithin, clock);
        try
        {
            await _stopping.CancelAsync();
            await _running.WaitAsync(late.Token);
            await WriteAsync(late.Token).WaitAsync(late.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
        }
        if (_waiting.Count is > 0 and var left) LogLeft(left);
    }

    public void Dispose()
    {
        _stopping.Dispose();
        _writing.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (await _signal.Reader.ReadAsync(_stopping.Token))
            {
                var full = _full.Task;
                using (var wait = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token))
                {
                    await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(options.Value.BatchMilliseconds), clock, wait.Token), full);
                    await wait.CancelAsync();
                }
                if (full.IsCompleted) _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
                if (!await WriteAsync(_stopping.Token)) await Task.Delay(SoonAgain, clock, _stopping.Token);
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>False when something is left to be tried again later.</summary>
    private async Task<bool> WriteAsync(CancellationToken cancellationToken)
    {
        await _writing.WaitAsync(cancellationToken);
        try
        {
            var batch = _waiting.Take();
            if (batch.Count == 0) return true;
            try
            {
                // What was taken is written whoever asked for it has gone meanwhile.
                var outcome = await store.AppendAsync(batch.Written, _limits, CancellationToken.None);
                foreach (var (executionId, lines) in outcome.Written) feed.Publish(executionId, lines);
                var since = clock.GetUtcNow() - OrphansLast;
                return Settle(batch, line => outcome.Unknown.Contains(line.ExecutionId) && line.At > since);
            }
            catch (StorageUnavailableException e)
            {
                LogUnavailable(batch.Count, e.Message);
                return Settle(batch, static _ => true);
            }
            catch (Exception e)
            {
                LogFailed(e, batch.Count);
                return Settle(batch, static _ => false);
            }
        }
        finally
        {
            _writing.Release();
        }
    }

    private bool Settle(WaitingLines.Batch batch, Func<NewTaskLogLine, bool> stays)
    {
        if (!_waiting.Settle(batch, stays)) return true;
        _signal.Writer.TryWrite(true);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} lines of tasks wait for storage: {Why}")]
    private partial void LogUnavailable(int count, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} lines of tasks could not be written and are lost")]
    private partial void LogFailed(Exception exception, int count);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} lines of tasks were not written before the stop and are lost")]
    private partial void LogLeft(int count);
}
