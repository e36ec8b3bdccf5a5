namespace DataFlow.Engine.Storage;

/// <summary>
/// Times outside journals are kept to the microsecond, in UTC: a row's time is the event's time rounded down, the same in every store.
/// Journals keep the text of the event, to the 100 nanoseconds.
/// </summary>
internal static class StoredTime
{
    private const long UnixEpoch = 62_135_596_800_000_000;

    public const long MicrosecondsPerMinute = 60_000_000;

    /// <summary>Minutes since 1970.</summary>
    public static long MinuteOf(long microseconds) => Floor(microseconds, MicrosecondsPerMinute);

    /// <summary>What ended is counted in pieces of five minutes: fine enough for a page, coarse enough to keep for months.</summary>
    public static TimeSpan Slot { get; } = TimeSpan.FromMinutes(5);

    /// <summary>Pieces of five minutes since 1970.</summary>
    public static long SlotOf(long microseconds) => Floor(MinuteOf(microseconds), 5);

    /// <summary>The beginning of a piece.</summary>
    public static DateTimeOffset StartOfSlot(long slot) => FromMicroseconds(slot * 5 * MicrosecondsPerMinute);

    public static long ToMicroseconds(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMicrosecond - UnixEpoch;

    public static long? ToMicroseconds(DateTimeOffset? time) => time is { } t ? ToMicroseconds(t) : null;

    public static DateTimeOffset FromMicroseconds(long microseconds) => new((microseconds + UnixEpoch) * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static DateTimeOffset? FromMicroseconds(long? microseconds) => microseconds is { } m ? FromMicroseconds(m) : null;

    public static DateTimeOffset Round(DateTimeOffset time) => FromMicroseconds(ToMicroseconds(time));

    public static DateTimeOffset? Round(DateTimeOffset? time) => time is { } t ? Round(t) : null;

    private static long Floor(long number, long by) => (number >= 0 ? number : number - by + 1) / by;
}
