using System.Collections.Immutable;
using CsCheck;
using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class ExecutionFilterTests
{
    private static string QueryOf(ExecutionFilter filter) => new Uri("http://x" + filter.ToAddress()).Query;

    [Fact]
    public void A_filter_is_its_address_and_comes_back_from_it() =>
        Gen.Select(Gen.String[Gen.Char['!', '~'], 1, 12], Gen.Enum<ExecutionStatus>().ArrayUnique[0, 5], Gen.Int[0, 4]).Sample((text, statuses, time) =>
        {
            var within = time == 4 ? null : ExecutionFilter.Times[time].Key;
            var filter = new ExecutionFilter(text, [.. statuses.Order()], within, text + "=" + text, text);
            var read = ExecutionFilter.FromQuery(QueryOf(filter));
            return read with { Statuses = [] } == filter with { Statuses = [] } && read.Statuses.SequenceEqual(filter.Statuses);
        });

    [Fact]
    public void An_empty_filter_has_a_plain_address() => Assert.Equal("/app/executions", new ExecutionFilter().ToAddress());

    [Theory]
    [InlineData("?status=nonsense,9,failed", "Failed")]
    [InlineData("?status=RUNNING,running", "Running")]
    [InlineData("?within=yesterday&status=", "")]
    public void What_is_not_understood_counts_as_absent(string query, string expected)
    {
        var filter = ExecutionFilter.FromQuery(query);
        Assert.Equal(expected, string.Join(",", filter.Statuses));
        Assert.Null(filter.Within);
    }

    [Fact]
    public void Time_becomes_a_moment_when_it_is_asked_for() =>
        Assert.Equal(PageContext.Noon.AddHours(-1), new ExecutionFilter(Within: "1h").ToQuery(PageContext.Noon, null, 50).CreatedFrom);

    [Fact]
    public void Toggle_adds_and_takes_away()
    {
        var one = new ExecutionFilter().Toggle(ExecutionStatus.Failed);
        Assert.Equal([ExecutionStatus.Failed], one.Statuses);
        Assert.Empty(one.Toggle(ExecutionStatus.Failed).Statuses);
    }

    [Fact]
    public void Admits_knows_what_a_row_can_tell_and_leaves_labels_to_the_engine()
    {
        var row = ExecutionExamples.Row("ex-1", ExecutionStatus.Failed) with { WorkflowName = "Nightly import", FailureCode = "timeout" };
        var now = PageContext.Noon.AddMinutes(1);
        Assert.True(new ExecutionFilter(Statuses: [ExecutionStatus.Failed], Text: "TIMEOUT").Admits(row, now));
        Assert.False(new ExecutionFilter(Statuses: [ExecutionStatus.Running]).Admits(row, now));
        Assert.False(new ExecutionFilter(WorkflowId: "wf-other").Admits(row, now));
        Assert.False(new ExecutionFilter(Within: "1h").Admits(row, now.AddHours(2)));
        Assert.Null(new ExecutionFilter(Label: "team").Admits(row, now));
    }

    [Theory]
    [InlineData("FETCH_PRI", true)]
    [InlineData("no longer", true)]
    [InlineData("1a2", true)]
    [InlineData("EX-1A", true)]
    [InlineData("ex-2", false)]
    [InlineData("price", true)]
    public void Text_finds_in_a_row_what_the_engine_finds_in_it(string text, bool expected)
    {
        var row = ExecutionExamples.Row("ex-1a2b", ExecutionStatus.Failed) with { FailedRef = "fetch_prices", FailureMessage = "The server is no longer there." };
        Assert.Equal(expected, new ExecutionFilter(Text: text).Admits(row, PageContext.Noon));
    }

    [Fact]
    public void A_text_that_is_not_in_a_row_may_be_a_label_of_its_workflow() =>
        Assert.Null(new ExecutionFilter(Text: "finance").Admits(ExecutionExamples.Row("ex-1a2b"), PageContext.Noon));

    [Fact]
    public void A_filter_says_in_words_what_it_finds()
    {
        Assert.Empty(new ExecutionFilter().InWords(null));
        var filter = new ExecutionFilter("wf-1", [ExecutionStatus.Failed, ExecutionStatus.Cancelled], "24h", "team=a", "time");
        Assert.Equal(["of Nightly", "failed or cancelled", "accepted in the last 24 hours", "with label team=a", "with “time”"], filter.InWords("Nightly"));
    }
}
