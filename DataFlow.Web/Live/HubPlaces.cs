using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Options;

namespace DataFlow.Web.Live;

/// <summary>How many connect, and how much each watches.</summary>
internal sealed class HubPlaces(IOptions<LiveOptions> options)
{
    private static readonly object s_streams = new();

    private int _connections;

    public int Connections => Volatile.Read(ref _connections);

    /// <exception cref="HubException"><c>too_many_connections</c></exception>
    public void Connect(HubCallerContext caller)
    {
        if (Interlocked.Increment(ref _connections) > options.Value.MaxConnections)
        {
            Interlocked.Decrement(ref _connections);
            throw Refusals.Refused("too_many_connections", $"{options.Value.MaxConnections:N0} programs are connected. Use one connection for all you watch, or raise DataFlow:Live:MaxConnections.");
        }
        caller.Items[s_streams] = new Streams();
    }

    public void Disconnect(HubCallerContext caller)
    {
        if (caller.Items.Remove(s_streams)) Interlocked.Decrement(ref _connections);
    }

    /// <summary>Takes a place for a stream; dispose to give it back.</summary>
    /// <exception cref="HubException"><c>too_many_streams</c></exception>
    public IDisposable Open(HubCallerContext caller)
    {
        var streams = (Streams)caller.Items[s_streams]!;
        return streams.TryOpen(options.Value.MaxStreams)
            ? streams
            : throw Refusals.Refused("too_many_streams", $"{options.Value.MaxStreams:N0} streams are open on this connection. Close some, watch a workflow or all, or raise DataFlow:Live:MaxStreams.");
    }

    private sealed class Streams : IDisposable
    {
        private int _open;

        public bool TryOpen(int most)
        {
            if (Interlocked.Increment(ref _open) <= most) return true;
            Interlocked.Decrement(ref _open);
            return false;
        }

        public void Dispose() => Interlocked.Decrement(ref _open);
    }
}

/// <summary>What the API answers as a problem, as the one thing a hub can throw: its code, a colon, its words.</summary>
internal static class Refusals
{
    public static HubException Refused(string code, string detail) => new($"{code}: {detail}");

    public static HubException Refused(Engine.Refusal refusal) => Refused(refusal.Code, refusal.Detail);
}
