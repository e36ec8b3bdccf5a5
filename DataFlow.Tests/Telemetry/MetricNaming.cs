namespace DataFlow.Tests.Telemetry;

/// <summary>The rules that promlint checks, as far as a text tells them.</summary>
internal static class MetricNaming
{
    private static readonly string[] s_otherUnits =
        ["milliseconds", "microseconds", "nanoseconds", "minutes", "hours", "days", "kilobytes", "megabytes", "gigabytes", "bits", "percent", "ms", "sec", "secs", "mb", "kb"];

    public static IEnumerable<string> Problems(Family family)
    {
        var words = family.Name.Split('_');
        if (string.IsNullOrWhiteSpace(family.Help)) yield return $"{family.Name}: no help text";
        if (family.Name.Any(char.IsAsciiLetterUpper)) yield return $"{family.Name}: not snake_case";
        if (words.Intersect(s_otherUnits).Any()) yield return $"{family.Name}: not a base unit";
        if (words.Contains(family.Type)) yield return $"{family.Name}: its type in its name";
        if (family.Type == "counter" != family.Name.EndsWith("_total", StringComparison.Ordinal)) yield return $"{family.Name}: _total is for counters, and for all of them";
        if (family.Type == "histogram" && words[^1] is not ("seconds" or "bytes" or "size")) yield return $"{family.Name}: no unit";
        foreach (var reserved in (string[])["_count", "_sum", "_bucket", "_info"])
            if (family.Name.EndsWith(reserved, StringComparison.Ordinal)) yield return $"{family.Name}: {reserved} is reserved";
        foreach (var unit in (string[])["seconds", "bytes"])
            if (words.Contains(unit) && words[^1] != unit && !(words is [.., _, "total"] && words[^2] == unit)) yield return $"{family.Name}: the unit comes last";
        foreach (var label in family.Samples.SelectMany(sample => sample.Labels.Keys).Distinct())
            if (label.Any(char.IsAsciiLetterUpper) || (label == "le" && family.Type != "histogram") || words.Contains(label)) yield return $"{family.Name}: label {label}";
    }
}
