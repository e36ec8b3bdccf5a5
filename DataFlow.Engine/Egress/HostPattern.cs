using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DataFlow.Engine.Egress;

/// <summary>An entry of a host list: an exact host or all names below one, at any port or one.</summary>
/// <param name="Host">Lower case, punycode, without a final dot; for a wildcard with its leading dot.</param>
/// <param name="Port"><c>null</c>: any that is allowed by itself.</param>
internal sealed record HostPattern(string Host, int? Port)
{
    public bool Matches(string host, int port) =>
        (Port is null || Port == port)
        && (Host[0] == '.' ? host.Length > Host.Length && host.EndsWith(Host, StringComparison.Ordinal) : host == Host);

    public static bool TryParse(string? text, [NotNullWhen(true)] out HostPattern? pattern)
    {
        pattern = null;
        if (string.IsNullOrEmpty(text)) return false;
        var wildcard = text.StartsWith("*.", StringComparison.Ordinal);
        var rest = wildcard ? text[2..] : text;
        int? port = null;
        // A bare IPv6 address has colons of its own; only behind its brackets does one start a port.
        var colon = rest.LastIndexOf(':');
        if (colon > rest.LastIndexOf(']') && rest.IndexOf(':', StringComparison.Ordinal) is var first && (first == colon || rest[0] == '['))
        {
            if (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65_535) return false;
            (port, rest) = (number, rest[..colon]);
        }
        if (EgressUrl.CanonicalHost(rest) is not { } host || (wildcard && EgressUrl.LiteralAddress(host) is not null)) return false;
        pattern = new(wildcard ? "." + host : host, port);
        return true;
    }
}
