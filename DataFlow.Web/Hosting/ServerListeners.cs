using System.Net;
using DataFlow.Engine.Egress;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace DataFlow.Web.Hosting;

/// <summary>Tells the egress room where this server listens, so that workflows cannot call it as if they came from this machine.</summary>
internal sealed class ServerListeners(IServer server) : IOwnListeners
{
    public IReadOnlyCollection<IPEndPoint> Current => [.. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).SelectMany(EndPoints)];

    private static IEnumerable<IPEndPoint> EndPoints(string address)
    {
        var binding = BindingAddress.Parse(address);
        if (binding.IsUnixPipe || binding.IsNamedPipe) return [];
        if (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var one)) return [new(one, binding.Port)];
        return binding.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            ? [new(IPAddress.Loopback, binding.Port), new(IPAddress.IPv6Loopback, binding.Port)]
            : [new(IPAddress.Any, binding.Port), new(IPAddress.IPv6Any, binding.Port)];
    }
}
