using System.Net;
using System.Net.Sockets;

namespace DataFlow.Engine.Egress;

/// <summary>Opens connections for one purpose: resolves, has every address checked, and connects to an address, never to the name again.</summary>
internal sealed class EgressConnector(EgressPurpose purpose, EgressPolicy policy, IHostResolver resolver, TimeSpan timeout, TimeProvider clock)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = EgressUrl.CanonicalHost(context.DnsEndPoint.Host) ?? throw new EgressDeniedException(EgressPolicy.Denied);
        var port = context.DnsEndPoint.Port;
        using var limit = new CancellationTokenSource(timeout, clock);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var addresses = await ResolveAsync(host, linked.Token);
            // One denied address is enough: a set of public and private ones is what rebinding looks like.
            if (!addresses.All(address => policy.Permits(purpose, host, port, address))) throw EgressDeniedException.Counted(purpose, EgressPolicy.Denied);
            return await ConnectAsync(host, port, addresses, linked.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw EgressLimitException.Timeout($"Could not connect to {host}:{port} within {timeout.TotalSeconds:0.##} s.");
        }
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (EgressUrl.LiteralAddress(host) is { } literal) return [literal];
        if (EgressPolicy.IsLocalhost(host)) return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        try
        {
            return await resolver.ResolveAsync(host, cancellationToken) is { Length: > 0 } addresses ? addresses : throw NotFound(host, null);
        }
        catch (SocketException failure)
        {
            throw NotFound(host, failure);
        }
    }

    private async Task<Stream> ConnectAsync(string host, int port, IPAddress[] addresses, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        for (var i = 0; i < addresses.Length; i++)
        {
            var address = addresses[i].IsIPv4MappedToIPv6 ? addresses[i].MapToIPv4() : addresses[i];
            // An address that swallows packets (often IPv6) must leave time for the ones after it.
            using var share = new CancellationTokenSource(timeout / addresses.Length, clock);
            using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, share.Token);
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), linked.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException failure)
            {
                socket.Dispose();
                last = failure;
            }
            catch (OperationCanceledException) when (i + 1 < addresses.Length && !cancellationToken.IsCancellationRequested)
            {
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
        throw new EgressLimitException(new("connect_failed", $"Could not connect to {host}:{port}. Check host and port, and that the server is running.", Retryable: true), last);
    }

    private static EgressLimitException NotFound(string host, SocketException? failure) =>
        new(new("dns_failed", $"No address was found for the host {host}. Check its spelling, and that this machine can resolve names.", Retryable: true), failure);
}
