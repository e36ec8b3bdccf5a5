using DataFlow.Web.Components.Executions;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Components;

public sealed class RedrawThrottleTests
{
    private readonly FakeTimeProvider clock = new();
    private int drawn;

    private RedrawThrottle Create() => new(clock, RedrawThrottle.Usual, () => { drawn++; return Task.CompletedTask; });

    [Fact]
    public void The_first_request_draws_at_once()
    {
        using var throttle = Create();
        throttle.Request();
        Assert.Equal(1, drawn);
    }

    [Fact]
    public void A_burst_costs_two_pictures_and_the_last_is_never_lost()
    {
        using var throttle = Create();
        for (var i = 0; i < 100; i++) throttle.Request();
        Assert.Equal(1, drawn);
        clock.Advance(RedrawThrottle.Usual);
        Assert.Equal(2, drawn);
        clock.Advance(RedrawThrottle.Usual);
        Assert.Equal(2, drawn);
    }

    [Fact]
    public void Nothing_is_drawn_after_the_page_was_left()
    {
        var throttle = Create();
        throttle.Request();
        throttle.Request();
        throttle.Dispose();
        clock.Advance(RedrawThrottle.Usual);
        throttle.Request();
        Assert.Equal(1, drawn);
    }
}
