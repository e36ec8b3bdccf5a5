namespace DataFlow.Engine.Webhooks;

/// <summary>
/// How many attempts may be under way to each host. A host that could not be reached several times in a row gets one probe now and then
/// instead, so that its backlog costs the others nothing. Not thread-safe: the dispatcher's loop alone uses it.
/// </summary>
/// <param name="perHost">Attempts under way at once to one host.</param>
internal sealed class HostCircuits(int perHost)
{
    private const int FailuresToTrip = 5;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    // Shorter than the longer waits of the schedule: a circuit never makes a lone message miss its time by much.
    private static readonly TimeSpan Memory = TimeSpan.FromHours(1);

    private readonly Dictionary<string, Host> hosts = new(StringComparer.Ordinal);

    /// <summary>Hosts that could not be reached several times in a row.</summary>
    public int Tripped => hosts.Values.Count(static host => host.Failures >= FailuresToTrip);

    /// <summary>Takes a place; false when there is none now.</summary>
    public bool TryEnter(string name, DateTimeOffset now)
    {
        if (!hosts.TryGetValue(name, out var host))
            hosts[name] = host = new Host();
        if (!HasPlace(host, now))
            return false;

        host.UnderWay++;
        return true;
    }

    /// <summary>Gives the place back.</summary>
    /// <param name="name">The host.</param>
    /// <param name="reached">Whether it answered, whatever it said; <c>null</c>: it was not tried.</param>
    /// <param name="now">When.</param>
    public void Leave(string name, bool? reached, DateTimeOffset now)
    {
        var host = hosts[name];
        host.UnderWay--;
        if (reached is true)
            host.Failures = 0;
        else if (reached is false)
            Fail(host, now);

        if (host is { UnderWay: 0, Failures: 0 })
            hosts.Remove(name);
    }

    /// <summary>Hosts that have no place now.</summary>
    public IReadOnlySet<string> Closed(DateTimeOffset now)
    {
        var closed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, host) in hosts)
        {
            if (host.UnderWay == 0 && now - host.FailedAt > Memory)
                hosts.Remove(name);
            else if (!HasPlace(host, now))
                closed.Add(name);
        }

        return closed;
    }

    private bool HasPlace(Host host, DateTimeOffset now) =>
        host.Failures < FailuresToTrip ? host.UnderWay < perHost : host.UnderWay == 0 && now >= host.ProbeAt;

    private static void Fail(Host host, DateTimeOffset now)
    {
        host.Failures++;
        host.FailedAt = now;
        if (host.Failures < FailuresToTrip)
            return;

        var doublings = Math.Min(host.Failures - FailuresToTrip, 10);
        var pause = ShortestPause * (1 << doublings);
        host.ProbeAt = now + (pause < LongestPause ? pause : LongestPause);
    }

    private sealed class Host
    {
        public int UnderWay { get; set; }

        public int Failures { get; set; }

        public DateTimeOffset FailedAt { get; set; }

        public DateTimeOffset ProbeAt { get; set; }
    }
}
