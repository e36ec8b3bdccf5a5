using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class ExecutionPlaceTests
{
    private static readonly ExecutionPlace Place = new("ex-1a2b3c4d", At: 7);

    [Fact]
    public void The_address_holds_all_that_is_shown() =>
        Assert.Equal("/app/executions/ex-1a2b3c4d?task=down%26load&view=logs&at=7&line=12", (Place with { Task = "down&load", View = "logs", Line = 12 }).Address);

    [Fact]
    public void As_it_stands_needs_no_query() => Assert.Equal("/app/executions/ex-1a2b3c4d", Place.ToMoment(null));

    [Fact]
    public void A_task_is_chosen_at_the_same_moment_and_its_first_part_is_shown() =>
        Assert.Equal("/app/executions/ex-1a2b3c4d?task=b&at=7", (Place with { View = "events", Line = 3 }).ToTask("b"));

    [Fact]
    public void A_line_is_meant_in_the_log() => Assert.Equal("/app/executions/ex-1a2b3c4d?task=a&view=logs&at=7&line=9", (Place with { Task = "a" }).ToLine(9));
}
