using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace DataFlow.Engine.Egress;

/// <summary>What addresses are: which are not of the public internet, and which IPv4 address hides in an IPv6 one.</summary>
internal static class AddressRules
{
    private static readonly ImmutableArray<IPNetwork> NotPublic4 = Ranges(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4");

    // Only 2000::/3 is handed out for the public internet, so all else is denied without being listed
    // (::, ::1, fc00::/7, fe80::/10, fec0::/10, ff00::/8, 100::/64, 64:ff9b:1::/48 …); these lie inside it.
    private static readonly IPNetwork Public6 = IPNetwork.Parse("2000::/3");
    private static readonly ImmutableArray<IPNetwork> NotPublic6 = Ranges("2001:2::/48", "2001:10::/28", "2001:20::/28", "2001:db8::/32", "3fff::/20");

    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Teredo = IPNetwork.Parse("2001::/32");

    private static readonly ImmutableHashSet<IPAddress> MetadataAddresses =
    [
        IPAddress.Parse("169.254.169.254"), IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("168.63.129.16"), IPAddress.Parse("100.100.100.200"),
    ];

    /// <summary>Whether a cloud answers credentials or settings of the machine there.</summary>
    public static bool IsMetadata(IPAddress address) => MetadataAddresses.Contains(address);

    /// <summary>Whether it is an ordinary address of the public internet. Takes what <see cref="Meant"/> gives.</summary>
    public static bool IsPublic(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork
        ? !NotPublic4.Any(range => range.Contains(address))
        : Public6.Contains(address) && !NotPublic6.Any(range => range.Contains(address));

    /// <summary>The addresses that packets to this one reach: itself, or the IPv4 addresses it carries. All of them must be allowed.</summary>
    public static ImmutableArray<IPAddress> Meant(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return [address];
        if (address.IsIPv4MappedToIPv6) return [address.MapToIPv4()];
        var bytes = address.GetAddressBytes();
        var plain = new IPAddress(bytes);
        if (plain.Equals(IPAddress.IPv6Any) || plain.Equals(IPAddress.IPv6Loopback)) return [plain];
        if (Compatible.Contains(plain) || Nat64.Contains(plain)) return [new(bytes.AsSpan(12))];
        if (SixToFour.Contains(plain)) return [new(bytes.AsSpan(2, 4))];
        if (Teredo.Contains(plain))
            return [new(bytes.AsSpan(4, 4)), new([(byte)~bytes[12], (byte)~bytes[13], (byte)~bytes[14], (byte)~bytes[15]])];
        return [plain];
    }

    /// <summary>Reads <c>10.1.0.0/16</c>, or an address alone as the range of just it.</summary>
    public static bool TryParseRange(string? text, out IPNetwork range)
    {
        if (IPNetwork.TryParse(text, out range))
        {
            // The parser drops bits after the prefix; whoever wrote 10.1.2.3/16 may have meant one host or 65,536.
            return IPAddress.TryParse(text.AsSpan(0, text!.IndexOf('/', StringComparison.Ordinal)), out var written) && written.Equals(range.BaseAddress);
        }
        if (!IPAddress.TryParse(text, out var address)) return false;
        range = new(address, address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128);
        // "10" and "127.1" are addresses to the parser, but nobody who writes them in a list of ranges means that.
        return address.ToString().Equals(text, StringComparison.OrdinalIgnoreCase);
    }

    private static ImmutableArray<IPNetwork> Ranges(params string[] ranges) => [.. ranges.Select(IPNetwork.Parse)];
}
