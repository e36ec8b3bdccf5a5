using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Executions;
using static DataFlow.Tests.Components.ExecutionExamples;

namespace DataFlow.Tests.Components;

public sealed class PictureAgeTests
{
    private static readonly Execution Execution = Running(Run("a", TaskRunStatus.Running));

    [Theory]
    [InlineData(10, 1)]
    [InlineData(600, 3)]
    [InlineData(86_400, 60)]
    public void The_longer_an_execution_lasts_the_seldomer_its_bars_are_seen_to_move(int seconds, int age) => Assert.Equal(TimeSpan.FromSeconds(age), AgeOf(Execution, seconds));

    [Fact]
    public void A_countdown_of_seconds_is_drawn_every_second_and_one_of_hours_is_not()
    {
        Assert.Equal(TimeSpan.FromSeconds(1), AgeOf(Running(Run("a", TaskRunStatus.Running) with { WaitUntil = PageContext.Noon.AddSeconds(86_400 + 3_599) }), 86_400));
        Assert.Equal(TimeSpan.FromSeconds(1), AgeOf(Running(Run("a", TaskRunStatus.Running) with { RetryAt = PageContext.Noon.AddSeconds(86_400 + 3_599) }), 86_400));
        Assert.Equal(TimeSpan.FromMinutes(1), AgeOf(Running(Run("a", TaskRunStatus.Running) with { WaitUntil = PageContext.Noon.AddSeconds(86_400 + 3_600) }), 86_400));
    }

    [Fact]
    public void A_place_in_the_queue_is_read_every_second() => Assert.Equal(TimeSpan.FromSeconds(1), AgeOf(Running() with { Status = ExecutionStatus.Pending }, 86_400));

    private static TimeSpan AgeOf(Execution execution, int seconds)
    {
        var now = PageContext.Noon.AddSeconds(seconds);
        return PictureAge.Of(execution, TimeScale.Of(execution, now), now);
    }
}
