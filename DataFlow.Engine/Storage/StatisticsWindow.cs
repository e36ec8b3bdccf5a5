namespace DataFlow.Engine.Storage;

/// <summary>
/// The time that figures are of, in whole pieces of five minutes: as long as asked for (rounded up to a piece) and up to the end of the piece that the last moment
/// falls into. Figures up to now are so of all that ended up to now, and begin at most five minutes later than asked for.
/// </summary>
internal readonly record struct StatisticsWindow
{
    private readonly long _slots;
    private readonly int _buckets;

    /// <param name="from">The first moment.</param>
    /// <param name="to">The moment after the last.</param>
    /// <param name="buckets">Equal parts; with more parts than pieces some parts stay empty.</param>
    public StatisticsWindow(DateTimeOffset from, DateTimeOffset to, int buckets)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(buckets, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(to, from);
        var slot = StoredTime.Slot;
        End = StoredTime.SlotOf(StoredTime.ToMicroseconds(to) - 1) + 1;
        _slots = ((to - from).Ticks + slot.Ticks - 1) / slot.Ticks;
        _buckets = buckets;
    }

    /// <summary>The first piece.</summary>
    public long First => End - _slots;

    /// <summary>The piece after the last.</summary>
    public long End { get; }

    /// <summary>How many parts.</summary>
    public int Buckets => _buckets;

    /// <summary>The first piece of a part; of the part after the last, <see cref="End"/>.</summary>
    public long StartOf(int bucket) => First + _slots * bucket / _buckets;

    /// <summary>The part a piece lies in; <c>null</c>: in none.</summary>
    public int? BucketOf(long slot)
    {
        if (slot < First || slot >= End)
            return null;
        var bucket = (int)((slot - First) * _buckets / _slots);
        // Rounded down above, so a piece can belong to a later part.
        while (bucket + 1 < _buckets && StartOf(bucket + 1) <= slot)
            bucket++;
        return bucket;
    }
}
