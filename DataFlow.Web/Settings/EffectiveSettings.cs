using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace DataFlow.Web.Settings;

/// <summary>A setting as it is in force.</summary>
/// <param name="Key">As in a file: <c>DataFlow:Retention:MaxAgeDays</c>.</param>
/// <param name="Value">For people; of a secret only whether there is one.</param>
/// <param name="Default">What it would be if nobody had said anything; empty: nothing.</param>
/// <param name="IsChanged">Whether it is another value than that.</param>
/// <param name="Source">Where the value comes from.</param>
public sealed record EffectiveSetting(string Key, string Value, string Default, bool IsChanged, string Source)
{
    /// <summary>As an environment variable: <c>DataFlow__Retention__MaxAgeDays</c>.</summary>
    public string Variable => Key.Replace(":", "__", StringComparison.Ordinal);

    /// <summary>The part between the section and the name: <c>Retention</c>; empty: the section itself.</summary>
    public string Group => Key.Split(':') is [_, .. var between, _] ? string.Join(' ', between) : "";
}

/// <summary>Reads the settings of the product from a configuration. No secret leaves it.</summary>
internal static partial class EffectiveSettings
{
    private const string OtherName = "OPENAI_API_KEY";

    private static readonly string[] s_sections = ["DataFlow", "OpenAI"];

    /// <param name="configuration">Everything put together.</param>
    /// <param name="defaults">The file that names every key.</param>
    public static ImmutableArray<EffectiveSetting> Read(IConfigurationRoot configuration, IConfiguration defaults)
    {
        var keys = s_sections.SelectMany(section => Leaves(defaults.GetSection(section)).Concat(Leaves(configuration.GetSection(section)))).Distinct(StringComparer.OrdinalIgnoreCase);
        return [.. keys.Select(key => SettingOf(configuration, defaults, key))];
    }

    private static EffectiveSetting SettingOf(IConfigurationRoot configuration, IConfiguration defaults, string key)
    {
        var (value, standard) = (ValueOf(configuration, key), ValueOf(defaults, key));
        // The key of OpenAI has a second name that every tool knows.
        var isOther = value.Length == 0 && key.Equals("OpenAI:ApiKey", StringComparison.OrdinalIgnoreCase) && configuration[OtherName] is { Length: > 0 };
        if (isOther) value = configuration[OtherName]!;
        var isChanged = !string.Equals(value, standard, StringComparison.OrdinalIgnoreCase);
        return new EffectiveSetting(key, Shown(key, value), Shown(key, standard), isChanged, isChanged ? SourceOf(configuration, isOther ? OtherName : key) : "default");
    }

    /// <summary>Names of values below a section; a list counts as one value.</summary>
    private static IEnumerable<string> Leaves(IConfigurationSection section)
    {
        var children = section.GetChildren().ToList();
        return children.Count == 0 || children.TrueForAll(child => int.TryParse(child.Key, out _)) ? [section.Path] : children.SelectMany(Leaves);
    }

    private static string ValueOf(IConfiguration configuration, string key) =>
        configuration.GetSection(key).GetChildren().ToList() is { Count: > 0 } items ? string.Join(", ", items.Select(item => item.Value)) : configuration[key] ?? "";

    private static string Shown(string key, string value) =>
        SecretNames.IsMatch(key) ? value.Length > 0 ? "set" : "not set" : UserInfo.Replace(value, "$1…@");

    private static string SourceOf(IConfigurationRoot configuration, string key) =>
        configuration.Providers.Reverse().FirstOrDefault(provider => provider.TryGet(key, out _) || provider.TryGet($"{key}:0", out _)) switch
        {
            null => "environment",
            Microsoft.Extensions.Configuration.Json.JsonConfigurationProvider file => Path.GetFileName(file.Source.Path) ?? "file",
            Microsoft.Extensions.Configuration.EnvironmentVariables.EnvironmentVariablesConfigurationProvider => "environment",
            Microsoft.Extensions.Configuration.CommandLine.CommandLineConfigurationProvider => "command line",
            _ => "another source",
        };

    [GeneratedRegex("(key|secret|password|token|credential|credentials)(:[0-9]+)?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretNames { get; }

    /// <summary>User name and password of a URL.</summary>
    [GeneratedRegex("(://)[^/@\\s]+@", RegexOptions.CultureInvariant)]
    private static partial Regex UserInfo { get; }
}
