using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;

namespace DataFlow.Engine.Runtime;

/// <summary>Tells who edits a workflow that another version of it is current. Costs nothing while nobody watches.</summary>
internal sealed class VersionFeed
{
    private readonly ConcurrentDictionary<string, ImmutableArray<Watcher>> _watchers = new();

    /// <summary>Called once a version is current; versions come in any order.</summary>
    public void Publish(string workflowId, int version)
    {
        if (_watchers.IsEmpty || !_watchers.TryGetValue(workflowId, out var watchers)) return;
        foreach (var watcher in watchers) watcher.Offer(version);
    }

    /// <summary>Watches one workflow from now on. Dispose to stop.</summary>
    public Watcher Watch(string workflowId)
    {
        var watcher = new Watcher(this, workflowId);
        _watchers.AddOrUpdate(workflowId, static (_, added) => [added], static (_, others, added) => others.Add(added), watcher);
        return watcher;
    }

    /// <summary>How many watch, for tests.</summary>
    public int WatcherCount => _watchers.Values.Sum(watchers => watchers.Length);

    /// <summary>The versions that become current; of several that nobody took only the last.</summary>
    internal sealed class Watcher(VersionFeed feed, string workflowId) : IDisposable
    {
        private readonly Channel<int> _versions = Channel.CreateBounded<int>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

        public ChannelReader<int> Versions => _versions.Reader;

        public void Offer(int version) => _versions.Writer.TryWrite(version);

        public void Dispose()
        {
            while (feed._watchers.TryGetValue(workflowId, out var watchers))
            {
                var rest = watchers.Remove(this);
                if (rest.IsEmpty ? feed._watchers.TryRemove(new(workflowId, watchers)) : feed._watchers.TryUpdate(workflowId, rest, watchers)) return;
            }
        }
    }
}
