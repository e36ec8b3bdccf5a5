using System.Globalization;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Web.Components.Executions;

/// <summary>How far a task has come, for people.</summary>
internal static class ProgressText
{
    /// <summary>0 to 1; <c>null</c>: nobody knows how much there is to do.</summary>
    public static double? Fraction(TaskProgress progress) =>
        progress.Percent is { } percent ? Math.Clamp(percent / 100, 0, 1)
        : progress is { Done: { } done, Total: > 0 and { } total } ? Math.Clamp((double)done / total, 0, 1)
        : null;

    /// <summary><c>43 %, 1.2 of 2.8 MB, page 3</c></summary>
    public static string Words(TaskProgress progress)
    {
        var parts = new List<string>(3);
        if (Fraction(progress) is { } fraction) parts.Add(string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(fraction * 100):0} %"));
        if (progress.Done is { } done) parts.Add(Amount(done, progress.Total, progress.Unit));
        if (!string.IsNullOrEmpty(progress.Note)) parts.Add(progress.Note);
        return string.Join(", ", parts);
    }

    private static string Amount(long done, long? total, string? unit)
    {
        if (unit != "bytes") return $"{Number(done)}{(total is { } all ? $" of {Number(all)}" : "")}{(unit is null ? "" : $" {unit}")}";
        var (divisor, name) = (total ?? done) switch { >= 1_000_000 => (1e6, "MB"), >= 1_000 => (1e3, "kB"), _ => (1d, "bytes") };
        return string.Create(CultureInfo.InvariantCulture, $"{done / divisor:0.#}{(total is { } whole ? string.Create(CultureInfo.InvariantCulture, $" of {whole / divisor:0.#}") : "")} {name}");
    }

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture);
}
