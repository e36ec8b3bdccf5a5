using DataFlow.Engine.Webhooks;

namespace DataFlow.Tests.Webhooks;

public sealed class HostCircuitsTests
{
    private const string Dead = "dead.example:443";
    private static readonly DateTimeOffset Now = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly HostCircuits circuits = new(perHost: 2);

    [Fact]
    public void TryEnter_gives_a_host_its_places_and_no_more()
    {
        Assert.True(circuits.TryEnter(Dead, Now));
        Assert.True(circuits.TryEnter(Dead, Now));
        Assert.False(circuits.TryEnter(Dead, Now));
        Assert.True(circuits.TryEnter("other.example:443", Now));
        Assert.Equal([Dead], circuits.Closed(Now));
    }

    [Fact]
    public void Leave_gives_a_place_back()
    {
        Assert.True(circuits.TryEnter(Dead, Now));
        Assert.True(circuits.TryEnter(Dead, Now));
        circuits.Leave(Dead, reached: true, Now);

        Assert.Empty(circuits.Closed(Now));
        Assert.True(circuits.TryEnter(Dead, Now));
    }

    [Fact]
    public void A_host_that_was_never_reached_gets_one_probe_after_a_pause()
    {
        Fail(times: 5, Now);

        Assert.False(circuits.TryEnter(Dead, Now.AddSeconds(29)));
        Assert.True(circuits.TryEnter(Dead, Now.AddSeconds(30)));
        Assert.False(circuits.TryEnter(Dead, Now.AddSeconds(30)));
    }

    [Fact]
    public void Pauses_double_up_to_five_minutes()
    {
        Fail(times: 5, Now);
        var at = Now;
        foreach (var pause in new[] { 30, 60, 120, 240, 300, 300 })
        {
            Assert.False(circuits.TryEnter(Dead, at.AddSeconds(pause - 1)));
            at = at.AddSeconds(pause);
            Fail(times: 1, at);
        }
    }

    [Fact]
    public void One_answer_whatever_it_says_opens_all_places_again()
    {
        var later = Fail(times: 7, Now).AddMinutes(2);
        Assert.True(circuits.TryEnter(Dead, later));
        circuits.Leave(Dead, reached: true, later);

        Assert.True(circuits.TryEnter(Dead, later));
        Assert.True(circuits.TryEnter(Dead, later));
    }

    [Fact]
    public void Attempts_that_never_reached_out_say_nothing_about_the_host()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            Assert.True(circuits.TryEnter(Dead, Now));
            circuits.Leave(Dead, reached: null, Now);
        }

        Assert.Empty(circuits.Closed(Now));
    }

    [Fact]
    public void Failures_are_forgotten_after_an_hour()
    {
        var later = Fail(times: 9, Now).AddMinutes(61);
        Assert.Empty(circuits.Closed(later));

        Assert.True(circuits.TryEnter(Dead, later));
        Assert.True(circuits.TryEnter(Dead, later));
    }

    // Waits for the next probe where one is needed; answers the time of the last failure.
    private DateTimeOffset Fail(int times, DateTimeOffset at)
    {
        for (var failure = 0; failure < times; failure++)
        {
            while (!circuits.TryEnter(Dead, at))
                at = at.AddSeconds(30);
            circuits.Leave(Dead, reached: false, at);
        }

        return at;
    }
}
