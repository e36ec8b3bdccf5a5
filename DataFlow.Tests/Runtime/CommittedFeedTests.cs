using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Tests.Storage;
using Microsoft.Extensions.Logging.Abstractions;

namespace DataFlow.Tests.Runtime;

public sealed class CommittedFeedTests : IDisposable
{
    private readonly InMemoryStores _stores = new();
    private readonly ExecutionFeed _executions = new();
    private readonly CommittedFeed _feed;

    public CommittedFeedTests() => _feed = new CommittedFeed(_stores.Committed, _executions, TimeProvider.System, NullLogger<CommittedFeed>.Instance, mostKept: 4);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _feed.Dispose();
        _stores.Dispose();
    }

    [Fact]
    public async Task A_reader_gets_what_was_committed_before_and_what_is_committed_while_it_reads()
    {
        await CommitAsync(1, 3);
        var reading = ReadAsync(0, 30);
        await CommitAsync(4, 30);
        Assert.Equal(Numbers(1, 30), await reading);
    }

    [Fact]
    public async Task A_reader_that_falls_behind_what_is_kept_misses_nothing()
    {
        await CommitAsync(1, 1);
        var (taken, paused, go) = (new List<string>(), new TaskCompletionSource(), new TaskCompletionSource());
        var slow = Task.Run(async () =>
        {
            await foreach (var append in _feed.ReadAsync(0, null, Token))
            {
                taken.Add(append.ExecutionId);
                if (taken.Count == 1)
                {
                    paused.SetResult();
                    await go.Task;
                }
                if (taken.Count == 50) break;
            }
        }, Token);
        await paused.Task;
        var quick = ReadAsync(0, 50);
        await CommitAsync(2, 50);
        Assert.Equal(Numbers(1, 50), await quick);

        go.SetResult();
        await slow;
        Assert.Equal(Numbers(1, 50), taken);
        Assert.Equal(0, _feed.WatcherCount);
    }

    [Fact]
    public async Task Following_begins_again_after_everybody_had_left()
    {
        var first = ReadAsync(0, 2);
        await CommitAsync(1, 2);
        await first;
        await CommitAsync(3, 9);
        var second = ReadAsync(2, 10);
        await CommitAsync(10, 12);

        Assert.Equal(Numbers(3, 12), await second);
        Assert.Null(_executions.Published);
    }

    [Fact]
    public async Task Readers_of_one_workflow_get_its_appends_only()
    {
        var odd = ReadAsync(0, 10, "wf-odd00000");
        await CommitAsync(1, 20);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"ex-{2 * i + 1}"), await odd);
    }

    private static IEnumerable<string> Numbers(int first, int last) => Enumerable.Range(first, last - first + 1).Select(i => $"ex-{i}");

    private Task<List<string>> ReadAsync(long after, int count, string? workflowId = null) => Task.Run(async () =>
    {
        var taken = new List<string>();
        await foreach (var append in _feed.ReadAsync(after, workflowId, Token))
        {
            taken.Add(append.ExecutionId);
            if (taken.Count == count) break;
        }
        return taken;
    }, Token);

    private async Task CommitAsync(int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            var creation = Sample.New($"ex-{i}", i % 2 == 0 ? "wf-even0000" : "wf-odd00000");
            await _stores.Executions.CreateAsync(creation, Token);
            _executions.Publish(creation.Execution, 1, creation.Events);
            await Task.Yield();
        }
    }
}
