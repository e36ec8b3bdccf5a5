using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Runtime;

public sealed class WatchTests
{
    private const string Waits = """{ "ref": "a", "type": "Flow.Wait", "input": { "seconds": 60 } }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    [InlineData(2)]
    public async Task A_watch_of_an_execution_that_waits_reads_its_journal_once_to_begin(int? after)
    {
        var reads = 0;
        await using var harness = await EngineHarness.StartProbedAsync(store => store.OnRead = _ => reads++);
        var id = await ParkAsync(harness);

        reads = 0;
        var watch = (await harness.Engine.WatchAsync(id, after, Token)).Value!;
        await using var changes = watch.Changes.GetAsyncEnumerator(Token);
        var next = changes.MoveNextAsync().AsTask();
        if (after is not null)
        {
            Assert.True(await next);
            Assert.Equal((after.Value + 1, watch.Snapshot.Sequence - after.Value), (changes.Current.FirstSequence, changes.Current.Events.Length));
            next = changes.MoveNextAsync().AsTask();
        }
        Assert.Equal(1, reads);

        await harness.EndAsync(id);
        Assert.True(await next);
        Assert.Equal(watch.Snapshot.Sequence + 1, changes.Current.FirstSequence);
    }

    [Fact]
    public async Task What_happens_between_the_snapshot_and_the_first_reading_is_told()
    {
        await using var harness = await EngineHarness.StartAsync();
        var id = await ParkAsync(harness);
        var watch = (await harness.Engine.WatchAsync(id, null, Token)).Value!;
        await harness.EndAsync(id);

        var told = await watch.Changes.SelectMany(change => change.Events.Select((item, i) => (change.FirstSequence + i, item))).ToListAsync(Token);
        Assert.Equal(Enumerable.Range(watch.Snapshot.Sequence + 1, told.Count), told.Select(item => item.Item1));
        Assert.IsType<ExecutionCompleted>(told[^1].item);
    }

    /// <summary>An execution that holds no place: nothing of it is in memory.</summary>
    private static async Task<string> ParkAsync(EngineHarness harness)
    {
        var id = await harness.ExecuteAsync(await harness.SaveAsync(Waits));
        await harness.SeeAsync<TaskWaiting>(id);
        while (harness.Get<ExecutionDispatcher>().ActiveCount > 0) await Task.Yield();
        return id;
    }
}
