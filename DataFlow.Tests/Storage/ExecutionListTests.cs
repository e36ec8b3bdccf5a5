using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Retention;
using DataFlow.Engine.Storage.Sqlite;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DataFlow.Tests.Storage;

/// <summary>How SQLite answers lists: by an index, whatever is asked for.</summary>
public sealed class ExecutionListTests : IDisposable
{
    private readonly SqliteStores _stores = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task No_list_walks_through_all_executions()
    {
        await Fill();
        foreach (var query in Combinations())
            AssertPlans(connection => new ExecutionList(connection, query).Read());
    }

    [Fact]
    public async Task Nothing_that_pages_and_retention_ask_sorts_or_walks_through_the_journal()
    {
        await Fill();
        AssertPlans(connection => ExecutionReads.ListRecent(connection, ["wf-aaaaaaaa"], 5));
        var day = new StatisticsWindow(Sample.Noon, Sample.Noon.AddDays(1), 24);
        AssertPlans(connection => new StatisticsReader(connection, day).Read(_stores.Database.Counts));
        AssertPlans(connection => EndedFiguresTrim.Choose(connection, Sample.Noon.AddDays(1)));
        AssertPlans(connection => ExecutionReads.Find(connection, "ex-3"));
        AssertPlans(connection => JournalReader.Read(connection, "ex-3", 0));
        AssertPlans(connection => ExecutionReads.ListUnfinished(connection, ExecutionStatus.Pending, 0, 10));
    }

    [Fact]
    public async Task A_rare_status_of_a_workflow_and_a_rare_label_are_found_without_looking_at_the_common_ones()
    {
        await Fill();
        await _stores.Database.WriteAsync(session =>
        {
            session.Connection.Execute($"""
                WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < {1_000 + 2 * ExecutionList.MostExamined})
                INSERT INTO execution (key, id, workflow_id, workflow_version, status, created_at, completed_at, sequence)
                SELECT i, 'ex-' || i, 'wf-aaaaaaaa', 1, 2, i, i, 1 FROM n
                """);
            return 0;
        });
        foreach (var (query, found) in new (ExecutionQuery, string)[]
        {
            (new ExecutionQuery(WorkflowId: "wf-aaaaaaaa", Statuses: [ExecutionStatus.Failed]), "ex-10,ex-6,ex-2"),
            (new ExecutionQuery(Label: "team=6"), "ex-6"),
            (new ExecutionQuery(Label: "team", WorkflowId: "wf-aaaaaaaa", Statuses: [ExecutionStatus.Failed, ExecutionStatus.Completed]), "ex-6"),
            (new ExecutionQuery(Text: "did not"), "ex-10,ex-6,ex-2"),
            (new ExecutionQuery(Text: "ex-1001"), "ex-10019,ex-10018,ex-10017,ex-10016,ex-10015,ex-10014,ex-10013,ex-10012,ex-10011,ex-10010,ex-1001"),
        })
        {
            var page = await _stores.Executions.ListAsync(query, Token);
            Assert.Equal(found, string.Join(",", page.Items.Select(row => row.Id)));
            Assert.Null(page.NextCursor);
        }
    }

