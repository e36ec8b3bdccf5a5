using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Runtime;

/// <summary>
/// What all executions commit, for those who watch many. One reader follows the journal while somebody watches and keeps the newest for all of them; a watcher is
/// nothing but a position, and one that falls behind what is kept reads the journal by itself. So none misses anything, and a slow one costs no memory.
/// </summary>
internal sealed partial class CommittedFeed(ICommittedJournal journal, ExecutionFeed feed, TimeProvider clock, ILogger<CommittedFeed> logger, int mostKept = CommittedFeed.MostKept)
    : IDisposable
{
    public const int MostKept = 1_024;

    private const long MostKeptBytes = 16_000_000;

    private const int LargestPage = 256;

    private static readonly TimeSpan SoonAgain = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly List<CommittedAppend> _kept = [];
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private TaskCompletionSource _news = NewNews();
    private CancellationTokenSource? _following;
    private long _start = long.MaxValue;
    private long _end = long.MaxValue;
    private long _bytes;
    private int _watchers;

    /// <summary>How many watch, for metrics and tests.</summary>
    public int WatcherCount => Volatile.Read(ref _watchers);

    public Task<long> LastAsync(CancellationToken cancellationToken) => journal.LastAsync(cancellationToken);

    /// <summary>Everything committed after a position, then what comes, until it is cancelled.</summary>
    public async IAsyncEnumerable<CommittedAppend> ReadAsync(long position, string? workflowId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            while (true)
            {
                var (isBehind, start, end, found, news) = Look(position);
                if (isBehind)
                {
                    var page = await journal.ReadAsync(position, workflowId, LargestPage, cancellationToken);
                    foreach (var append in page.Appends) yield return append;
                    // What lay between may have been deleted.
                    position = page.Position > position ? page.Position : start;
                    continue;
                }
                foreach (var append in found)
                    if (workflowId is null || append.WorkflowId == workflowId) yield return append;
                if (end > position && end != long.MaxValue) position = end;
                if (found.IsEmpty) await news.WaitAsync(cancellationToken);
            }
        }
        finally
        {
            Leave();
        }
    }

    public void Dispose() => _following?.Dispose();

    private (bool IsBehind, long Start, long End, ImmutableArray<CommittedAppend> Found, Task News) Look(long position)
    {
        lock (_gate)
        {
            if (_end == long.MaxValue || position >= _end) return (false, _start, _end, [], _news.Task);
            if (position < _start) return (true, _start, _end, [], _news.Task);
            var (low, high) = (0, _kept.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (_kept[middle].Position <= position) low = middle + 1;
                else high = middle;
            }
            return (false, _start, _end, [.. _kept[low..]], _news.Task);
        }
    }

    private void Enter()
    {
        lock (_gate)
        {
            if (_watchers++ > 0) return;
            (_start, _end) = (long.MaxValue, long.MaxValue);
            _following = new CancellationTokenSource();
            feed.Published = () => _signal.Writer.TryWrite(true);
            var stop = _following.Token;
            _ = Task.Run(() => FollowAsync(stop), CancellationToken.None);
        }
    }

    private void Leave()
    {
        lock (_gate)
        {
            if (--_watchers > 0) return;
            feed.Published = null;
            _following!.Cancel();
            _following.Dispose();
            _kept.Clear();
            _bytes = 0;
        }
    }

    private async Task FollowAsync(CancellationToken stop)
    {
        var position = (long?)null;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                position ??= Begin(await journal.LastAsync(stop), stop);
                while (await journal.ReadAsync(position.Value, null, LargestPage, stop) is var page && page.Position > position)
                {
                    position = page.Position;
                    Keep(page, stop);
                }
                await _signal.Reader.ReadAsync(stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(e);
                await Task.Delay(SoonAgain, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private long Begin(long position, CancellationToken stop)
    {
        lock (_gate)
        {
            if (stop.IsCancellationRequested) return position;
            _start = _end = position;
            Tell();
        }
        return position;
    }

    private void Keep(CommittedPage page, CancellationToken stop)
    {
        lock (_gate)
        {
            // Somebody else follows by now, from a later place.
            if (stop.IsCancellationRequested) return;
            _kept.AddRange(page.Appends);
            _end = page.Position;
            _bytes += page.Appends.Sum(append => append.Bytes);
            if (_kept.Count > mostKept || _bytes > MostKeptBytes) Forget();
            Tell();
        }
    }

    /// <summary>The older half, and more when what is left is still large.</summary>
    private void Forget()
    {
        var gone = 0;
        while (gone < _kept.Count && (_kept.Count - gone > mostKept / 2 || _bytes > MostKeptBytes / 2))
        {
            _bytes -= _kept[gone].Bytes;
            _start = _kept[gone++].Position;
        }
        _kept.RemoveRange(0, gone);
    }

    private void Tell()
    {
        var told = _news;
        _news = NewNews();
        told.SetResult();
    }

    private static TaskCompletionSource NewNews() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    [LoggerMessage(Level = LogLevel.Error, Message = "Following the journal failed; it is tried again")]
    private partial void LogFailed(Exception exception);
}
