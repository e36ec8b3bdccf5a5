using System.Globalization;
using System.Text;

namespace DataFlow.Web.Telemetry;

/// <summary>Writes the text exposition format, version 0.0.4.</summary>
internal sealed class PrometheusText
{
    public const string MediaType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new(32_768);

    /// <summary>A family with all its series; nothing when it has none.</summary>
    public void Add(MetricFamily family, IEnumerable<Series> series)
    {
        var begun = false;
        foreach (var one in series)
        {
            if (!begun) Begin(family);
            begun = true;
            if (family.Kind == MetricKind.Histogram) AddHistogram(family, one);
            else Line(family.Name, one, "", Number(one.Value));
        }
    }

    public override string ToString() => _text.ToString();

    private void Begin(MetricFamily family)
    {
        if (family.Help is { Length: > 0 } help) _text.Append("# HELP ").Append(family.Name).Append(' ').Append(help.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        _text.Append("# TYPE ").Append(family.Name).Append(' ').Append(Word(family.Kind)).Append('\n');
    }

    private void AddHistogram(MetricFamily family, Series series)
    {
        var (counts, total) = (series.Counts(), 0L);
        for (var i = 0; i < counts.Length; i++)
        {
            total += counts[i];
            Line(family.Name + "_bucket", series, i < family.Bounds.Length ? Number(family.Bounds[i]) : "+Inf", Number(total));
        }
        Line(family.Name + "_sum", series, "", Number(series.Value));
        Line(family.Name + "_count", series, "", Number(total));
    }

    private void Line(string name, Series series, string bound, string value)
    {
        _text.Append(name);
        var opening = '{';
        foreach (var (label, content) in series.Labels) Label(label, Convert.ToString(content, CultureInfo.InvariantCulture) ?? "");
        if (bound.Length > 0) Label("le", bound);
        if (opening == ',') _text.Append('}');
        _text.Append(' ').Append(value).Append('\n');

        void Label(string label, string content)
        {
            _text.Append(opening);
            opening = ',';
            foreach (var character in label) _text.Append(char.IsAsciiLetterOrDigit(character) ? character : '_');
            _text.Append("=\"");
            foreach (var character in content)
            {
                _ = character switch
                {
                    '\\' => _text.Append(@"\\"),
                    '"' => _text.Append("\\\""),
                    '\n' => _text.Append("\\n"),
                    _ => _text.Append(character),
                };
            }
            _text.Append('"');
        }
    }

    private static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Histogram => "histogram",
        _ => "gauge",
    };

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
