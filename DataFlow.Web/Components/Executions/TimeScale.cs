using System.Collections.Immutable;
using System.Globalization;
using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Executions;

/// <summary>A mark on the axis of time.</summary>
/// <param name="X">Where, in percent.</param>
/// <param name="Words">How long after the beginning.</param>
public sealed record TimeTick(string X, string Words);

/// <summary>Places moments of an execution on a line from 0 to 100 %.</summary>
public readonly record struct TimeScale(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>A bar narrower than this cannot be seen or pointed at.</summary>
    private const double Narrowest = 0.8;

    /// <summary>Round lengths of time, seconds.</summary>
    private static readonly double[] Steps =
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800];

    /// <summary>From the moment it was accepted to its end, or now.</summary>
    public static TimeScale Of(Execution execution, DateTimeOffset now)
    {
        var (from, to) = (execution.CreatedAt, execution.CompletedAt ?? now);
        return new TimeScale(from, to > from ? to : from.AddMilliseconds(1));
    }

    /// <summary>A scale as long as the longest of several, so that they can be laid side by side.</summary>
    public TimeScale Lasting(TimeSpan length) => this with { To = From + length };

    public TimeSpan Length => To - From;

    /// <param name="span">What is drawn.</param>
    /// <param name="present">The moment of the picture: what has not ended is drawn until then; <c>null</c>: the end of the scale.</param>
    public (string X, string Width) Place(TimelineSpan span, DateTimeOffset? present = null)
    {
        var x = Math.Clamp(Share(span.From), 0, 100 - Narrowest);
        var end = Math.Clamp(Share(span.To ?? present ?? To), 0, 100);
        return (Percent(x), Percent(Math.Max(end - x, Narrowest)));
    }

    public string Place(DateTimeOffset moment) => Percent(Math.Clamp(Share(moment), 0, 100));

    /// <summary>Round moments, at most <paramref name="most"/> of them after the beginning.</summary>
    public ImmutableArray<TimeTick> Ticks(int most = 5)
    {
        var length = Length.TotalSeconds;
        var step = Steps.FirstOrDefault(step => length / step <= most);
        if (step == 0) step = Math.Ceiling(length / most / 604800) * 604800;
        var ticks = ImmutableArray.CreateBuilder<TimeTick>();
        // The last stands at the edge only if its words still fit.
        for (var i = 0; i * step < length * 0.88; i++)
            ticks.Add(new TimeTick(Percent(i * step / length * 100), i == 0 ? "0" : Words(i * step)));
        return ticks.ToImmutable();
    }

    private double Share(DateTimeOffset moment) => (moment - From).TotalMilliseconds / Length.TotalMilliseconds * 100;

    private static string Words(double seconds) => seconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.#} s"),
        < 3600 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0.#} min"),
        < 86400 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.#} h"),
        _ => TimeText.Duration(TimeSpan.FromSeconds(seconds)),
    };

    private static string Percent(double value) => value.ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
