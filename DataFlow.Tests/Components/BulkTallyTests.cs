using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class BulkTallyTests
{
    private readonly List<BulkRequest> _asked = [];

    [Fact]
    public async Task Ids_are_changed_in_steps_and_each_is_asked_for_once()
    {
        var tallies = await ListAsync(new BulkRequest(BulkAction.Cancel) { Ids = [.. Enumerable.Range(0, 7).Select(i => $"ex-{i}")] }, step: 3, most: 100);
        Assert.Equal([3, 6, 7], tallies.Select(tally => tally.Looked));
        Assert.Equal(["ex-0,ex-1,ex-2", "ex-3,ex-4,ex-5", "ex-6"], _asked.Select(request => string.Join(',', request.Ids)));
        Assert.False(tallies[^1].More);
    }

    [Fact]
    public async Task A_filter_goes_on_where_the_step_before_ended()
    {
        var tallies = await ListAsync(new BulkRequest(BulkAction.Delete) { Filter = new ExecutionQuery(Text: "x") }, step: 10, most: 100, all: 25);
        Assert.Equal([10, 20, 25], tallies.Select(tally => tally.Looked));
        Assert.Equal([null, "10", "20"], _asked.Select(request => request.Filter!.Cursor));
        Assert.All(_asked, request => Assert.Equal("x", request.Filter!.Text));
    }

    [Fact]
    public async Task It_ends_at_the_most_and_says_that_there_is_more()
    {
        var tallies = await ListAsync(new BulkRequest(BulkAction.Replay) { Filter = new ExecutionQuery() }, step: 10, most: 15, all: 100);
        Assert.Equal(15, tallies[^1].Looked);
        Assert.True(tallies[^1].More);
        Assert.Equal([10, 5], _asked.Select(request => request.Limit));
    }

    [Fact]
    public async Task What_refused_is_counted_and_each_reason_told_once()
    {
        var tallies = await ListAsync(new BulkRequest(BulkAction.Cancel) { Ids = ["ex-ended-1", "ex-2", "ex-ended-3"] }, step: 2, most: 100);
        Assert.Equal((3, 1, 2), (tallies[^1].Looked, tallies[^1].Changed, tallies[^1].Refused));
        var (detail, ids) = Assert.Single(tallies[^1].ByReason);
        Assert.Equal("It has ended.", detail);
        Assert.Equal(["ex-ended-1", "ex-ended-3"], ids);
    }

    [Fact]
    public async Task A_refusal_ends_it()
    {
        var answers = new List<Answer<BulkTally>>();
        await foreach (var answer in BulkTally.ChangeAsync(_ => Task.FromResult<Answer<BulkResult>>(new Refusal(RefusalKind.NotFound, "not_found", "No.")), new BulkRequest(BulkAction.Cancel) { Ids = ["ex-1", "ex-2"] }, 1, 10))
            answers.Add(answer);
        Assert.Equal("not_found", Assert.Single(answers).Refusal!.Code);
    }

    private async Task<List<BulkTally>> ListAsync(BulkRequest request, int step, int most, int all = 0)
    {
        var tallies = new List<BulkTally>();
        await foreach (var answer in BulkTally.ChangeAsync(asked => Task.FromResult(Change(asked, all)), request, step, most)) tallies.Add(answer.Value!);
        return tallies;
    }

    private Answer<BulkResult> Change(BulkRequest request, int all)
    {
        _asked.Add(request);
        if (request.Filter is { } filter)
        {
            var from = filter.Cursor is { } cursor ? int.Parse(cursor, System.Globalization.CultureInfo.InvariantCulture) : 0;
            var count = Math.Min(request.Limit, all - from);
            return new BulkResult(count, count, [], from + count < all, from + count < all ? $"{from + count}" : null);
        }
        ImmutableArray<BulkRefusal> refused = [.. request.Ids.Where(id => id.Contains("ended", StringComparison.Ordinal)).Select(id => new BulkRefusal(id, "already_finished", "It has ended."))];
        return new BulkResult(request.Ids.Length, request.Ids.Length - refused.Length, refused, false, null);
    }
}
