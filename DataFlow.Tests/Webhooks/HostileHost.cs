using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Webhooks;

/// <summary>How a host behaves towards every message.</summary>
internal delegate Task Hostility(Stream connection, HostileHost host);

/// <summary>A host on loopback that does the same wrong thing to every connection, below HTTP where it must be.</summary>
internal sealed class HostileHost : IAsyncDisposable
{
    /// <summary>Where <see cref="Redirecting"/> points.</summary>
    private const string Landing = "/landing";

    private readonly TcpListener listener = HostilePeer.Silent();
    private readonly Channel<string> requests = Channel.CreateUnbounded<string>();
    private readonly Channel<long> bodies = Channel.CreateUnbounded<long>();
    private readonly CancellationTokenSource over = new();
    private readonly Hostility behaviour;
    private readonly Task serving;

    public HostileHost(Hostility behaviour, string scheme = "http")
    {
        this.behaviour = behaviour;
        Url = HostilePeer.UrlOf(listener).Replace("http:", $"{scheme}:", StringComparison.Ordinal);
        serving = Task.Run(ServeAsync);
    }

    public string Url { get; }

    /// <summary>Connections so far.</summary>
    public int Connections { get; private set; }

    /// <summary>The first line of the next request.</summary>
    public Task<string> NextRequestAsync() => requests.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest);

    /// <summary>Bytes of the next reply's body that were sent before the other side hung up.</summary>
    public Task<long> NextBodyAsync() => bodies.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest);

    public static Hostility Answering(int status, string headers = "") => async (connection, host) =>
    {
        await host.ReadAsync(connection);
        await host.WriteAsync(connection, $"HTTP/1.1 {status} Whatever\r\n{headers}Connection: close\r\nContent-Length: 2\r\n\r\nno");
    };

    public static Hostility Redirecting { get; } = async (connection, host) =>
    {
        Assert.DoesNotContain(Landing, await host.ReadAsync(connection), StringComparison.Ordinal);
        await host.WriteAsync(connection, $"HTTP/1.1 307 Elsewhere\r\nLocation: {Landing}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    };

    /// <summary>Has not answered when the sender gives up.</summary>
    public static Hostility Silent { get; } = async (connection, host) =>
    {
        await host.ReadAsync(connection);
        await host.HungUpOnAsync(connection);
    };

    public static Hostility Resetting { get; } = async (connection, host) =>
    {
        await host.ReadAsync(connection);
        ((NetworkStream)connection).Socket.LingerState = new LingerOption(enable: true, seconds: 0);
    };

    /// <summary>One byte of the body, and no other while anybody waits.</summary>
    public static Hostility Dripping { get; } = async (connection, host) =>
    {
        await host.ReadAsync(connection);
        await host.WriteAsync(connection, "HTTP/1.1 500 Slow\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
        await host.HungUpOnAsync(connection);
    };

    /// <summary>Announces a gigabyte, sends what is read of a reply, and waits for whoever reads on.</summary>
    public static Hostility Gigabyte { get; } = async (connection, host) =>
    {
        const int Read = 16 * 1024;
        await host.ReadAsync(connection);
        await host.WriteAsync(connection, "HTTP/1.1 500 Large\r\nContent-Length: 1000000000\r\n\r\n" + new string('x', Read));
        await host.HungUpOnAsync(connection);
        host.bodies.Writer.TryWrite(Read);
    };

    /// <summary>Sends for as long as anybody takes it.</summary>
    public static Hostility Endless { get; } = async (connection, host) =>
    {
        // Nothing of what is counted lies on this side.
        ((NetworkStream)connection).Socket.SendBufferSize = 4 * 1024;
        await host.ReadAsync(connection);
        await host.WriteAsync(connection, "HTTP/1.1 500 Endless\r\nTransfer-Encoding: chunked\r\n\r\n");
        var sent = 0L;
        try
        {
            for (; ; sent += 1024) await host.WriteAsync(connection, $"400\r\n{new string('x', 1024)}\r\n");
        }
        catch (IOException)
        {
            host.bodies.Writer.TryWrite(sent);
        }
    };

    /// <summary>Has a certificate that nobody trusts.</summary>
    public static Hostility Untrusted { get; } = async (connection, host) =>
    {
        using var certificate = TestCertificate.Create("127.0.0.1");
        await using var tls = new SslStream(connection, leaveInnerStreamOpen: true);
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, host.over.Token);
        await host.ReadAsync(tls);
    };

    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await serving;
        listener.Dispose();
        over.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptSocketAsync(over.Token);
                Connections++;
                await using var connection = new NetworkStream(socket, ownsSocket: true);
                try
                {
                    await behaviour(connection, this);
                }
                catch (Exception gone) when (gone is IOException or System.Security.Authentication.AuthenticationException)
                {
                    // The other side would have none of it.
                }
            }
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
        }
    }

    private async Task<string> ReadAsync(Stream connection)
    {
        var buffer = new byte[16 * 1024];
        var text = "";
        // The body of a message follows its headers and is a JSON object.
        while (!text.EndsWith('}'))
        {
            var read = await connection.ReadAsync(buffer, over.Token);
            if (read == 0) throw new IOException("Hung up before the message had arrived.");
            text += Encoding.UTF8.GetString(buffer, 0, read);
        }
        var first = text[..text.IndexOf('\r', StringComparison.Ordinal)];
        requests.Writer.TryWrite(first);
        return first;
    }

    private async Task WriteAsync(Stream connection, string text) => await connection.WriteAsync(Encoding.ASCII.GetBytes(text), over.Token);

    private async Task HungUpOnAsync(Stream connection)
    {
        while (await connection.ReadAsync(new byte[1024], over.Token) > 0)
        {
        }
    }
}
