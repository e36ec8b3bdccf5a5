namespace DataFlow.Web.Components.Executions;

/// <summary>Draws at once, then at most every <paramref name="pause"/>: a hundred events in a moment cost one picture, and the last is never lost.</summary>
internal sealed class RedrawThrottle(TimeProvider clock, TimeSpan pause, Func<Task> redraw) : IDisposable
{
    public static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private ITimer? timer;
    private bool wanted, resting, disposed;

    public void Request()
    {
        lock (gate)
        {
            if (disposed) return;
            if (resting) { wanted = true; return; }
            Rest();
        }
        _ = redraw();
    }

    public void Dispose()
    {
        lock (gate)
        {
            disposed = true;
            timer?.Dispose();
        }
    }

    private void Rest()
    {
        resting = true;
        timer?.Dispose();
        timer = clock.CreateTimer(_ => OnRested(), null, pause, Timeout.InfiniteTimeSpan);
    }

    private void OnRested()
    {
        lock (gate)
        {
            resting = false;
            if (disposed || !wanted) return;
            wanted = false;
            Rest();
        }
        _ = redraw();
    }
}
