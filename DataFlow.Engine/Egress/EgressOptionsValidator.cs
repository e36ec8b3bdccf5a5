using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Egress;

/// <summary>Refuses what cannot be meant: a list that is skipped because of a typing mistake would be an open door.</summary>
internal sealed class EgressOptionsValidator(IConfiguration configuration) : IValidateOptions<EgressOptions>
{
    private readonly DataAnnotationValidateOptions<EgressOptions> ranges = new(null);

    public ValidateOptionsResult Validate(string? name, EgressOptions options)
    {
        List<string> failures = [];
        if (ranges.Validate(name, options) is { Failed: true, Failures: { } found })
            failures.AddRange(found.Select(failure => $"{EgressOptions.Section}: {failure}"));

        if (!Enum.IsDefined(options.Mode)) failures.Add($"{EgressOptions.Section}:Mode must be Blocklist or AllowlistOnly.");
        for (var i = 0; i < options.AllowCidrs.Count; i++)
            if (!AddressRules.TryParseRange(options.AllowCidrs[i], out _))
                failures.Add($"{EgressOptions.Section}:AllowCidrs:{i}: \"{options.AllowCidrs[i]}\" is not an address range such as 10.1.0.0/16 (bits after the prefix must be zero).");
        CheckHosts(options.AllowHosts, "AllowHosts");
        CheckHosts(options.DenyHosts, "DenyHosts");
        // Read from the configuration itself: the binder skips what it knows no property for and list entries that are no numbers.
        foreach (var setting in configuration.GetSection(EgressOptions.Section).GetChildren())
        {
            if (typeof(EgressOptions).GetProperty(setting.Key, BindingFlags.IgnoreCase | BindingFlags.Public | BindingFlags.Instance) is null)
                failures.Add($"{setting.Path} is not a setting; there are {string.Join(", ", typeof(EgressOptions).GetProperties().Select(property => property.Name))}.");
        }
        foreach (var port in configuration.GetSection($"{EgressOptions.Section}:{nameof(options.AllowPorts)}").GetChildren())
            if (!int.TryParse(port.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65_535)
                failures.Add($"{port.Path}: \"{port.Value}\" is not a port from 1 to 65535.");

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);

        void CheckHosts(IList<string> hosts, string key)
        {
            for (var i = 0; i < hosts.Count; i++)
                if (!HostPattern.TryParse(hosts[i], out _))
                    failures.Add($"{EgressOptions.Section}:{key}:{i}: \"{hosts[i]}\" is not a host such as api.example.com, *.example.com or 10.1.2.3:8080 (no scheme, no path).");
        }
    }
}
