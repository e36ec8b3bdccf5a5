using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace DataFlow.Tests.Support;

/// <summary>Where a server lives across its restarts: a port and a data directory, deleted at the end.</summary>
internal sealed class AppPlace : IDisposable
{
    public AppPlace()
    {
        Folder = Directory.CreateTempSubdirectory("dataflow-process-").FullName;
        DataFolder = Path.Combine(Folder, "data");
        Address = new UriBuilder("http", "127.0.0.1", FreePort()).Uri;
    }

    /// <summary>The working folder.</summary>
    public string Folder { get; }

    public string DataFolder { get; }

    public string Database => Path.Combine(DataFolder, "dataflow.db");

    public Uri Address { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <remarks>
    /// Below the range that the kernel takes ports of clients from: while the server is down, a client that tries again could otherwise get that very port
    /// for its own end and be connected to itself.
    /// </remarks>
    private static int FreePort()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(15_000, 32_000);
            try
            {
                using var probe = new TcpListener(IPAddress.Loopback, port);
                probe.Start();
                return port;
            }
            catch (SocketException)
            {
                // Taken: draw another.
            }
        }
    }
}
