using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Runtime;

public sealed class BulkTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_caller_that_has_left_changes_nothing_more()
    {
        using var leaving = new CancellationTokenSource();
        await using var harness = await EngineHarness.StartProbedAsync();
        var id = await harness.ExecuteAsync(await harness.SaveAsync("""{"ref":"a","type":"Test.Pure","input":{"value":1}}"""));
        await harness.EndAsync(id);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => harness.Engine.BulkAsync(new BulkRequest(BulkAction.Delete) { Ids = [id] }, leaving.Token));
        Assert.True((await harness.Engine.GetExecutionAsync(null, id, Token)).IsOk);
    }

    [Fact]
    public async Task A_filter_for_what_the_action_cannot_change_finds_nothing()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = await harness.ExecuteAsync(await harness.SaveAsync("""{"ref":"a","type":"Test.Pure","input":{"value":1}}"""));
        await harness.EndAsync(id);

        var answer = await harness.Engine.BulkAsync(new BulkRequest(BulkAction.Cancel) { Filter = new ExecutionQuery(Statuses: [ExecutionStatus.Completed]) }, Token);
        Assert.Equal((0, 0, false), (answer.Value!.Matched, answer.Value.Changed, answer.Value.More));
    }

    [Fact]
    public async Task A_filter_is_read_over_many_pages()
    {
        await using var harness = await EngineHarness.StartAsync();
        var workflow = await harness.SaveAsync("""{"ref":"a","type":"Test.Pure","input":{"value":1}}""");
        for (var i = 0; i < 130; i++) await harness.EndAsync(await harness.ExecuteAsync(workflow));

        var answer = await harness.Engine.BulkAsync(new BulkRequest(BulkAction.Delete) { Filter = new ExecutionQuery(WorkflowId: workflow), Limit = 120 }, Token);
        Assert.Equal((120, 120, true), (answer.Value!.Matched, answer.Value.Changed, answer.Value.More));
        Assert.Equal(10, (await harness.Engine.ListExecutionsAsync(new ExecutionQuery(100, WorkflowId: workflow), Token)).Value!.Items.Length);
    }
}
