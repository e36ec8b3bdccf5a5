using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Webhooks;

/// <summary>A clock the test moves, that also tells when somebody has begun to wait for a moment: moving it before that would be too early.</summary>
internal sealed class DrivenClock() : FakeTimeProvider(new DateTimeOffset(2026, 10, 1, 12, 0, 0, TimeSpan.Zero))
{
    private readonly ConcurrentDictionary<DateTimeOffset, TaskCompletionSource> timers = new();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Told(this, base.CreateTimer(callback, state, dueTime, period));
        Tell(dueTime);
        return timer;
    }

    /// <summary>Waits until somebody waits for this moment, then lets it come.</summary>
    public async Task ReachAsync(DateTimeOffset moment)
    {
        await AwaitedAsync(moment);
        SetUtcNow(moment);
    }

    /// <summary>Waits until somebody waits for this moment.</summary>
    public Task AwaitedAsync(DateTimeOffset moment) => TimerAt(moment).Task.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);

    private TaskCompletionSource TimerAt(DateTimeOffset moment) =>
        timers.GetOrAdd(moment, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Tell(TimeSpan dueTime)
    {
        if (dueTime > TimeSpan.Zero)
            TimerAt(GetUtcNow() + dueTime).TrySetResult();
    }

    private sealed class Told(DrivenClock clock, ITimer inner) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var changed = inner.Change(dueTime, period);
            clock.Tell(dueTime);
            return changed;
        }

        public void Dispose() => inner.Dispose();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
