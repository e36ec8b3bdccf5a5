using DataFlow.Engine.Webhooks;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookSignalTests
{
    private readonly WebhookSignal signal = new();
    private readonly FakeTimeProvider clock = new();

    [Fact]
    public async Task Raise_before_a_wait_is_not_lost()
    {
        signal.Raise();
        signal.Raise();

        await signal.WaitAsync(Timeout.InfiniteTimeSpan, clock, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Many_raises_are_one()
    {
        signal.Raise();
        signal.Raise();
        await signal.WaitAsync(Timeout.InfiniteTimeSpan, clock, TestContext.Current.CancellationToken);

        var second = signal.WaitAsync(Timeout.InfiniteTimeSpan, clock, TestContext.Current.CancellationToken);

        Assert.False(second.IsCompleted);
        signal.Raise();
        await second;
    }

    [Fact]
    public async Task WaitAsync_ends_when_its_time_is_over()
    {
        var wait = signal.WaitAsync(TimeSpan.FromSeconds(5), clock, TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(wait.IsCompleted);

        clock.Advance(TimeSpan.FromSeconds(0.1));

        await wait;
    }

    [Fact]
    public async Task WaitAsync_throws_when_the_host_stops()
    {
        using var stop = new CancellationTokenSource();
        var wait = signal.WaitAsync(TimeSpan.FromSeconds(5), clock, stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
