using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DataFlow.Tests.Storage;

/// <summary>A database from before figures were sums and failures had an index.</summary>
public sealed class ListIndexBackfillTests : IDisposable
{
    private const long Minute = 60_000_000;

    private readonly string _directory = Directory.CreateTempSubdirectory("dataflow-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_directory, SqliteDatabase.FileName);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Its_figures_failures_and_labels_are_found_again()
    {
        WriteOld();
        using var stores = new SqliteStores(_directory);
        var day = await stores.Executions.ReadStatisticsAsync(At(1_000), At(2_000), 2, Token);
        Assert.Equal((4, 2, 1), (day.Completed, day.Failed, day.Cancelled));
        Assert.Equal([(3, 1), (1, 1)], day.Buckets.Select(bucket => (bucket.Completed, bucket.Failed)));
        Assert.Equal([new FailingWorkflow("wf-a", "wf-a", 2, 5)], day.FailingMost);
        Assert.InRange(day.P95!.Value.TotalSeconds, 19.6, 20.4);
        Assert.InRange((await stores.Executions.ReadStatisticsAsync(At(1_000), At(1_010), 1, Token)).P95!.Value.TotalSeconds, 4.9, 5.1);
        Assert.Equal(["ex-3"], (await stores.Executions.ListAsync(new ExecutionQuery(Text: "ärgernis"), Token)).Items.Select(row => row.Id));
        Assert.Equal(["ex-1"], (await stores.Executions.ListAsync(new ExecutionQuery(WorkflowId: "wf-a", Label: "team"), Token)).Items.Select(row => row.Id));
    }

    [Fact]
    public async Task What_was_stopped_half_way_is_done_at_the_next_start_and_once()
    {
        WriteOld();
        using (var context = StorageContext.Open(Database))
        using (var old = Connection.Open(Database, create: false))
            old.ExecuteScript(context.GetService<IMigrator>().GenerateScript(DatabaseSchema.Known[3], DatabaseSchema.Known[^1]));
        for (var start = 0; start < 2; start++)
        {
            using var stores = new SqliteStores(_directory);
            Assert.Equal(4, (await stores.Executions.ReadStatisticsAsync(At(1_000), At(2_000), 2, Token)).Completed);
        }
    }

    [Fact]
    public async Task An_index_of_failures_from_before_it_was_in_parts_is_made_anew()
    {
        using (var stores = new SqliteStores(_directory))
        {
            var creation = Sample.New("ex-1");
            await stores.Executions.CreateAsync(creation, Token);
            await stores.Executions.AppendAsync(Sample.Fail(creation.Execution, "the_needle"), Token);
        }
        using (var old = Connection.Open(Database, create: false))
            old.ExecuteScript("DROP TABLE failure_text_1; CREATE VIRTUAL TABLE failure_text USING fts5(text, content='', contentless_delete=1, tokenize='trigram case_sensitive 1', detail=none)");
        using var again = new SqliteStores(_directory);
        Assert.Equal(["ex-1"], (await again.Executions.ListAsync(new ExecutionQuery(Text: "needle"), Token)).Items.Select(row => row.Id));
        Assert.Equal("0", again.Database.Read(connection => connection.Scalar("SELECT count(*) FROM sqlite_schema WHERE name = 'failure_text'")));
    }

    [Fact]
    public async Task What_ends_afterwards_is_added()
    {
        WriteOld();
        using (var stores = new SqliteStores(_directory))
        {
            var creation = Sample.New("ex-9", "wf-a", At(1_900));
            await stores.Executions.CreateAsync(creation, Token);
            await stores.Executions.AppendAsync(Sample.Fail(creation.Execution, at: At(1_900)), Token);
        }
        using var again = new SqliteStores(_directory);
        Assert.Equal([new FailingWorkflow("wf-a", "wf-a", 3, 6)], (await again.Executions.ReadStatisticsAsync(At(1_000), At(2_000), 2, Token)).FailingMost);
    }

    private static DateTimeOffset At(long minute) => DateTimeOffset.UnixEpoch.AddMinutes(minute);

    /// <summary>Four executions, and figures of some that are gone.</summary>
    private void WriteOld()
    {
        using var context = StorageContext.Open(Database);
        using var old = Connection.Open(Database, create: true);
        old.ExecuteScript(context.GetService<IMigrator>().GenerateScript(null, DatabaseSchema.Known[3]));
        old.ExecuteScript($"""
            INSERT INTO execution (key, id, workflow_id, workflow_version, status, created_at, started_at, completed_at, sequence, failure_code, failure_message, labels) VALUES
                (1, 'ex-1', 'wf-a', 1, 2, {1_000 * Minute}, {1_000 * Minute}, {1_000 * Minute + 5_000_000}, 3, NULL, NULL, '{"{"}"team":"a"{"}"}'),
                (2, 'ex-2', 'wf-b', 1, 2, {1_000 * Minute}, {1_600 * Minute}, {1_600 * Minute + 20_000_000}, 3, NULL, NULL, NULL),
                (3, 'ex-3', 'wf-a', 1, 3, {1_600 * Minute}, {1_600 * Minute}, {1_600 * Minute}, 3, 'code', 'Großes Ärgernis', NULL),
                (4, 'ex-4', 'wf-a', 1, 1, {1_700 * Minute}, {1_700 * Minute}, NULL, 3, NULL, NULL, NULL);
            INSERT INTO label (key, text) VALUES (1, 'team'), (2, 'team=a');
            INSERT INTO execution_label (label_key, execution_key) VALUES (1, 1), (2, 1);
            INSERT INTO created_minute (minute, first_key, last_key) VALUES (1000, 1, 2), (1600, 3, 3), (1700, 4, 4);
            INSERT INTO ended_minute (minute, workflow_id, completed, failed, cancelled) VALUES (900, 'wf-a', 7, 7, 7), (1000, 'wf-a', 3, 1, 0), (1600, 'wf-a', 0, 1, 0), (1600, 'wf-b', 1, 0, 1);
            """);
    }
}
