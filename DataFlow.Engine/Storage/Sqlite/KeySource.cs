namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Keys of executions, falling: one thing that a list asks for, by an index that has it in this order.</summary>
internal abstract class KeySource : IDisposable
{
    /// <summary>There is no greater key.</summary>
    public virtual long Greatest => long.MaxValue;

    /// <summary>The greatest key that is not above <paramref name="upper"/>; <c>null</c>: there is none. Never asked for a greater one than before.</summary>
    public abstract long? Floor(long upper);

    public abstract void Dispose();
}

/// <summary>One range of an index. Its statement takes the least and the greatest key last.</summary>
/// <remarks>A look-up in some indexes is worth more than one place looked at (<paramref name="costOfSeek"/>). The statement may be the connection's own (<paramref name="isKept"/>).</remarks>
internal sealed class RangeSource(Statement rows, Action<Statement> range, long first, Meter meter, int costOfSeek = 1, bool isKept = false) : KeySource
{
    /// <summary>Walking on is cheaper than looking up again, for so many rows.</summary>
    private const int LongestWalk = 8;

    private long? _current;
    private bool _stands;
    private bool _ended;

    public override long? Floor(long upper)
    {
        for (var walked = 0; _stands && _current > upper && walked < LongestWalk; walked++)
            Step();
        if (!_ended && (!_stands || _current > upper))
            Seek(upper);
        return _ended ? null : _current;
    }

    public override void Dispose()
    {
        if (isKept)
            rows.Reset();
        else
            rows.Dispose();
    }

    private void Seek(long upper)
    {
        rows.Reset();
        range(rows);
        rows.Add(first).Add(upper);
        _stands = true;
        meter.Count += costOfSeek - 1;
        Step();
    }

    private void Step()
    {
        meter.Count++;
        _ended = !rows.Step();
        _stands = !_ended;
        _current = _ended ? null : rows.Long(0);
    }
}

/// <summary>What a source has up to a key.</summary>
internal sealed class BoundedSource(KeySource source, long last) : KeySource
{
    public override long Greatest => last;

    public override long? Floor(long upper) => source.Floor(Math.Min(upper, last));

    public override void Dispose() => source.Dispose();
}

/// <summary>Keys that are known already.</summary>
internal sealed class KnownSource(IEnumerable<long> keys) : KeySource
{
    private readonly long[] _keys = [.. keys.OrderDescending()];
    private int _place;

    public override long? Floor(long upper)
    {
        while (_place < _keys.Length && _keys[_place] > upper)
            _place++;
        return _place < _keys.Length ? _keys[_place] : null;
    }

    public override void Dispose()
    {
    }
}

/// <summary>What any of several sources has.</summary>
internal sealed class AnySource(IReadOnlyList<KeySource> sources) : KeySource
{
    public override long? Floor(long upper)
    {
        long? greatest = null;
        foreach (var source in sources)
        {
            if ((greatest is null || source.Greatest > greatest) && source.Floor(upper) is { } key && (greatest is null || key > greatest))
                greatest = key;
        }
        return greatest;
    }

    public override void Dispose()
    {
        foreach (var source in sources)
            source.Dispose();
    }
}

/// <summary>How many places of indexes and rows a list has looked at.</summary>
internal sealed class Meter
{
    public int Count { get; set; }
}