    [Fact]
    public async Task Labels_of_executions_from_before_there_was_an_index_of_them_are_found()
    {
        var directory = Directory.CreateTempSubdirectory("dataflow-").FullName;
        try
        {
            var path = Path.Combine(directory, SqliteDatabase.FileName);
            using (var context = StorageContext.Open(path))
            using (var old = Connection.Open(path, create: true))
            {
                old.ExecuteScript(context.GetService<IMigrator>().GenerateScript(null, DatabaseSchema.Known[0]));
                old.ExecuteScript("""
                    INSERT INTO execution (key, id, workflow_id, workflow_version, status, created_at, sequence, labels) VALUES
                        (1, 'ex-1', 'wf-a', 1, 2, 60000000, 1, '{"team":"a","=":"x"}'), (2, 'ex-2', 'wf-a', 1, 2, 660000000, 1, NULL), (3, 'ex-3', 'wf-a', 1, 2, 180000000, 1, '{"team":"b"}');
                    INSERT INTO created_minute (minute, first_key, last_key) VALUES (1, 1, 1), (11, 2, 2), (3, 3, 3);
                    """);
            }
            using var stores = new SqliteStores(directory);
            Assert.Equal(["ex-3", "ex-1"], (await stores.Executions.ListAsync(new ExecutionQuery(Label: "team"), Token)).Items.Select(row => row.Id));
            Assert.Equal(["ex-1"], (await stores.Executions.ListAsync(new ExecutionQuery(Label: "team=a"), Token)).Items.Select(row => row.Id));
            var early = new ExecutionQuery(CreatedFrom: DateTimeOffset.UnixEpoch.AddMinutes(2), CreatedTo: DateTimeOffset.UnixEpoch.AddMinutes(5));
            Assert.Equal(["ex-3"], (await stores.Executions.ListAsync(early, Token)).Items.Select(row => row.Id));
            Assert.Equal(["ex-2"], (await stores.Executions.ListAsync(new ExecutionQuery(CreatedFrom: DateTimeOffset.UnixEpoch.AddMinutes(5)), Token)).Items.Select(row => row.Id));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public async Task A_text_that_nothing_has_and_the_label_of_another_workflow_are_answered_at_once()
    {
        await Fill();
        await _stores.Database.WriteAsync(session =>
        {
            session.Connection.Execute($"""
                WITH RECURSIVE n (i) AS (SELECT 1000 UNION ALL SELECT i + 1 FROM n WHERE i < {1_000 + 2 * ExecutionList.MostExamined})
                INSERT INTO execution (key, id, workflow_id, workflow_version, status, created_at, completed_at, sequence)
                SELECT i, 'ex-' || i, iif(i % 2, 'wf-aaaaaaaa', 'wf-cccccccc'), 1, 3, i, i, 1 FROM n
                """);
            session.Connection.Execute("INSERT INTO label (key, text) VALUES (1000, 'of=c')");
            session.Connection.Execute("INSERT INTO execution_label (label_key, execution_key) SELECT 1000, key FROM execution WHERE workflow_id = 'wf-cccccccc'");
            session.Connection.Execute("INSERT INTO workflow_label (label_key, workflow_id, first_key, last_key) VALUES (1000, 'wf-cccccccc', 1000, 100000)");
            return 0;
        });
        foreach (var query in (ExecutionQuery[])[new(Text: "no such thing"), new(Text: "no such thing", WorkflowId: "wf-aaaaaaaa"), new(Label: "of=c", WorkflowId: "wf-aaaaaaaa")])
        {
            var page = await _stores.Executions.ListAsync(query, Token);
            Assert.Empty(page.Items);
            // A page that gave up would have one.
            Assert.Null(page.NextCursor);
        }
    }

    private static IEnumerable<ExecutionQuery> Combinations() =>
        from workflow in new[] { null, "wf-aaaaaaaa" }
        from statuses in new ImmutableArray<ExecutionStatus>[] { [], [ExecutionStatus.Failed], [ExecutionStatus.Failed, ExecutionStatus.Running] }
        from label in new[] { null, "team", "team=6" }
        from text in new[] { null, "ex-1", "wf-bbbbbbbb", "http" }
        from time in new[] { false, true }
        select new ExecutionQuery(2, null, workflow, statuses, time ? Sample.Noon : null, time ? Sample.Noon.AddMinutes(9) : null, label, text);

    /// <summary>Every statement is seen when it is prepared, by a connection that has none yet.</summary>
    private void AssertPlans<T>(Func<Connection, T> read)
    {
        using var connection = Connection.Open(_stores.Database.Path, create: false);
        var statements = new List<string>();
        connection.Preparing = statements.Add;
        read(connection);
        connection.Preparing = null;
        Assert.NotEmpty(statements);
        foreach (var statement in statements.Where(statement => statement is not ("BEGIN" or "COMMIT")))
        {
            using var plan = connection.Prepare("EXPLAIN QUERY PLAN " + statement);
            while (plan.Step())
            {
                var step = plan.Text(3);
                // Names and labels are few and looked at up to a bound; nothing else is walked through.
                Assert.True(
                    !step.StartsWith("SCAN", StringComparison.Ordinal) || step is "SCAN label" or "SCAN workflow_version USING COVERING INDEX workflow_version_name"
                        || step.StartsWith("SCAN failure_text_1 VIRTUAL TABLE INDEX", StringComparison.Ordinal) || step == "SCAN sqlite_schema"
                        || step is "SCAN workflow_with" || step.StartsWith("SCAN (subquery", StringComparison.Ordinal) || step.StartsWith("SCAN label USING", StringComparison.Ordinal),
                    $"{step}: {statement}");
            }
        }
    }

    private async Task Fill()
    {
        for (var i = 0; i < 12; i++)
        {
            var creation = Sample.New($"ex-{i}", i % 2 == 0 ? "wf-aaaaaaaa" : "wf-bbbbbbbb", Sample.Noon.AddMinutes(i));
            await _stores.Executions.CreateAsync(i % 3 == 0 ? creation.Labelled(("team", $"{i}")) : creation, Token);
            if (i % 4 == 2)
                await _stores.Executions.AppendAsync(Sample.Fail(creation.Execution), Token);
        }
    }
}
