using System.Net;

namespace DataFlow.Web.Hosting;

/// <summary>Where the configuration says to listen, and whether other machines reach that.</summary>
internal static class ListeningAddresses
{
    /// <summary>Every address the server will listen on, with the key it comes from.</summary>
    public static IEnumerable<(string Key, string Address)> Of(IConfiguration configuration)
    {
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
            if (endpoint["Url"] is { Length: > 0 } url) yield return ($"{endpoint.Path}:Url", url);
        foreach (var url in Split(configuration["urls"])) yield return ("ASPNETCORE_URLS", url);
        // A port without an address means all of the machine's addresses; urls win over them.
        if (configuration["urls"] is { Length: > 0 }) yield break;
        foreach (var port in Split(configuration["http_ports"])) yield return ("ASPNETCORE_HTTP_PORTS", $"http://*:{port}");
        foreach (var port in Split(configuration["https_ports"])) yield return ("ASPNETCORE_HTTPS_PORTS", $"https://*:{port}");
    }

    /// <summary>Whether only this machine reaches it.</summary>
    public static bool IsLoopback(string address)
    {
        var binding = BindingAddress.Parse(address);
        if (binding.IsUnixPipe || binding.IsNamedPipe) return true;
        return IsLoopbackHost(binding.Host);
    }

    /// <summary>localhost, 127.0.0.0/8 or ::1, spelled as a host name.</summary>
    public static bool IsLoopbackHost(ReadOnlySpan<char> host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim("[]"), out var address) && IPAddress.IsLoopback(address));

    /// <summary>An address of all interfaces is one to listen on, not one to connect to.</summary>
    public static string ToReach(string address) =>
        address.TrimEnd('/').Replace("//[::]", "//localhost", StringComparison.Ordinal).Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal).Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal);

    private static string[] Split(string? list) => (list ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
