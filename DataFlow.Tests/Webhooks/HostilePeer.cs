using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DataFlow.Tests.Webhooks;

/// <summary>Peers on loopback that misbehave below HTTP.</summary>
internal static class HostilePeer
{
    /// <summary>Accepts connections in the kernel and never says a word.</summary>
    public static TcpListener Silent()
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start(backlog: 1_000);
        return listener;
    }

    /// <summary>Reads the beginning of a request and resets the connection.</summary>
    public static TcpListener Resetting()
    {
        var listener = Silent();
        _ = Task.Run(async () =>
        {
            using var socket = await AcceptAsync(listener);
            socket.LingerState = new LingerOption(enable: true, seconds: 0);
        });
        return listener;
    }

    /// <summary>Answers with a gigabyte; tells how much of it the socket took before the other side hung up.</summary>
    public static (TcpListener Listener, Task<long> Taken) Gigabyte(int status)
    {
        var listener = Silent();
        return (listener, Task.Run(async () =>
        {
            using var socket = await AcceptAsync(listener);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status} Whatever\r\nContent-Type: text/plain\r\nContent-Length: 1000000000\r\n\r\n"));
            var piece = new byte[64 * 1024];
            var taken = 0L;
            try
            {
                while (taken < 1_000_000_000)
                    taken += await socket.SendAsync(piece);
            }
            catch (SocketException)
            {
                // Hung up on, as it should be.
            }

            return taken;
        }));
    }

    public static string UrlOf(TcpListener listener) => $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/hook";

    private static async Task<Socket> AcceptAsync(TcpListener listener)
    {
        var socket = await listener.AcceptSocketAsync();
        await socket.ReceiveAsync(new byte[16 * 1024]);
        return socket;
    }
}
