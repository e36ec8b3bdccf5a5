using Scriban.Runtime;

namespace DataFlow.Engine.Templates.Scripting;

/// <summary>What can be reached inside a value: members and elements of JSON, and the parts of dates and time spans. No property of a .NET object.</summary>
internal static class ScriptMembers
{
    public static bool TryStep(object? from, PathSegment step, out object? value)
    {
        value = null;
        switch (from)
        {
            case ScriptObject map:
                return step.Name is not null && map.TryGetValue(step.Name, out value);
            case ScriptArray array when step.Index is { } index:
                index = index < 0 ? index + array.Count : index;
                value = (uint)index < (uint)array.Count ? array[index] : null;
                return (uint)index < (uint)array.Count;
            case ScriptArray array when step.Name == "size":
                value = array.Count;
                return true;
            case string text when step.Index is { } index:
                index = index < 0 ? index + text.Length : index;
                value = (uint)index < (uint)text.Length ? text[index].ToString() : null;
                return value is not null;
            case string text when step.Name == "size":
                value = text.Length;
                return true;
            case DateTime date:
                value = DateMember(date, step.Name);
                return value is not null;
            case TimeSpan span:
                value = SpanMember(span, step.Name);
                return value is not null;
            default:
                return false;
        }
    }

    private static object? DateMember(DateTime date, string? name) => name switch
    {
        "year" => date.Year,
        "month" => date.Month,
        "day" => date.Day,
        "hour" => date.Hour,
        "minute" => date.Minute,
        "second" => date.Second,
        "millisecond" => date.Millisecond,
        "day_of_year" => date.DayOfYear,
        "day_of_week" => date.DayOfWeek.ToString(),
        _ => null,
    };

    private static object? SpanMember(TimeSpan span, string? name) => name switch
    {
        "days" => span.Days,
        "hours" => span.Hours,
        "minutes" => span.Minutes,
        "seconds" => span.Seconds,
        "milliseconds" => span.Milliseconds,
        "total_days" => span.TotalDays,
        "total_hours" => span.TotalHours,
        "total_minutes" => span.TotalMinutes,
        "total_seconds" => span.TotalSeconds,
        "total_milliseconds" => span.TotalMilliseconds,
        _ => null,
    };
}
