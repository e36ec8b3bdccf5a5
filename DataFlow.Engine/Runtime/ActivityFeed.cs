using System.Collections.Immutable;
using System.Threading.Channels;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Runtime;

/// <summary>What tasks under way tell: the newest progress of each, and lines once they are stored. Holds executions that tell something or are watched, no others.</summary>
internal sealed class ActivityFeed
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Book> _books = [];

    private sealed class Book
    {
        public Dictionary<string, TaskProgress> Progress { get; } = [];

        public ImmutableArray<ActivityWatcher> Watchers { get; set; } = [];

        public bool IsEmpty => Progress.Count == 0 && Watchers.IsEmpty;
    }

    /// <summary>Executions held, for tests.</summary>
    public int Count
    {
        get { lock (_gate) return _books.Count; }
    }

    public void Report(string executionId, TaskProgress progress)
    {
        ImmutableArray<ActivityWatcher> watchers;
        lock (_gate)
        {
            var book = BookOf(executionId);
            // A late word of an attempt that has been given up must not cover the next one's.
            if (book.Progress.TryGetValue(progress.Ref, out var known) && known.Attempt > progress.Attempt) return;
            book.Progress[progress.Ref] = progress;
            watchers = book.Watchers;
        }
        foreach (var watcher in watchers) watcher.Offer(progress);
    }

    /// <summary>The attempt is over, and its progress with it.</summary>
    public void Forget(string executionId, string taskRef, int attempt)
    {
        lock (_gate)
        {
            if (!_books.TryGetValue(executionId, out var book)) return;
            if (book.Progress.TryGetValue(taskRef, out var progress) && progress.Attempt <= attempt) book.Progress.Remove(taskRef);
            if (book.IsEmpty) _books.Remove(executionId);
        }
    }

    /// <summary>Lines that have been stored.</summary>
    public void Publish(string executionId, ImmutableArray<TaskLogLine> lines)
    {
        ImmutableArray<ActivityWatcher> watchers;
        lock (_gate)
        {
            if (lines.IsEmpty || !_books.TryGetValue(executionId, out var book)) return;
            watchers = book.Watchers;
        }
        foreach (var watcher in watchers) watcher.Offer(lines);
    }

    /// <summary>Watches one execution; the progress there is now is the first it gets. Dispose to stop.</summary>
    public ActivityWatcher Watch(string executionId)
    {
        lock (_gate)
        {
            var book = BookOf(executionId);
            var watcher = new ActivityWatcher(this, executionId, book.Progress.Values);
            book.Watchers = book.Watchers.Add(watcher);
            return watcher;
        }
    }

    private void Leave(ActivityWatcher watcher, string executionId)
    {
        lock (_gate)
        {
            if (!_books.TryGetValue(executionId, out var book)) return;
            book.Watchers = book.Watchers.Remove(watcher);
            if (book.IsEmpty) _books.Remove(executionId);
        }
    }

    private Book BookOf(string executionId)
    {
        if (!_books.TryGetValue(executionId, out var book)) _books[executionId] = book = new Book();
        return book;
    }

    /// <summary>What one reader has not taken yet: lines until there are too many, which the reader then reads from the store, and the newest progress of each task.</summary>
    internal sealed class ActivityWatcher : IDisposable
    {
        private const int MostLines = 1_000;

        private readonly Lock _gate = new();
        private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
        private readonly Dictionary<string, TaskProgress> _progress;
        private readonly List<TaskLogLine> _lines = [];
        private readonly ActivityFeed _feed;
        private readonly string _executionId;
        private volatile bool _ended;

        internal ActivityWatcher(ActivityFeed feed, string executionId, IEnumerable<TaskProgress> progress) =>
            (_feed, _executionId, _progress) = (feed, executionId, progress.ToDictionary(item => item.Ref));

        /// <summary>Whether nothing comes any more.</summary>
        public bool HasEnded => _ended;

        public void Offer(TaskProgress progress)
        {
            lock (_gate) _progress[progress.Ref] = progress;
            _signal.Writer.TryWrite(true);
        }

        public void Offer(ImmutableArray<TaskLogLine> lines)
        {
            lock (_gate)
            {
                // The newest is enough to tell the reader of the gap before it.
                if (_lines.Count + lines.Length > MostLines) _lines.Clear();
                _lines.AddRange(lines.AsSpan()[Math.Max(0, lines.Length - MostLines)..]);
            }
            _signal.Writer.TryWrite(true);
        }

        public void End()
        {
            _ended = true;
            _signal.Writer.TryWrite(true);
        }

        public TaskActivity Take()
        {
            lock (_gate)
            {
                var taken = new TaskActivity([.. _lines], [.. _progress.Values]);
                _lines.Clear();
                _progress.Clear();
                return taken;
            }
        }

        /// <summary>Until there is something to take.</summary>
        public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _signal.Reader.ReadAsync(cancellationToken);

        public void Dispose() => _feed.Leave(this, _executionId);
    }
}
