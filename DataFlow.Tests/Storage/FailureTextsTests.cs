using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;

namespace DataFlow.Tests.Storage;

/// <summary>The index of what failed executions say is in parts; nobody who searches notices.</summary>
public sealed class FailureTextsTests : IDisposable
{
    private readonly SqliteStores _stores = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SqliteDatabase Database => _stores.Database;

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task Failures_are_found_in_every_part_of_their_index()
    {
        await Database.WriteAsync(session =>
        {
            var texts = new FailureTexts(mostInPart: 2);
            for (var key = 1; key <= 5; key++)
            {
                session.Connection.Execute($"INSERT INTO execution (key, id, workflow_id, workflow_version, status, created_at, completed_at, sequence, failure_code) VALUES ({key}, 'ex-{key}', 'wf-aaaaaaaa', 1, 3, {key}, {key}, 1, 'code_{key % 2}')");
                texts.Add(session.Connection, key, $"code_{key % 2}", null, null);
            }
            texts.Forget();
            return 0;
        });
        Assert.Equal([1L, 2L, 3L], Database.Read(FailureTexts.Parts));
        Assert.Equal(["ex-5", "ex-3", "ex-1"], (await _stores.Executions.ListAsync(new ExecutionQuery(Text: "code_1"), Token)).Items.Select(row => row.Id));
        Assert.Equal(["ex-4", "ex-2"], (await _stores.Executions.ListAsync(new ExecutionQuery(Text: "ode_0"), Token)).Items.Select(row => row.Id));
        Assert.Empty((await _stores.Executions.ListAsync(new ExecutionQuery(Text: "code_2"), Token)).Items);
    }

    [Fact]
    public async Task A_part_of_the_index_of_failures_that_was_rolled_back_is_made_again()
    {
        var creation = Sample.New("ex-1");
        await _stores.Executions.CreateAsync(creation, Token);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync<int>(session =>
        {
            session.Failures.Add(session.Connection, 1, "never", null, null);
            throw new InvalidOperationException("A bug.");
        }));
        await _stores.Executions.AppendAsync(Sample.Fail(creation.Execution, "the_needle"), Token);
        Assert.Single((await _stores.Executions.ListAsync(new ExecutionQuery(Text: "needle"), Token)).Items);
    }
}
