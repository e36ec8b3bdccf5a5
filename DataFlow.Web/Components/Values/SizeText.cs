using System.Globalization;

namespace DataFlow.Web.Components.Values;

/// <summary>Numbers of bytes as people read them: in thousands, as the settings count them.</summary>
internal static class SizeText
{
    private static readonly string[] s_units = ["B", "kB", "MB", "GB", "TB"];

    public static string Bytes(long bytes)
    {
        var (value, unit) = ((double)Math.Max(0, bytes), 0);
        while (value >= 999.5 && unit < s_units.Length - 1) (value, unit) = (value / 1000, unit + 1);
        var figure = value.ToString(unit == 0 || value >= 99.5 ? "0" : value >= 9.95 ? "0.#" : "0.0", CultureInfo.InvariantCulture);
        return $"{figure} {s_units[unit]}";
    }
}
