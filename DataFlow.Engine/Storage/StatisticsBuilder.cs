using System.Collections.Immutable;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage;

/// <summary>Gathers the figures of executions that ended in a time, whatever the store.</summary>
internal sealed class StatisticsBuilder(StatisticsWindow window)
{
    /// <summary>How many workflows are named as failing most.</summary>
    public const int FailingListed = 10;

    private readonly (int Completed, int Failed)[] _buckets = new (int, int)[window.Buckets];
    private readonly Dictionary<string, (int Failed, int Ended)> _workflows = [];
    private int _completed;
    private int _failed;
    private int _cancelled;

    /// <summary>From start to end of those that ended well.</summary>
    public DurationSketch Durations { get; } = new();

    /// <summary>So many ended in a part of the time.</summary>
    public void Add(int bucket, int completed, int failed, int cancelled)
    {
        _completed += completed;
        _failed += failed;
        _cancelled += cancelled;
        _buckets[bucket].Completed += completed;
        _buckets[bucket].Failed += failed;
    }

    /// <summary>So many of a workflow ended in the time, and so many of them badly.</summary>
    public void AddWorkflow(string workflowId, int failed, int ended)
    {
        var (failedBefore, endedBefore) = _workflows.GetValueOrDefault(workflowId);
        _workflows[workflowId] = (failedBefore + failed, endedBefore + ended);
    }

    public ExecutionStatistics Build(int running, int pending, Func<string, string?> nameOf) => new(
        StoredTime.StartOfSlot(window.First), _completed, _failed, _cancelled, running, pending, Durations.Percentile(50), Durations.Percentile(95),
        [.. _buckets.Select((bucket, i) => new StatisticsBucket(StoredTime.StartOfSlot(window.StartOf(i)), bucket.Completed, bucket.Failed))],
        [.. _workflows.Where(pair => pair.Value.Failed > 0).OrderByDescending(pair => pair.Value.Failed).ThenBy(pair => pair.Key, StringComparer.Ordinal).Take(FailingListed)
            .Select(pair => new FailingWorkflow(pair.Key, nameOf(pair.Key) ?? pair.Key, pair.Value.Failed, pair.Value.Ended))]);
}
