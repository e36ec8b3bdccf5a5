using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text;

namespace DataFlow.Web.Telemetry;

/// <summary>How Prometheus sees an instrument.</summary>
internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>What an instrument has measured, by label values. A measurement allocates nothing once its labels are known.</summary>
internal sealed class MetricFamily
{
    /// <summary>Labels have few values by design; a mistake in that must not eat the memory. What is beyond is not told.</summary>
    private const int MostSeries = 2_000;

    private static readonly double[] s_defaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly ConcurrentDictionary<int, Series> _series = new();
    private readonly Lock _gate = new();
    private readonly bool _observed;
    private readonly bool _adds;
    private int _count;

    public MetricFamily(Instrument instrument)
    {
        var type = instrument.GetType().GetGenericTypeDefinition();
        _observed = instrument.IsObservable;
        _adds = type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        Kind = type == typeof(Histogram<>) ? MetricKind.Histogram : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter : MetricKind.Gauge;
        Bounds = Kind != MetricKind.Histogram ? []
            : instrument is Histogram<double> { Advice.HistogramBucketBoundaries: { } advised } ? [.. advised] : s_defaultBounds;
        Name = NameOf(instrument.Name, instrument.Unit, Kind);
        Help = instrument.Description;
    }

    public string Name { get; }

    public string? Help { get; }

    public MetricKind Kind { get; }

    public double[] Bounds { get; }

    /// <summary>Takes a measurement.</summary>
    /// <param name="value">The value.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="collection">Which collection asked, for what is observed.</param>
    public void Measure(double value, ReadOnlySpan<KeyValuePair<string, object?>> labels, long collection)
    {
        if (Find(labels) is not { } series) return;
        series.SeenIn = collection;
        if (Kind == MetricKind.Histogram) series.Observe(value);
        else if (_adds) series.Add(value);
        else series.Set(value);
    }

    /// <summary>What is to be told.</summary>
    public IEnumerable<Series> Tell(long collection)
    {
        foreach (var head in _series.Values)
            for (var series = head; series is not null; series = series.Next)
                if (!_observed || series.SeenIn == collection) yield return series;
    }

    private Series? Find(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var hash = HashOf(labels);
        if (_series.TryGetValue(hash, out var head) && Find(head, labels) is { } known) return known;
        lock (_gate)
        {
            var first = _series.GetValueOrDefault(hash);
            if (Find(first, labels) is { } added) return added;
            if (_count >= MostSeries) return null;
            _count++;
            return _series[hash] = new Series(labels, Bounds, first);
        }
    }

    private static Series? Find(Series? head, ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        for (var series = head; series is not null; series = series.Next)
            if (series.Is(labels)) return series;
        return null;
    }

    private static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        var hash = 17;
        foreach (var (name, value) in labels) hash = HashCode.Combine(hash, name, value);
        return hash;
    }

    /// <summary>As OpenTelemetry maps names to Prometheus: underscores, the unit's whole name, <c>_total</c> for counters.</summary>
    private static string NameOf(string name, string? unit, MetricKind kind)
    {
        var text = new StringBuilder(name.Length + 16);
        foreach (var character in name) text.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
        var suffix = unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            "1" when kind == MetricKind.Gauge => "_ratio",
            _ => "",
        };
        text.Append(suffix);
        if (kind == MetricKind.Counter) text.Append("_total");
        return text.ToString();
    }
}
