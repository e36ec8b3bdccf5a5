using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Benchmarks.Micro;

/// <summary>The layout of a graph, made anew for every edit; the mark is 300 tasks under 20 ms, and a thousand in no more than a moment.</summary>
[MemoryDiagnoser]
public class LayoutBenchmark
{
    private ImmutableArray<(int From, int To)> _edges;

    /// <summary>How many tasks, each waiting for one nearby and one far away.</summary>
    [Params(100, 300, 1000)]
    public int Tasks { get; set; }

    [GlobalSetup]
    public void Setup() => _edges = [.. Enumerable.Range(1, Tasks - 1).SelectMany(to => new[] { (to / 3, to), (Math.Max(0, to - 40), to) }.Distinct())];

    [Benchmark]
    public int Place() => GraphLayout.Of(Tasks, _edges).Edges.Length;
}
