using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage;

/// <summary>Gathers the figures of executions that ended in a time, whatever the store.</summary>
internal sealed class StatisticsBuilder
{
    /// <summary>How many workflows are named as failing most.</summary>
    public const int FailingListed = 10;

    private readonly long _from;
    private readonly long _to;
    private readonly (int Completed, int Failed)[] _buckets;
    private readonly Dictionary<string, (int Failed, int Ended)> _workflows = [];
    private readonly List<long> _durations = [];
    private int _completed;
    private int _failed;
    private int _cancelled;

    public StatisticsBuilder(DateTimeOffset from, DateTimeOffset to, int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        (_from, _to) = (StoredTime.ToMicroseconds(from), StoredTime.ToMicroseconds(to));
        _buckets = new (int, int)[buckets];
    }

    /// <summary>The part of the time that a moment in it falls into.</summary>
    public int BucketOf(long completedAt) => (int)((completedAt - _from) * _buckets.Length / (_to - _from));

    /// <summary>Whether the whole minute of a moment lies in the time, and in one part of it.</summary>
    public bool HasWholeMinute(long at)
    {
        var first = StoredTime.MinuteOf(at) * StoredTime.MicrosecondsPerMinute;
        var end = first + StoredTime.MicrosecondsPerMinute;
        return first >= _from && end <= _to && BucketOf(first) == BucketOf(end - 1);
    }

    public void Add(string workflowId, ExecutionStatus status, long completedAt, int count = 1)
    {
        var bucket = BucketOf(completedAt);
        var workflow = _workflows.GetValueOrDefault(workflowId);
        switch (status)
        {
            case ExecutionStatus.Completed:
                _completed += count;
                _buckets[bucket].Completed += count;
                break;
            case ExecutionStatus.Failed:
                _failed += count;
                _buckets[bucket].Failed += count;
                workflow.Failed += count;
                break;
            default:
                _cancelled += count;
                break;
        }
        workflow.Ended += count;
        _workflows[workflowId] = workflow;
    }

    /// <summary>Microseconds from start to end of one that ended well.</summary>
    public void Measure(long duration) => _durations.Add(duration);

    /// <summary>Workflows to be named, most failures first.</summary>
    public ImmutableArray<string> Failing =>
        [.. _workflows.Where(pair => pair.Value.Failed > 0).OrderByDescending(pair => pair.Value.Failed).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(FailingListed).Select(pair => pair.Key)];

    public ExecutionStatistics Build(int running, int pending, Func<string, string?> nameOf)
    {
        _durations.Sort();
        return new ExecutionStatistics(
            _completed, _failed, _cancelled, running, pending, Percentile(50), Percentile(95),
            [.. _buckets.Select((bucket, i) => new StatisticsBucket(StoredTime.FromMicroseconds(Start(i)), bucket.Completed, bucket.Failed))],
            [.. Failing.Select(id => new FailingWorkflow(id, nameOf(id) ?? id, _workflows[id].Failed, _workflows[id].Ended))]);
    }

    /// <summary>The first microsecond of a bucket: what <see cref="BucketOf"/> divides by, turned round.</summary>
    private long Start(int bucket) => _from + ((_to - _from) * bucket + _buckets.Length - 1) / _buckets.Length;

    /// <summary>Nearest rank: a duration that really was.</summary>
    private TimeSpan? Percentile(int percent) =>
        _durations.Count == 0 ? null : TimeSpan.FromMicroseconds(_durations[(_durations.Count * percent + 99) / 100 - 1]);
}
