using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class LiveRowsTests
{
    [Fact]
    public void A_known_row_is_replaced_in_its_place_and_keeps_its_name()
    {
        var rows = LiveRows.Merge([ExecutionExamples.Row("ex-2", secondsAfterNoon: 2), ExecutionExamples.Row("ex-1") with { WorkflowName = "Import" }],
            ExecutionExamples.Row("ex-1", ExecutionStatus.Completed, sequence: 5), true, 10);
        Assert.Equal(["ex-2", "ex-1"], rows.Select(row => row.Id));
        Assert.Equal((ExecutionStatus.Completed, "Import"), (rows[1].Status, rows[1].WorkflowName));
    }

    [Fact]
    public void A_late_row_never_takes_the_page_back_in_time() =>
        Assert.Equal(ExecutionStatus.Completed, LiveRows.Merge([ExecutionExamples.Row("ex-1", ExecutionStatus.Completed, sequence: 5)], ExecutionExamples.Row("ex-1", sequence: 2), true, 10)[0].Status);

    [Fact]
    public void A_new_row_goes_where_its_time_says()
    {
        var rows = LiveRows.Merge([ExecutionExamples.Row("ex-3", secondsAfterNoon: 3), ExecutionExamples.Row("ex-1", secondsAfterNoon: 1)], ExecutionExamples.Row("ex-2", secondsAfterNoon: 2), true, 10);
        Assert.Equal(["ex-3", "ex-2", "ex-1"], rows.Select(row => row.Id));
    }

    [Fact]
    public void A_row_that_no_longer_belongs_leaves() => Assert.Empty(LiveRows.Merge([ExecutionExamples.Row("ex-1")], ExecutionExamples.Row("ex-1", ExecutionStatus.Completed, sequence: 3), false, 10));

    [Fact]
    public void An_unknown_row_is_not_added_when_only_the_engine_could_tell() => Assert.Empty(LiveRows.Merge([], ExecutionExamples.Row("ex-1"), null, 10));

    [Fact]
    public void The_page_never_grows_beyond_its_length() =>
        Assert.Equal(["ex-2", "ex-1"], LiveRows.Merge([ExecutionExamples.Row("ex-1", secondsAfterNoon: 1), ExecutionExamples.Row("ex-0")], ExecutionExamples.Row("ex-2", secondsAfterNoon: 2), true, 2).Select(row => row.Id));
}
