using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Storage;

public sealed class InMemoryCommittedJournalTests : CommittedJournalTests
{
    private protected override Stores Open() => new InMemoryStores();
}

public sealed class SqliteCommittedJournalTests : CommittedJournalTests
{
    private protected override Stores Open() => new SqliteStores();

    [Fact]
    public async Task A_position_is_not_given_again_when_the_newest_journal_is_deleted()
    {
        await Stores.Executions.CreateAsync(Sample.New("ex-1"), Token);
        var ended = Sample.Complete(Sample.New("ex-1").Execution);
        await Stores.Executions.AppendAsync(ended, Token);
        var passed = await Journal.LastAsync(Token);
        Assert.Equal(DeleteOutcome.Deleted, await Stores.Executions.DeleteAsync("ex-1", Token));

        // A cursor that was given out stays one, and what comes is after it.
        Assert.Equal(passed, await Journal.LastAsync(Token));
        await Stores.Executions.CreateAsync(Sample.New("ex-2"), Token);

        Assert.Equal(["ex-2"], (await Journal.ReadAsync(passed, null, 10, Token)).Appends.Select(append => append.ExecutionId));
    }
}

/// <summary>What every store promises of all journals as one.</summary>
public abstract class CommittedJournalTests : IDisposable
{
    protected CommittedJournalTests() => Stores = Open();

    private protected Stores Stores { get; }

    private protected ICommittedJournal Journal => Stores.Committed;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected abstract Stores Open();

    public void Dispose()
    {
        Stores.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Nothing_is_at_position_0_and_stays_there()
    {
        Assert.Equal(0, await Journal.LastAsync(Token));
        var page = await Journal.ReadAsync(0, null, 10, Token);
        Assert.Equal(0, page.Position);
        Assert.Empty(page.Appends);
    }

    [Fact]
    public async Task Appends_come_in_the_order_of_commits_with_all_their_values()
    {
        var large = Sample.Json($$"""{ "page": "{{new string('x', 20_000)}}" }""");
        var one = Sample.New("ex-1", input: large);
        await Stores.Executions.CreateAsync(one, Token);
        await Stores.Executions.CreateAsync(Sample.New("ex-2", "wf-bbbbbbbb"), Token);
        var started = Sample.Start(one.Execution);
        await Stores.Executions.AppendAsync(started, Token);
        await Stores.Executions.AppendAsync(Sample.Complete(started.Execution, output: large), Token);

        var page = await Journal.ReadAsync(0, null, 10, Token);
        Assert.Equal([("ex-1", "wf-aaaaaaaa", 1), ("ex-2", "wf-bbbbbbbb", 1), ("ex-1", "wf-aaaaaaaa", 2), ("ex-1", "wf-aaaaaaaa", 3)], page.Appends.Select(append => (append.ExecutionId, append.WorkflowId, append.FirstSequence)));
        Assert.Equal(large.GetRawText(), Assert.IsType<ExecutionQueued>(page.Appends[0].Events.Single()).Input.GetRawText());
        Assert.Equal(large.GetRawText(), Assert.IsType<ExecutionCompleted>(page.Appends[3].Events.Single()).Output.GetRawText());
        Assert.Equal(page.Appends.Select(append => append.Position).Order().Distinct(), page.Appends.Select(append => append.Position));
        Assert.Equal((page.Position, page.Position), (page.Appends[^1].Position, await Journal.LastAsync(Token)));
    }

    [Fact]
    public async Task Pages_go_on_after_a_position_and_pass_over_other_workflows()
    {
        for (var i = 1; i <= 6; i++) await Stores.Executions.CreateAsync(Sample.New($"ex-{i}", i % 2 == 0 ? "wf-even0000" : "wf-odd00000"), Token);

        var (seen, position) = (new List<string>(), 0L);
        while (await Journal.ReadAsync(position, "wf-even0000", 2, Token) is var page && page.Position > position)
        {
            seen.AddRange(page.Appends.Select(append => append.ExecutionId));
            position = page.Position;
        }
        Assert.Equal(["ex-2", "ex-4", "ex-6"], seen);
    }
}
