using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class ExecutionSelectionTests
{
    /// <summary>Newest first: ex-5 … ex-1.</summary>
    private static readonly ImmutableArray<ExecutionSummary> Shown = [.. Enumerable.Range(0, 5).Select(i => ExecutionExamples.Row($"ex-{5 - i}", secondsAfterNoon: -i))];

    private static string[] Chosen(ExecutionSelection selection) => [.. Shown.Where(selection.Contains).Select(row => row.Id)];

    [Fact]
    public void A_row_is_chosen_by_touching_it_and_not_by_touching_it_again()
    {
        var once = ExecutionSelection.None.Toggle(Shown, "ex-3", range: false);
        Assert.Equal(["ex-3"], Chosen(once));
        Assert.True(once.Toggle(Shown, "ex-3", range: false).IsEmpty);
    }

    [Theory]
    [InlineData("ex-4", "ex-2")]
    [InlineData("ex-2", "ex-4")]
    public void A_range_goes_from_the_row_touched_before_whichever_is_above(string from, string to) =>
        Assert.Equal(["ex-4", "ex-3", "ex-2"], Chosen(ExecutionSelection.None.Toggle(Shown, from, range: false).Toggle(Shown, to, range: true)));

    [Fact]
    public void A_range_that_ends_at_a_chosen_row_is_taken_out()
    {
        var all = ExecutionSelection.None.TogglePage(Shown);
        Assert.Equal(["ex-5", "ex-1"], Chosen(all.Toggle(Shown, "ex-4", range: false).Toggle(Shown, "ex-2", range: true)));
    }

    [Fact]
    public void A_range_whose_beginning_has_left_the_list_is_one_row()
    {
        var selection = ExecutionSelection.None.Toggle(Shown, "ex-5", range: false);
        Assert.Equal(["ex-5", "ex-2"], selection.Toggle(Shown.RemoveAt(0), "ex-2", range: true).Rows.Keys.OrderDescending());
    }

    [Fact]
    public void All_that_are_shown_are_chosen_at_once_and_a_row_that_comes_later_is_not_among_them()
    {
        var all = ExecutionSelection.None.TogglePage(Shown);
        var grown = Shown.Insert(0, ExecutionExamples.Row("ex-6", secondsAfterNoon: 9));
        Assert.True(all.ContainsAll(Shown));
        Assert.False(all.ContainsAll(grown));
        Assert.Equal(6, all.TogglePage(grown).Rows.Count);
        Assert.True(all.TogglePage(Shown).IsEmpty);
    }

    [Fact]
    public void What_is_chosen_stays_so_while_it_changes_and_when_it_leaves_the_list()
    {
        var selection = ExecutionSelection.None.Toggle(Shown, "ex-5", range: false).Toggle(Shown, "ex-4", range: false);
        var ended = ExecutionExamples.Row("ex-5", ExecutionStatus.Completed, sequence: 9);
        selection = selection.Update(ended).Update(ExecutionExamples.Row("ex-1", ExecutionStatus.Failed, sequence: 9));
        Assert.Equal(["ex-4", "ex-5"], selection.Rows.Keys.Order());
        Assert.Equal(ExecutionStatus.Completed, selection.Rows["ex-5"].Status);
        Assert.Equal(1, selection.CountElsewhere(Shown.RemoveAt(0)));
    }

    [Fact]
    public void An_older_row_that_comes_late_changes_nothing()
    {
        var selection = ExecutionSelection.None.Toggle([ExecutionExamples.Row("ex-1", ExecutionStatus.Completed, sequence: 5)], "ex-1", range: false);
        Assert.Equal(ExecutionStatus.Completed, selection.Update(ExecutionExamples.Row("ex-1", sequence: 4)).Rows["ex-1"].Status);
    }

    [Fact]
    public void All_that_match_end_at_the_moment_of_the_choice()
    {
        var all = ExecutionSelection.All(new ExecutionQuery(50, Cursor: "there", Text: "x"), PageContext.Noon.AddSeconds(1), 1234);
        Assert.Equal(5, Chosen(all).Length);
        Assert.False(all.Contains(ExecutionExamples.Row("ex-6", secondsAfterNoon: 1)));
        Assert.Equal((PageContext.Noon.AddSeconds(1), null, "x"), (all.Matching!.CreatedTo, all.Matching.Cursor, all.Matching.Text));
    }

    [Fact]
    public void Who_takes_a_row_out_of_all_that_match_has_the_rows_that_are_shown()
    {
        var some = ExecutionSelection.All(new ExecutionQuery(), PageContext.Noon.AddSeconds(1), null).Toggle(Shown, "ex-3", range: false);
        Assert.Null(some.Matching);
        Assert.Equal(["ex-5", "ex-4", "ex-2", "ex-1"], Chosen(some));
    }
}
