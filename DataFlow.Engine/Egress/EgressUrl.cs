using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace DataFlow.Engine.Egress;

/// <summary>Reads a URL so that every later check sees the host that will be connected to, however it was spelled.</summary>
internal static partial class EgressUrl
{
    /// <summary>Longest URL taken.</summary>
    public const int MaxLength = 2_048;

    private static readonly SearchValues<char> NeverInHosts = SearchValues.Create("%/\\?#@<>^|`{}\"' ,!$&()*+;=~");

    /// <summary>Reads an absolute http or https URL.</summary>
    /// <param name="text">As a user wrote it.</param>
    /// <param name="url">With its host in punycode or as a canonical address.</param>
    /// <param name="refusal">Why not.</param>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Uri? url, [NotNullWhen(false)] out EgressRefusal? refusal)
    {
        url = null;
        refusal = null;
        if (string.IsNullOrEmpty(text)) return Refuse(out refusal, "url_format", "The URL is empty.");
        if (text.Length > MaxLength) return Refuse(out refusal, "url_format", $"The URL is longer than {MaxLength} characters.");
        if (text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c) || c == '\\'))
            return Refuse(out refusal, "url_format", "The URL has a space, a control character or a backslash in it; write it as %20, %0A or %5C.");

        var parts = Shape().Match(text);
        if (!parts.Success) return Refuse(out refusal, "url_format", "This is not a whole URL; it must look like https://example.com/page.");
        if (!parts.Groups["scheme"].ValueSpan.Equals("http", StringComparison.OrdinalIgnoreCase) && !parts.Groups["scheme"].ValueSpan.Equals("https", StringComparison.OrdinalIgnoreCase))
            return Refuse(out refusal, "url_scheme", "Only http and https URLs can be used; it must start with http:// or https://.");

        var authority = parts.Groups["authority"].Value;
        if (authority.Contains('@', StringComparison.Ordinal))
            return Refuse(out refusal, "url_userinfo", "User name and password must not stand in the URL; send them in an Authorization header.");

        var (host, port) = Split(authority);
        if (port is not null && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65_535))
            return Refuse(out refusal, "url_port", "The port must be a number from 1 to 65535.");
        if (CanonicalHost(host) is not { } canonical)
            return Refuse(out refusal, "url_format", "The URL has no host, or one that cannot be: a name such as example.com or an address such as 192.0.2.1.");

        var literal = canonical.Contains(':', StringComparison.Ordinal) ? $"[{canonical}]" : canonical;
        var rest = text[(parts.Groups["authority"].Index + authority.Length)..];
        return Uri.TryCreate($"{parts.Groups["scheme"].Value}://{literal}{(port is null ? "" : ":" + port)}{rest}", UriKind.Absolute, out url)
            || Refuse(out refusal, "url_format", "This is not a URL; it must look like https://example.com/page.");
    }

    /// <summary>A host in the one spelling used for comparing: lower case, punycode, addresses canonical (IPv6 without brackets and zone), no final dot; <c>null</c>: not a host.</summary>
    public static string? CanonicalHost(string host)
    {
        if (host.StartsWith('['))
        {
            if (!host.EndsWith(']') || !host.Contains(':', StringComparison.Ordinal)) return null;
            host = host[1..^1];
        }
        if (host.Contains(':', StringComparison.Ordinal))
        {
            // A zone names an interface of this machine; without it the address is the same to every check.
            if (host.IndexOf('%', StringComparison.Ordinal) is var zone and > 0) host = host[..zone];
            return IPAddress.TryParse(host, out var address) ? address.ToString() : null;
        }
        if (host.EndsWith('.')) host = host[..^1];
        if (host.Length is 0 or > 253 || host.AsSpan().IndexOfAny(NeverInHosts) >= 0) return null;
        // Uri knows the browsers' spellings of addresses (127.1, 0x7f000001, 0177.0.0.1, 2130706433) and punycode.
        if (!Uri.TryCreate($"http://{host}/", UriKind.Absolute, out var url)) return null;
        var canonical = url.IdnHost.TrimEnd('.').ToLowerInvariant();
        if (canonical.Length == 0 || canonical.Any(c => c > '~')) return null;
        // As in browsers: what ends in a number is an address or nothing (1.2.3.4.5, 256.1.1.1).
        var last = canonical[(canonical.LastIndexOf('.') + 1)..];
        return LiteralAddress(canonical) is null && (last.All(char.IsAsciiDigit) || NumberLabel().IsMatch(last)) ? null : canonical;
    }

    /// <summary>The address a canonical host is, or <c>null</c> for a name.</summary>
    public static IPAddress? LiteralAddress(string canonicalHost) =>
        (canonicalHost.Contains(':', StringComparison.Ordinal) || char.IsAsciiDigit(canonicalHost[0])) && canonicalHost.Count(c => c == '.') is 3 or 0
            && IPAddress.TryParse(canonicalHost, out var address) ? address : null;

    private static (string Host, string? Port) Split(string authority)
    {
        var colon = authority.LastIndexOf(':');
        if (colon <= authority.LastIndexOf(']')) return (authority, null);
        var port = authority[(colon + 1)..];
        return (authority[..colon], port.Length == 0 ? null : port);
    }

    private static bool Refuse(out EgressRefusal refusal, string code, string message)
    {
        refusal = new(code, message);
        return false;
    }

    [GeneratedRegex(@"^(?<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(//(?<authority>[^/?#]*))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Shape();

    [GeneratedRegex("^0x[0-9a-f]*$", RegexOptions.CultureInvariant)]
    private static partial Regex NumberLabel();
}
