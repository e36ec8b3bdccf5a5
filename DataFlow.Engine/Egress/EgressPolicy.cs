using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net;

namespace DataFlow.Engine.Egress;

/// <summary>Decides what may be connected to. Knows no network: names are resolved elsewhere, and every address comes back here.</summary>
internal sealed class EgressPolicy(
    EgressOptions options, bool allowLoopback, bool allowOwnListeners, IOwnListeners listeners, IEnumerable<TrustedOrigin> trusted)
{
    // The same words for every denial: they must not tell a closed port from an open one behind a denied address.
    public static readonly EgressRefusal Denied = new(
        "egress_denied",
        "Connections to this address are not allowed: it is private, local or reserved, or not on the list of allowed hosts. An operator can allow it with DataFlow:Egress:AllowHosts or DataFlow:Egress:AllowCidrs.");

    private static readonly FrozenSet<string> MetadataNames = new[] { "metadata.google.internal", "metadata.goog", "metadata" }.ToFrozenSet();
    private static readonly IPAddress MetadataAddress = IPAddress.Parse("169.254.169.254");

    private readonly ImmutableArray<HostPattern> allowHosts = Hosts(options.AllowHosts);
    private readonly ImmutableArray<HostPattern> denyHosts = Hosts(options.DenyHosts);
    private readonly ImmutableArray<IPNetwork> allowRanges = [.. options.AllowCidrs.Select(text => AddressRules.TryParseRange(text, out var range) ? range : throw new ArgumentException(text, nameof(options)))];
    private readonly FrozenSet<int> allowPorts = options.AllowPorts.ToFrozenSet();
    private readonly FrozenSet<TrustedOrigin> trusted = trusted.ToFrozenSet();

    /// <summary>Everything that can be said against a URL without resolving its name.</summary>
    public EgressRefusal? Check(EgressPurpose purpose, Uri url)
    {
        var host = EgressUrl.CanonicalHost(url.IdnHost) ?? "";
        if (host.Length == 0) return new("url_format", "The URL has no host.");
        if (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps) return new("url_scheme", "Only http and https URLs can be used.");
        if (url.UserInfo.Length > 0) return new("url_userinfo", "User name and password must not stand in the URL; send them in an Authorization header.");
        if (BadPorts.Contains(url.Port) && !allowPorts.Contains(url.Port) && !IsNamed(purpose, host, url.Port))
            return new("url_port", $"Port {url.Port} belongs to another protocol and is not used for web requests. An operator can allow it with DataFlow:Egress:AllowPorts.");

        if (EgressUrl.LiteralAddress(host) is { } address) return Permits(purpose, host, url.Port, address) ? null : Denied;
        if (IsLocalhost(host)) return Permits(purpose, host, url.Port, IPAddress.Loopback) ? null : Denied;
        if (MetadataNames.Contains(host) && !Permits(purpose, host, url.Port, MetadataAddress)) return Denied;
        if (IsListed(denyHosts, host, url.Port)) return Denied;
        var byAddressOnly = options.Mode == EgressMode.AllowlistOnly && allowRanges.IsEmpty && !IsTrusted(purpose, host, url.Port) && !IsListed(allowHosts, host, url.Port);
        return byAddressOnly ? Denied : null;
    }

    /// <summary>
    /// As <see cref="Check"/>, for where a reply points to. What is elsewhere must not steer requests to this machine, even where it may be asked directly.
    /// </summary>
    public EgressRefusal? CheckRedirect(EgressPurpose purpose, Uri from, Uri to)
    {
        if (Check(purpose, to) is { } refusal) return refusal;
        var host = EgressUrl.CanonicalHost(to.IdnHost) ?? "";
        return NamesLoopback(host) && !NamesLoopback(EgressUrl.CanonicalHost(from.IdnHost) ?? "") && !IsNamed(purpose, host, to.Port) ? Denied : null;
    }

    /// <summary>Whether a connection to <paramref name="address"/>, to which <paramref name="host"/> resolved, may be made.</summary>
    public bool Permits(EgressPurpose purpose, string host, int port, IPAddress address) =>
        AddressRules.Meant(address).All(meant => PermitsMeant(purpose, host, port, meant));

    private bool PermitsMeant(EgressPurpose purpose, string host, int port, IPAddress address)
    {
        if (IsListed(denyHosts, host, port)) return false;
        if (AddressRules.IsMetadata(address)) return allowRanges.Any(range => range.PrefixLength == address.GetAddressBytes().Length * 8 && range.BaseAddress.Equals(address));
        if (IsTrusted(purpose, host, port)) return true;
        if (listeners.Includes(address, port) && !allowOwnListeners && !allowHosts.Any(entry => entry.Port is not null && entry.Matches(host, port))) return false;
        if (IsListed(allowHosts, host, port) || allowRanges.Any(range => range.Contains(address))) return true;
        if (allowLoopback && IPAddress.IsLoopback(address) && NamesLoopback(host)) return true;
        return options.Mode == EgressMode.Blocklist && AddressRules.IsPublic(address);
    }

    /// <summary>Whether the host itself says loopback, as opposed to a name that happens to resolve there.</summary>
    public static bool NamesLoopback(string host) => IsLocalhost(host) || (host.Length > 0 && EgressUrl.LiteralAddress(host) is { } address && IPAddress.IsLoopback(address));

    /// <summary>The name that never goes to DNS (RFC 6761).</summary>
    public static bool IsLocalhost(string host) => host == "localhost" || host.EndsWith(".localhost", StringComparison.Ordinal);

    private bool IsNamed(EgressPurpose purpose, string host, int port) =>
        IsTrusted(purpose, host, port) || allowHosts.Any(entry => entry.Port is not null && entry.Matches(host, port));

    private bool IsTrusted(EgressPurpose purpose, string host, int port) => trusted.Contains(new(purpose, host, port));

    private static bool IsListed(ImmutableArray<HostPattern> list, string host, int port) => list.Any(entry => entry.Matches(host, port));

    private static ImmutableArray<HostPattern> Hosts(IEnumerable<string> entries) =>
        [.. entries.Select(text => HostPattern.TryParse(text, out var pattern) ? pattern : throw new ArgumentException(text, nameof(entries)))];
}
