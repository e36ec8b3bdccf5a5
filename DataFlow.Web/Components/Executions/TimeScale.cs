using System.Globalization;
using DataFlow.Engine.Executions;

namespace DataFlow.Web.Components.Executions;

/// <summary>Places moments of an execution on a line from 0 to 100 %.</summary>
public readonly record struct TimeScale(DateTimeOffset From, DateTimeOffset To)
{
    /// <summary>A bar narrower than this cannot be seen or pointed at.</summary>
    private const double Narrowest = 0.8;

    public static TimeScale Of(Execution execution, DateTimeOffset now)
    {
        var from = execution.StartedAt ?? execution.CreatedAt;
        var to = execution.CompletedAt ?? now;
        return new TimeScale(from, to > from ? to : from.AddMilliseconds(1));
    }

    public (string X, string Width) Place(TimelineSpan span)
    {
        var whole = (To - From).TotalMilliseconds;
        var x = Math.Clamp((span.From - From).TotalMilliseconds / whole * 100, 0, 100 - Narrowest);
        var end = Math.Clamp(((span.To ?? To) - From).TotalMilliseconds / whole * 100, 0, 100);
        return (Percent(x), Percent(Math.Max(end - x, Narrowest)));
    }

    private static string Percent(double value) => value.ToString("0.##", CultureInfo.InvariantCulture) + "%";
}
