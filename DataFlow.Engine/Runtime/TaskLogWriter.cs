using System.Collections.Immutable;
using System.Threading.Channels;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
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
    /// <summary>Lines that wait, of all executions; what comes while so many wait is lost, and a line says how many.</summary>
    public const int MostWaiting = 20_000;

    private const int MostWaitingCharacters = 16_000_000;

    /// <summary>So many are written at once without waiting for more.</summary>
    private const int FullBatch = 1_000;

    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    /// <summary>Inline tasks write before their execution is committed; one that is not there after this long never will be.</summary>
    private static readonly TimeSpan OrphansLast = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskLogLimits _limits = new(options.Value.MaxLines, options.Value.MaxBytes);
    private readonly Dictionary<string, (NewTaskLogLine Last, int Count)> _lost = [];
    private List<NewTaskLogLine> _waiting = [];
    private Task _running = Task.CompletedTask;
    private volatile TaskCompletionSource _full = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _characters;
    private bool _isWriting;

    /// <inheritdoc />
    public void Add(NewTaskLogLine line)
    {
        int count;
        lock (_gate)
        {
            if (_waiting.Count >= MostWaiting || _characters > MostWaitingCharacters)
            {
                _lost[line.ExecutionId] = (line, _lost.GetValueOrDefault(line.ExecutionId).Count + 1);
                return;
            }
            _waiting.Add(line);
            _characters += line.Text.Length;
            count = _waiting.Count;
        }
        if (count == 1) _signal.Writer.TryWrite(true);
        else if (count == FullBatch) _full.TrySetResult();
    }

    /// <summary>Writes what waits, if there is anything of this execution.</summary>
    public async ValueTask FlushAsync(string executionId, CancellationToken cancellationToken)
    {
        lock (_gate)
            if (!_isWriting && !_waiting.Exists(line => line.ExecutionId == executionId)) return;
        await WriteAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Comes after the runners' stop: writes the rest.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _running;
        await WriteAsync(cancellationToken);
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
            var batch = Take();
            if (batch.IsEmpty) return true;
            try
            {
                // What was taken is written whoever asked for it has gone meanwhile.
                var outcome = await store.AppendAsync(batch, _limits, CancellationToken.None);
                foreach (var (executionId, lines) in outcome.Written) feed.Publish(executionId, lines);
                var since = clock.GetUtcNow() - OrphansLast;
                return outcome.Unknown.IsEmpty || PutBack([.. batch.Where(line => outcome.Unknown.Contains(line.ExecutionId) && line.At > since)]);
            }
            catch (StorageUnavailableException e)
            {
                LogUnavailable(batch.Length, e.Message);
                return PutBack(batch);
            }
            catch (Exception e)
            {
                LogFailed(e, batch.Length);
                return true;
            }
        }
        finally
        {
            lock (_gate) _isWriting = false;
            _writing.Release();
        }
    }

    private ImmutableArray<NewTaskLogLine> Take()
    {
        lock (_gate)
        {
            _isWriting = true;
            foreach (var (last, count) in _lost.Values)
                _waiting.Add(last with { Level = TaskLogLevel.Warning, Text = $"{count:N0} lines were lost: more came than could be written." });
            _lost.Clear();
            ImmutableArray<NewTaskLogLine> taken = [.. _waiting];
            (_waiting, _characters) = ([], 0);
            return taken;
        }
    }

    private bool PutBack(ImmutableArray<NewTaskLogLine> lines)
    {
        if (lines.IsEmpty) return true;
        lock (_gate)
        {
            _waiting = [.. lines, .. _waiting];
            _characters = _waiting.Sum(line => line.Text.Length);
        }
        _signal.Writer.TryWrite(true);
        return false;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} lines of tasks wait for storage: {Why}")]
    private partial void LogUnavailable(int count, string why);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Count} lines of tasks could not be written and are lost")]
    private partial void LogFailed(Exception exception, int count);
}
