using System.Globalization;

namespace DataFlow.Web.Components.Values;

/// <summary>Times and durations as people read them: two figures of precision, units always written.</summary>
internal static class TimeText
{
    private static readonly CultureInfo Culture = CultureInfo.InvariantCulture;

    public static string Duration(TimeSpan span)
    {
        if (span < TimeSpan.Zero) span = TimeSpan.Zero;
        return span switch
        {
            { TotalMilliseconds: < 1 } => "< 1 ms",
            { TotalMilliseconds: < 999.5 } => string.Create(Culture, $"{span.TotalMilliseconds:0} ms"),
            { TotalSeconds: < 9.95 } => string.Create(Culture, $"{span.TotalSeconds:0.0} s"),
            { TotalSeconds: < 59.5 } => string.Create(Culture, $"{span.TotalSeconds:0} s"),
            { TotalMinutes: < 60 } => string.Create(Culture, $"{(int)span.TotalMinutes} min {span.Seconds:00} s"),
            { TotalHours: < 24 } => string.Create(Culture, $"{(int)span.TotalHours} h {span.Minutes:00} min"),
            _ => string.Create(Culture, $"{(int)span.TotalDays} d {span.Hours} h"),
        };
    }

    /// <summary>While it ticks, a duration shows whole seconds only: tenths that jump are noise.</summary>
    public static string Ticking(TimeSpan span) => span < TimeSpan.FromSeconds(1) ? "0 s" : Duration(TimeSpan.FromSeconds(Math.Floor(span.TotalSeconds))).Replace(".0 s", " s", StringComparison.Ordinal);

    public static string Ago(DateTimeOffset then, DateTimeOffset now, TimeZoneInfo zone)
    {
        var past = now - then;
        return past switch
        {
            { TotalSeconds: < 5 } and { TotalSeconds: > -5 } => "just now",
            { TotalSeconds: < 0 } => "in " + Coarse(-past),
            { TotalDays: < 2 } => Coarse(past) + " ago",
            _ => Date(then, now, zone),
        };
    }

    public static string Exact(DateTimeOffset at, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm:ss.fff zzz", Culture);

    public static string Clock(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm:ss", Culture);

    /// <summary>A moment to wait for: with its day when a clock alone would mislead.</summary>
    public static string Upcoming(DateTimeOffset at, DateTimeOffset now, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(at, zone).Date == TimeZoneInfo.ConvertTime(now, zone).Date ? Clock(at, zone) : TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM, HH:mm:ss", Culture);

    public static string HourMinute(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("HH:mm", Culture);

    /// <summary>Time since a beginning, to the millisecond: <c>+1.204 s</c>.</summary>
    public static string Offset(TimeSpan span) => string.Create(Culture, $"+{Math.Max(0, span.TotalSeconds):0.000} s");

    private static string Date(DateTimeOffset then, DateTimeOffset now, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(then, zone);
        return local.ToString(local.Year == TimeZoneInfo.ConvertTime(now, zone).Year ? "d MMM, HH:mm" : "d MMM yyyy", Culture);
    }

    private static string Coarse(TimeSpan span) => span switch
    {
        { TotalSeconds: < 60 } => string.Create(Culture, $"{(int)span.TotalSeconds} s"),
        { TotalMinutes: < 60 } => string.Create(Culture, $"{(int)span.TotalMinutes} min"),
        { TotalHours: < 24 } => string.Create(Culture, $"{(int)span.TotalHours} h"),
        _ => string.Create(Culture, $"{(int)span.TotalDays} d"),
    };
}
