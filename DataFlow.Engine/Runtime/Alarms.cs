namespace DataFlow.Engine.Runtime;

/// <summary>Wakes parked executions: one timer for any number of them, some 200 bytes each.</summary>
internal sealed class Alarms : IDisposable
{
    /// <summary>
    /// A timer counts the time that passes, moments are by the clock: when the clock is put forward or the machine has slept, nobody is late by more than this.
    /// </summary>
    public static readonly TimeSpan LongestSleep = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly PriorityQueue<string, DateTimeOffset> _waiting = new();
    private readonly Dictionary<string, DateTimeOffset> _next = [];
    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private bool _disposed;

    public Alarms(TimeProvider clock)
    {
        _clock = clock;
        _timer = clock.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Called for each whose moment has come. It may ring too often (a moment was put off), never too seldom.</summary>
    public Action<string> Rang { get; set; } = static _ => { };

    public void Set(string executionId, DateTimeOffset at)
    {
        lock (_gate)
        {
            // Whoever is woken sooner sets the later moment again; so commands that come and go pile up nothing.
            if (_next.TryGetValue(executionId, out var set) && set <= at) return;
            _next[executionId] = at;
            _waiting.Enqueue(executionId, at);
            Arm();
        }
    }

    public void Dispose()
    {
        lock (_gate) _disposed = true;
        _timer.Dispose();
    }

    private void Ring()
    {
        var due = new List<string>();
        lock (_gate)
        {
            var now = _clock.GetUtcNow();
            while (_waiting.TryPeek(out var executionId, out var at) && at <= now)
            {
                due.Add(executionId);
                _waiting.Dequeue();
                if (_next.TryGetValue(executionId, out var set) && set == at) _next.Remove(executionId);
            }
            Arm();
        }
        foreach (var executionId in due) Rang(executionId);
    }

    private void Arm()
    {
        if (_disposed || !_waiting.TryPeek(out _, out var at)) return;
        var wait = at - _clock.GetUtcNow();
        _timer.Change(wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : wait > LongestSleep ? LongestSleep : wait, Timeout.InfiniteTimeSpan);
    }
}
