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
    public static long MinuteOf(long microseconds) =>
        (microseconds >= 0 ? microseconds : microseconds - MicrosecondsPerMinute + 1) / MicrosecondsPerMinute;

    public static long ToMicroseconds(DateTimeOffset time) => time.UtcTicks / TimeSpan.TicksPerMicrosecond - UnixEpoch;

    public static long? ToMicroseconds(DateTimeOffset? time) => time is { } t ? ToMicroseconds(t) : null;

    public static DateTimeOffset FromMicroseconds(long microseconds) => new((microseconds + UnixEpoch) * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);

    public static DateTimeOffset? FromMicroseconds(long? microseconds) => microseconds is { } m ? FromMicroseconds(m) : null;

    public static DateTimeOffset Round(DateTimeOffset time) => FromMicroseconds(ToMicroseconds(time));

    public static DateTimeOffset? Round(DateTimeOffset? time) => time is { } t ? Round(t) : null;
}
