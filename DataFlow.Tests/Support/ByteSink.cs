using System.Net;
using System.Net.Sockets;

namespace DataFlow.Tests.Support;

/// <summary>A listening socket that must not be reached: counts connections and bytes. Can also speak, raw, to whoever connects.</summary>
internal sealed class ByteSink : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly Task accepting;
    private readonly Func<NetworkStream, CancellationToken, Task>? speak;
    private int connections;
    private long bytes;

    public ByteSink(string address = "127.0.0.1", Func<NetworkStream, CancellationToken, Task>? speak = null)
    {
        this.speak = speak;
        listener = new(IPAddress.Parse(address), 0);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => Volatile.Read(ref connections);

    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Proves that the counter counts: connects itself, sends one byte, and waits until it has arrived. Earlier bytes have been counted by then.</summary>
    public async Task<(int Connections, long Bytes)> CountedAsync(CancellationToken cancellationToken)
    {
        var (before, sent) = (Connections, Bytes);
        using var probe = new TcpClient();
        await probe.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellationToken);
        await probe.GetStream().WriteAsync(new byte[1], cancellationToken);
        while (Connections == before || Bytes == sent)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
        return (Connections - 1, Bytes - 1);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        List<Task> served = [];
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                Interlocked.Increment(ref connections);
                served.Add(ServeAsync(client));
            }
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            await Task.WhenAll(served);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var owned = client;
        try
        {
            var stream = client.GetStream();
            if (speak is not null)
            {
                await speak(stream, stop.Token);
                return;
            }
            var buffer = new byte[4_096];
            while (await stream.ReadAsync(buffer, stop.Token) is > 0 and var read) Interlocked.Add(ref bytes, read);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
