using System.Net;
using System.Net.NetworkInformation;

namespace DataFlow.Engine.Egress;

/// <summary>Where this server itself listens. The host gives it; without one, no address is known to be ours.</summary>
public interface IOwnListeners
{
    /// <summary>As of now: the server binds after the services are made. An address of <see cref="IPAddress.Any"/> or <see cref="IPAddress.IPv6Any"/> means all of the machine's.</summary>
    IReadOnlyCollection<IPEndPoint> Current { get; }
}

/// <summary>For hosts that listen nowhere.</summary>
internal sealed class NoListeners : IOwnListeners
{
    public IReadOnlyCollection<IPEndPoint> Current => [];
}

/// <summary>Compares addresses with listeners.</summary>
internal static class OwnListeners
{
    public static bool Includes(this IOwnListeners listeners, IPAddress address, int port)
    {
        foreach (var listener in listeners.Current)
        {
            if (listener.Port != port) continue;
            if (listener.Address.Equals(address)) return true;
            if ((listener.Address.Equals(IPAddress.Any) || listener.Address.Equals(IPAddress.IPv6Any)) && IsOurs(address)) return true;
        }
        return false;
    }

    private static bool IsOurs(IPAddress address) =>
        IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)
        || NetworkInterface.GetAllNetworkInterfaces().Any(card => card.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)));
}
