using System.Net;
using System.Net.Sockets;
using DataFlow.Engine.Egress;

namespace DataFlow.Tests.Support;

/// <summary>Names that exist only in a test. An unknown one does not exist.</summary>
internal sealed class FakeResolver : IHostResolver
{
    private readonly Dictionary<string, Func<string[]>> names = new(StringComparer.Ordinal);

    /// <summary>Names asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    public FakeResolver With(string host, params string[] addresses) => With(host, () => addresses);

    public FakeResolver With(string host, Func<string[]> addresses)
    {
        names[host] = addresses;
        return this;
    }

    public Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        lock (Asked) Asked.Add(host);
        return names.TryGetValue(host, out var addresses)
            ? Task.FromResult(addresses().Select(IPAddress.Parse).ToArray())
            : Task.FromException<IPAddress[]>(new SocketException((int)SocketError.HostNotFound));
    }
}

/// <summary>Listeners that a test says are the server's own.</summary>
internal sealed class FakeListeners(params IPEndPoint[] own) : IOwnListeners
{
    public IReadOnlyCollection<IPEndPoint> Current => own;
}

/// <summary>The real egress with a test's names, clock and settings.</summary>
internal static class TestEgress
{
    /// <summary>Loopback is allowed, as in Development: for tests of what stands on top.</summary>
    public static EgressClientFactory Open(EgressOptions? options = null, TimeProvider? clock = null) => Create(options, allowLoopback: true, clock: clock);

    public static EgressClientFactory Create(
        EgressOptions? options = null, bool allowLoopback = false, bool allowOwnListeners = false, IHostResolver? resolver = null, TimeProvider? clock = null,
        IOwnListeners? listeners = null, params TrustedOrigin[] trusted)
    {
        options ??= new();
        var policy = new EgressPolicy(options, allowLoopback, allowOwnListeners, listeners ?? new FakeListeners(), trusted);
        return new(options, policy, resolver ?? new FakeResolver(), clock ?? TimeProvider.System);
    }
}
