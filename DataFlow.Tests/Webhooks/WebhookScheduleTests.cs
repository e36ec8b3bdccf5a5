using DataFlow.Engine.Webhooks;
using Microsoft.Extensions.Options;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookScheduleTests
{
    private static readonly DateTimeOffset Now = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Waits_are_those_of_the_specification() =>
        Assert.Equal(new TimeSpan(75, 35, 5), WebhookSchedule.Waits.Aggregate(TimeSpan.Zero, (sum, wait) => sum + wait));

    [Theory]
    [InlineData(0.0, 0.9)]
    [InlineData(0.5, 1.0)]
    [InlineData(0.999999, 1.1)]
    public void Next_moves_each_wait_by_a_tenth_at_most(double chance, double factor)
    {
        var schedule = Schedule(10, chance);

        foreach (var (index, wait) in WebhookSchedule.Waits.Index())
            Assert.Equal(Now + (wait * factor), schedule.Next(index + 1, Now, null)!.Value, wait * 0.0001);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(3)]
    [InlineData(1)]
    public void Next_ends_after_the_last_attempt(int attempts)
    {
        var schedule = Schedule(attempts, 0.5);

        Assert.All(Enumerable.Range(1, attempts - 1), made => Assert.NotNull(schedule.Next(made, Now, null)));
        Assert.Null(schedule.Next(attempts, Now, null));
        Assert.Null(schedule.Next(attempts + 1, Now, TimeSpan.FromHours(1)));
    }

    [Theory]
    [InlineData(3_600, 3_600)]
    [InlineData(1, 5)]
    [InlineData(-60, 5)]
    [InlineData(10_000_000, 86_400)]
    public void Next_honours_what_the_receiver_asks_for_up_to_a_day(int askedSeconds, int expectedSeconds) =>
        Assert.Equal(Now.AddSeconds(expectedSeconds), Schedule(10, 0.5).Next(1, Now, TimeSpan.FromSeconds(askedSeconds)));

    [Fact]
    public void Next_never_shortens_the_schedule() =>
        Assert.Equal(Now + (WebhookSchedule.Waits[8] * 1.1), Schedule(10, 1.0).Next(9, Now, TimeSpan.FromDays(365))!.Value, TimeSpan.FromSeconds(1));

    private static WebhookSchedule Schedule(int attempts, double chance) => new(Options.Create(new WebhookOptions { MaxAttempts = attempts }), () => chance);
}
