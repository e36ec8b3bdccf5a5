using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DataFlow.Tests.Telemetry;

/// <summary>One line of measurement.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>The labels in one order, without <c>le</c>.</summary>
    public string Key { get; } = string.Join(",", Labels.Where(label => label.Key != "le").OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}

/// <summary>All lines of one metric.</summary>
internal sealed record Family(string Name, string? Help, string Type, List<Sample> Samples);

/// <summary>
/// Reads the text exposition format 0.0.4 as strictly as its grammar is: what a lenient reader would let pass is an error here. Knows nothing of the writer.
/// </summary>
internal sealed partial class Exposition
{
    private readonly Dictionary<string, Family> _families = new(StringComparer.Ordinal);
    private readonly HashSet<string> _seen = new(StringComparer.Ordinal);
    private Family? _current;
    private string? _help;
    private string? _helpOf;

    private Exposition()
    {
    }

    public IReadOnlyDictionary<string, Family> Families => _families;

    public static Exposition Parse(string text)
    {
        if (text.Contains('\r')) throw new FormatException("Lines end with a line feed alone.");
        if (!text.EndsWith('\n')) throw new FormatException("The last line must end.");
        var exposition = new Exposition();
        foreach (var line in text[..^1].Split('\n')) exposition.Read(line);
        if (exposition._helpOf is { } lone) throw new FormatException($"HELP of {lone} without a TYPE.");
        foreach (var family in exposition._families.Values) Check(family);
        return exposition;
    }

    /// <summary>The value of the series with exactly these labels; 0 when there is none yet.</summary>
    public double Value(string name, params (string Name, string Value)[] labels)
    {
        var key = string.Join(",", labels.OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value}"));
        return _families.Values.SelectMany(family => family.Samples).SingleOrDefault(sample => sample.Name == name && sample.Key == key)?.Value ?? 0;
    }

    private void Read(string line)
    {
        if (HelpLine().Match(line) is { Success: true } help)
        {
            if (_helpOf is not null || _families.ContainsKey(help.Groups[1].Value)) throw new FormatException($"HELP out of place: {line}");
            (_helpOf, _help) = (help.Groups[1].Value, Unescape(help.Groups[2].Value, quoted: false));
        }
        else if (TypeLine().Match(line) is { Success: true } type)
        {
            var name = type.Groups[1].Value;
            if (_helpOf is not null && _helpOf != name) throw new FormatException($"HELP and TYPE name different metrics: {line}");
            _current = new Family(name, _help, type.Groups[2].Value, []);
            if (!_families.TryAdd(name, _current)) throw new FormatException($"Described twice, or its lines are apart: {line}");
            _helpOf = _help = null;
        }
        else
        {
            if (_helpOf is not null) throw new FormatException($"A sample between HELP and TYPE: {line}");
            var sample = ReadSample(line);
            if (_current is null || !Belongs(_current, sample.Name)) throw new FormatException($"A sample that is not of the metric described before it: {line}");
            if (!_seen.Add($"{sample.Name}{{{sample.Key}}}{sample.Labels.GetValueOrDefault("le")}")) throw new FormatException($"Twice: {line}");
            _current.Samples.Add(sample);
        }
    }

    private static bool Belongs(Family family, string name) => family.Type == "histogram"
        ? name == family.Name + "_bucket" || name == family.Name + "_sum" || name == family.Name + "_count"
        : name == family.Name;

    private static Sample ReadSample(string line)
    {
        var match = SampleLine().Match(line);
        if (!match.Success) throw new FormatException($"No sample: {line}");
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < match.Groups["label"].Captures.Count; i++)
        {
            var label = match.Groups["label"].Captures[i].Value;
            if (label.StartsWith("__", StringComparison.Ordinal) || !labels.TryAdd(label, Unescape(match.Groups["content"].Captures[i].Value, quoted: true))) throw new FormatException($"A label that may not be there: {line}");
        }
        return new Sample(match.Groups["name"].Value, labels, Number(match.Groups["value"].Value));
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture),
    };

    private static string Unescape(string text, bool quoted)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\') plain.Append(text[i]);
            else
            {
                plain.Append((++i < text.Length ? text[i] : ' ') switch
                {
                    '\\' => '\\',
                    'n' => '\n',
                    '"' when quoted => '"',
                    _ => throw new FormatException($"No escape: {text}"),
                });
            }
        }
        return plain.ToString();
    }

    private static void Check(Family family)
    {
        if (family.Samples.Count == 0) throw new FormatException($"{family.Name} has no samples.");
        if (family.Type == "counter" && family.Samples.Any(sample => !(sample.Value >= 0))) throw new FormatException($"{family.Name}: a counter below zero.");
        if (family.Type != "histogram") return;
        foreach (var series in family.Samples.GroupBy(sample => sample.Key))
        {
            var buckets = series.Where(sample => sample.Name == family.Name + "_bucket").Select(sample => (Bound: Number(sample.Labels["le"]), sample.Value)).ToArray();
            if (!buckets.SequenceEqual(buckets.OrderBy(bucket => bucket.Bound))) throw new FormatException($"{family.Name}: bounds out of order.");
            if (!buckets.Select(bucket => bucket.Value).SequenceEqual(buckets.Select(bucket => bucket.Value).Order())) throw new FormatException($"{family.Name}: buckets are cumulative.");
            if (buckets is not [.., { Bound: double.PositiveInfinity, Value: var all }]) throw new FormatException($"{family.Name}: no bucket +Inf.");
            if (series.Single(sample => sample.Name == family.Name + "_count").Value != all) throw new FormatException($"{family.Name}: _count differs from +Inf.");
            _ = series.Single(sample => sample.Name == family.Name + "_sum");
        }
    }

    [GeneratedRegex(@"^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$")]
    private static partial Regex HelpLine();

    [GeneratedRegex(@"^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge|histogram|summary|untyped)$")]
    private static partial Regex TypeLine();

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{((?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<content>([^"\\]|\\.)*)"(,(?=[a-zA-Z_])|(?=\})))+\})? (?<value>\+Inf|-Inf|NaN|-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex SampleLine();
}
