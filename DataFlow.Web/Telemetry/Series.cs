namespace DataFlow.Web.Telemetry;

/// <summary>One combination of label values of an instrument. Written from any thread.</summary>
internal sealed class Series
{
    private readonly KeyValuePair<string, object?>[] _labels;
    private readonly double[] _bounds;
    private readonly long[] _counts;
    private double _value;

    public Series(ReadOnlySpan<KeyValuePair<string, object?>> labels, double[] bounds, Series? next)
    {
        (_labels, _bounds, Next) = (labels.ToArray(), bounds, next);
        _counts = bounds.Length == 0 ? [] : new long[bounds.Length + 1];
    }

    /// <summary>The next one whose labels have the same hash.</summary>
    public Series? Next { get; }

    public ReadOnlySpan<KeyValuePair<string, object?>> Labels => _labels;

    /// <summary>Sum, or last value.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>Which collection saw it last; what is observed no longer is told no longer.</summary>
    public long SeenIn { get; set; }

    public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.Length != _labels.Length) return false;
        for (var i = 0; i < labels.Length; i++)
            if (labels[i].Key != _labels[i].Key || !Equals(labels[i].Value, _labels[i].Value)) return false;
        return true;
    }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        var before = Volatile.Read(ref _value);
        while (true)
        {
            var found = Interlocked.CompareExchange(ref _value, before + value, before);
            // By bits: NaN is unequal to itself.
            if (BitConverter.DoubleToInt64Bits(found) == BitConverter.DoubleToInt64Bits(before)) return;
            before = found;
        }
    }

    public void Observe(double value)
    {
        var bucket = 0;
        while (bucket < _bounds.Length && value > _bounds[bucket]) bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        Add(value);
    }

    /// <summary>How many were in each bucket, the last being without a bound.</summary>
    public long[] Counts()
    {
        var counts = new long[_counts.Length];
        for (var i = 0; i < counts.Length; i++) counts[i] = Interlocked.Read(ref _counts[i]);
        return counts;
    }
}
