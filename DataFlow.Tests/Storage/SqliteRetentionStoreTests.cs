using System.Collections.Immutable;
using System.Security.Cryptography;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Retention;
using DataFlow.Engine.Storage.Sqlite;
using DataFlow.Tests.Chaos;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Storage;

/// <summary>What retention does to the file: it shrinks, and a crash at any moment leaves it whole.</summary>
public sealed class SqliteRetentionStoreTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(Sample.Noon);
    private readonly SqliteStores _stores;

    public SqliteRetentionStoreTests() => _stores = new SqliteStores(clock: _clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SqliteDatabase Database => _stores.Database;

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task The_file_shrinks_to_what_is_kept()
    {
        await Fill(600);
        await Database.MaintainAsync();
        var before = new FileInfo(Database.Path).Length;
        await Run(60);
        await Database.MaintainAsync();
        var after = new FileInfo(Database.Path).Length;
        Assert.True(after < before / 4, $"{before} -> {after}");
        Assert.Equal("0", Database.Read(connection => connection.Scalar("PRAGMA freelist_count")));

        var copy = Path.Combine(_stores.Directory, "copy.db");
        await Database.WriteAsync(_ => 0);
        Database.Read(connection =>
        {
            connection.Execute("PRAGMA query_only = OFF");
            connection.Execute($"VACUUM INTO '{copy}'");
            return 0;
        });
        Assert.True(after <= 1.5 * new FileInfo(copy).Length, $"{after} beside {new FileInfo(copy).Length}");
        Assert.Empty(Problems(Database.Path));
    }

    [Fact]
    public async Task A_crash_at_any_moment_of_a_run_loses_nothing_else_and_leaves_nothing_behind()
    {
        await Fill(30);
        await Database.MaintainAsync();
        await Run(10);
        var (database, log) = (await File.ReadAllBytesAsync(await Copied(Database.Path), Token), await File.ReadAllBytesAsync(await Copied(Database.Path + "-wal"), Token));
        const int Header = 32, Frame = 24 + 4_096;
        var kept = new HashSet<int>();
        for (var frames = 0; Header + frames * Frame <= log.Length; frames += 3)
        {
            var directory = Directory.CreateTempSubdirectory("dataflow-").FullName;
            try
            {
                var path = Path.Combine(directory, SqliteDatabase.FileName);
                await File.WriteAllBytesAsync(path, database, Token);
                await File.WriteAllBytesAsync(path + "-wal", log[..(Header + frames * Frame)], Token);
                using (var stores = new SqliteStores(directory))
                {
                    var page = await stores.Executions.ListAsync(new ExecutionQuery(100), Token);
                    kept.Add(page.Items.Length);
                    // Oldest first: what is there is the newest.
                    Assert.Equal(Enumerable.Range(0, page.Items.Length).Select(i => $"ex-{29 - i}"), page.Items.Select(row => row.Id));
                    foreach (var row in page.Items)
                        Assert.Equal(row.Sequence, (await stores.Executions.ReadAsync(row.Id, 0, Token))!.Events.Length);
                }
                Assert.Empty(Problems(path));
            }
            finally
            {
                Directory.Delete(directory, recursive: true);
            }
        }
        Assert.Contains(30, kept);
        Assert.Contains(10, kept);
    }

    [Fact]
    public async Task A_removal_that_breaks_keeps_all_of_it()
    {
        await Fill(3);
        var keys = (await _stores.Retention.ListEndedAsync(new EndedQuery(10), Token)).Select(ended => ended.Position).ToArray();
        await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync<int>(session =>
        {
            Assert.Equal(DeleteOutcome.Deleted, ExecutionRemoval.Remove(session, keys[0]));
            throw new InvalidOperationException("A bug.");
        }));
        Assert.Equal(3, (await _stores.Executions.ListAsync(new ExecutionQuery(Label: "team=a"), Token)).Items.Length);
        Assert.Empty(Problems(Database.Path));
        // Labels that were forgotten with the rolled-back transaction are found again.
        await Run(0);
        Assert.Empty(Problems(Database.Path));
        await _stores.Executions.CreateAsync(Sample.New("ex-new").Labelled(("team", "a")), Token);
        Assert.Single((await _stores.Executions.ListAsync(new ExecutionQuery(Label: "team=a"), Token)).Items);
    }

    [Fact]
    public async Task Places_in_time_of_what_is_gone_are_dropped()
    {
        await Fill(50);
        await Run(5);
        Assert.Equal("5", Database.Read(connection => connection.Scalar("SELECT count(*) FROM created_minute")));
    }

    [Fact]
    public async Task What_a_removal_changes_is_written_back_before_it_goes_on()
    {
        await Fill(200);
        Assert.True(Waiting() > Pragmas.CheckpointPagesOfTidying, $"{Waiting()} pages");
        var keys = (await _stores.Retention.ListEndedAsync(new EndedQuery(10), Token)).Select(ended => ended.Position).ToArray();
        await _stores.Retention.RemoveAsync(keys, Token);
        Assert.Equal(0, Waiting());

        int Waiting() => Database.Read(connection => connection.ReadLog()).Waiting;
    }

    [Fact]
    public async Task A_part_of_the_index_of_failures_goes_when_none_of_them_is_left()
    {
        for (var i = 0; i < 3; i++)
        {
            var creation = Sample.New($"ex-{i}", at: Sample.Noon.AddMinutes(i));
            await _stores.Executions.CreateAsync(creation, Token);
            await _stores.Executions.AppendAsync(Sample.Fail(creation.Execution, "the_needle", at: Sample.Noon.AddMinutes(i)), Token);
        }
        await Run(1);
        Assert.Equal(["ex-2"], (await _stores.Executions.ListAsync(new ExecutionQuery(Text: "needle"), Token)).Items.Select(row => row.Id));
        Assert.Equal([1L], Database.Read(FailureTexts.Parts));
        await Run(0);
        Assert.Empty(Database.Read(FailureTexts.Parts));

        // And begins anew.
        var next = Sample.New("ex-next");
        await _stores.Executions.CreateAsync(next, Token);
        await _stores.Executions.AppendAsync(Sample.Fail(next.Execution, "the_needle"), Token);
        Assert.Equal(["ex-next"], (await _stores.Executions.ListAsync(new ExecutionQuery(Text: "needle"), Token)).Items.Select(row => row.Id));
        Assert.Empty(Problems(Database.Path));
    }

    [Fact]
    public async Task Of_a_part_that_is_mostly_gone_what_is_left_moves_to_a_new_one_and_is_found_all_the_time()
    {
        await FailAsync(0, 1_200);
        await Database.WriteAsync(session =>
        {
            // As if somebody had removed them: every one but each sixth.
            session.Connection.Execute("DELETE FROM journal WHERE execution_key IN (SELECT key FROM execution WHERE key % 6 <> 0)");
            session.Connection.Execute("DELETE FROM execution WHERE key % 6 <> 0");
            return 0;
        });
        var steps = 0;
        do
        {
            // One that fails meanwhile, and steps that are rolled back and done again.
            await FailAsync(2_000 + steps, 1);
            await Assert.ThrowsAsync<InvalidOperationException>(() => Database.WriteAsync<int>(session =>
            {
                session.Failures.Add(session.Connection, 9_999, "never", null, null);
                throw new InvalidOperationException("A bug.");
            }));
            Assert.Equal(200 + ++steps, await CountAsync());
        }
        while (await _stores.Retention.TidyAsync(Sample.Noon, null, Token));
        Assert.InRange(steps, 200 / 64, 30);
        Assert.Equal([2L], Database.Read(FailureTexts.Parts));
        Assert.Equal("0", Database.Read(connection => connection.Scalar("SELECT count(*) FROM sqlite_schema WHERE name GLOB 'failure_gone*' OR name GLOB 'failure_text_1*'")));
        Assert.Equal(200 + steps, await CountAsync());
        Assert.InRange(Database.Read(connection => FailureTexts.Read(connection, 2).Count), 200 + steps - 1, 200 + steps);

        async Task<int> CountAsync()
        {
            var query = new ExecutionQuery(Lists.LongestPage, Text: "the_needle");
            var found = new HashSet<string>();
            do
            {
                var page = await _stores.Executions.ListAsync(query, Token);
                Assert.All(page.Items, row => Assert.True(found.Add(row.Id), row.Id));
                query = query with { Cursor = page.NextCursor };
            }
            while (query.Cursor is not null);
            return found.Count;
        }

        async Task FailAsync(int first, int count)
        {
            for (var i = first; i < first + count; i++)
            {
                var creation = Sample.New($"ex-{i}", at: Sample.Noon.AddMinutes(i));
                await _stores.Executions.CreateAsync(creation, Token);
                await _stores.Executions.AppendAsync(Sample.Fail(creation.Execution, "the_needle", at: Sample.Noon.AddMinutes(i)), Token);
            }
        }
    }

    [Fact]
    public async Task Figures_that_are_too_old_leave_one_row_each_and_nothing_of_workflows_without_newer_ones()
    {
        foreach (var (i, days) in ((int, int)[])[(0, 9), (1, 8), (2, 7), (3, 1), (4, 8)])
        {
            var creation = Sample.New($"ex-{i}", i == 4 ? "wf-bbbbbbbb" : "wf-aaaaaaaa", Sample.Noon.AddDays(-days));
            await _stores.Executions.CreateAsync(creation, Token);
            await _stores.Executions.AppendAsync(i % 2 == 0 ? Sample.Fail(creation.Execution, at: creation.Execution.CreatedAt) : Sample.Complete(creation.Execution, creation.Execution.CreatedAt), Token);
        }
        var (before, after) = (Sample.Noon.AddDays(-7.5), Sample.Noon);
        var figures = await _stores.Executions.ReadStatisticsAsync(before, after, 3, Token);
        while (await _stores.Retention.TidyAsync(Sample.Noon, before, Token))
        {
        }
        Assert.Equal("3 1 3", Database.Read(connection => connection.Scalar("""
            SELECT (SELECT count(*) FROM ended_slot) || ' ' || (SELECT count(*) FROM ended_slot WHERE slot = 0) || ' ' || (SELECT count(*) FROM ended_workflow)
            """)));
        var trimmed = await _stores.Executions.ReadStatisticsAsync(before, after, 3, Token);
        Assert.Equal((1, 1), (trimmed.Completed, trimmed.Failed));
        Assert.Equal((figures.Buckets, figures.FailingMost), (trimmed.Buckets, trimmed.FailingMost), (one, other) => one.Buckets.SequenceEqual(other.Buckets) && one.FailingMost.SequenceEqual(other.FailingMost));
        // Of an earlier time what is known counts, and no more.
        Assert.Equal((1, 1), await _stores.Executions.ReadStatisticsAsync(Sample.Noon.AddDays(-30), after, 1, Token) is var month ? (month.Completed, month.Failed) : default);
    }

    private async Task Run(int most)
    {
        // None at all cannot be asked for as a count.
        var options = most == 0 ? new RetentionOptions { MaxAgeDays = 1, FailedMaxAgeDays = 1 } : new RetentionOptions { MaxAgeDays = 0, FailedMaxAgeDays = 0, MaxExecutions = most };
        if (most == 0)
            _clock.Advance(TimeSpan.FromDays(3));
        using var retention = new ExecutionRetention(_stores.Retention, Options.Create(options), _clock) { Pause = static _ => Task.CompletedTask };
        await retention.RunAsync(Token);
    }

    /// <summary>Ended ones, a minute apart, with a value of their own, one they share, a label, a message that arrived.</summary>
    private async Task Fill(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var at = Sample.Noon.AddMinutes(i - count);
            var creation = Sample.New($"ex-{i}", at: at, input: Sample.Json($"[\"{new string('s', 5_000)}\",\"{Noise(i)}\"]")).Labelled(("team", "a"), ("batch", $"{i / 7}"));
            await _stores.Executions.CreateAsync(creation, Token);
            await _stores.Executions.AppendAsync(Sample.Complete(creation.Execution, at) with { Outbox = [Sample.Message($"msg_{i}", creation.Execution)] }, Token);
            await _stores.Webhooks.RecordAttemptAsync($"msg_{i}", new DeliveryAttempt(at, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        }
    }

    /// <summary>5 KB that nothing can compress to much less.</summary>
    private static string Noise(int seed) => string.Concat(Enumerable.Range(0, 40).Select(i => Convert.ToHexString(SHA512.HashData(BitConverter.GetBytes(seed * 1_000 + i)))));

    private static async Task<string> Copied(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        await using var copy = new FileStream(path + ".copy", FileMode.Create);
        await file.CopyToAsync(copy, Token);
        return path + ".copy";
    }

    private static ImmutableArray<string> Problems(string path)
    {
        using var run = new StoredRun(path);
        return run.Problems();
    }
}
