using System.Security.Cryptography;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Storage;

/// <summary>What the one writer does with many, and when something breaks.</summary>
public sealed class SqliteWriterTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(Sample.Noon);
    private readonly SqliteStores _stores;

    public SqliteWriterTests() => _stores = new SqliteStores(clock: _clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private SqliteDatabase Database => _stores.Database;

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task Concurrent_writers_share_commits()
    {
        var before = Database.Metrics;
        await Task.WhenAll(Enumerable.Range(0, 64).Select(worker => Task.Run(async () =>
        {
            for (var i = 0; i < 10; i++)
                await _stores.Executions.CreateAsync(Sample.New($"ex-{worker}-{i}"), Token);
        })));
        var (commits, operations) = (Database.Metrics.Commits - before.Commits, Database.Metrics.Operations - before.Operations);
        Assert.Equal(640, operations);
        Assert.InRange(commits, 1, operations / 2);
        Assert.Equal(640, await _stores.Executions.CountUnfinishedAsync(null, Token));
    }

    [Fact]
    public async Task A_refusal_in_a_batch_does_not_concern_the_others()
    {
        await _stores.Executions.CreateAsync(Sample.New("ex-1"), Token);
        var (batch, commits) = await Together(
            () => _stores.Executions.CreateAsync(Sample.New("ex-2"), Token).AsTask(),
            () => _stores.Executions.CreateAsync(Sample.New("ex-1"), Token).AsTask(),
            () => _stores.Executions.AppendAsync(Sample.Start(Sample.New("ex-none").Execution), Token).AsTask(),
            () => _stores.Executions.CreateAsync(Sample.New("ex-3"), Token).AsTask());
        Assert.Equal([null, typeof(DuplicateIdException), typeof(FenceLostException), null], batch.Select(task => task.Exception?.InnerException?.GetType()));
        Assert.Equal(1, commits);
        Assert.NotNull(await _stores.Executions.FindAsync("ex-3", Token));
    }

    [Fact]
    public async Task An_operation_that_breaks_after_writing_leaves_nothing_and_the_others_are_kept()
    {
        var (batch, _) = await Together(
            () => _stores.Executions.CreateAsync(Sample.New("ex-1"), Token).AsTask(),
            () => Database.WriteAsync<int>(session =>
            {
                session.Connection.Execute("INSERT INTO journal (execution_key, first_sequence, events) VALUES (1, 2, x'00')");
                throw new InvalidOperationException("A bug.");
            }),
            () => _stores.Executions.CreateAsync(Sample.New("ex-2"), Token).AsTask());
        Assert.Equal([null, typeof(InvalidOperationException), null], batch.Select(task => task.Exception?.InnerException?.GetType()));
        Assert.Equal("2", Read("SELECT count(*) FROM journal"));
        Assert.Equal(2, await _stores.Executions.CountUnfinishedAsync("wf-aaaaaaaa", Token));
        Assert.Equal(["ex-1", "ex-2"], (await _stores.Executions.ListUnfinishedAsync(ExecutionStatus.Pending, 0, 9, Token)).Select(e => e.ExecutionId));
    }

    [Fact]
    public async Task A_full_disk_refuses_writes_keeps_reads_and_resumes_when_there_is_space()
    {
        var creation = Sample.New("ex-1");
        await _stores.Executions.CreateAsync(creation, Token);
        await Database.WriteAsync(session => session.Connection.Scalar($"PRAGMA max_page_count = {Read("PRAGMA page_count")}"));

        var large = JsonSerializer.SerializeToElement(Enumerable.Range(0, 1_000).Select(i => Convert.ToHexString(SHA512.HashData(BitConverter.GetBytes(i)))));
        var start = Sample.Start(creation.Execution);
        var append = start with { Events = [new TaskCompleted(Sample.Noon, "a", 1, large)] };
        var error = await Assert.ThrowsAsync<StorageUnavailableException>(() => _stores.Executions.AppendAsync(append, Token).AsTask());
        Assert.Equal("The disk is full.", error.Message);
        Assert.True(Database.IsHealthy);
        Assert.Single((await _stores.Executions.ReadAsync("ex-1", 0, Token))!.Events);
        Assert.Equal(1, (await _stores.Executions.FindAsync("ex-1", Token))!.Sequence);

        await Database.WriteAsync(session => session.Connection.Scalar("PRAGMA max_page_count = 100000"));
        await _stores.Executions.AppendAsync(append, Token);
        Assert.Equal(2, (await _stores.Executions.ReadAsync("ex-1", 0, Token))!.Events.Length);
        Assert.Equal("ok", Read("PRAGMA integrity_check"));
    }

    [Theory]
    [InlineData(SQLitePCL.raw.SQLITE_IOERR, SQLitePCL.raw.SQLITE_IOERR_FSYNC)]
    [InlineData(SQLitePCL.raw.SQLITE_CORRUPT, SQLitePCL.raw.SQLITE_CORRUPT)]
    public async Task After_an_fsync_failed_or_damage_was_found_no_write_is_taken_any_more(int code, int extended)
    {
        await _stores.Executions.CreateAsync(Sample.New("ex-1"), Token);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => Database.WriteAsync<int>(_ => throw new SqliteException("disk I/O error", code, extended)));
        Assert.False(Database.IsHealthy);
        await Assert.ThrowsAsync<StorageUnavailableException>(() => _stores.Executions.CreateAsync(Sample.New("ex-2"), Token).AsTask());
        Assert.NotNull(await _stores.Executions.FindAsync("ex-1", Token));
    }

    [Fact]
    public async Task Other_errors_of_the_disk_pass()
    {
        await Assert.ThrowsAsync<StorageUnavailableException>(() =>
            Database.WriteAsync<int>(_ => throw new SqliteException("disk I/O error", SQLitePCL.raw.SQLITE_IOERR, SQLitePCL.raw.SQLITE_IOERR_WRITE)));
        Assert.True(Database.IsHealthy);
        Assert.Same(CreateOutcome.Created, await _stores.Executions.CreateAsync(Sample.New("ex-1"), Token));
    }

    [Fact]
    public async Task Maintenance_cuts_the_log_back()
    {
        for (var i = 0; i < 20; i++)
            await _stores.Executions.CreateAsync(Sample.New($"ex-{i}"), Token);
        var log = new FileInfo(Database.Path + "-wal");
        Assert.NotEqual(0, log.Length);
        // The clock's own timer may have set it going already; then this one finds work under way.
        await Database.WriteAsync(_ => 0);
        await Database.MaintainAsync();
        log.Refresh();
        Assert.Equal(0, log.Length);
    }

    [Fact]
    public async Task A_long_log_is_written_back_beside_the_writer_and_begins_anew()
    {
        var written = 0;
        while (written++ < Pragmas.CheckpointPages * 2 && Database.Read(connection => connection.ReadLog()).All < Pragmas.CheckpointPages)
            await WriteAsync(1_000_000);
        Assert.NotInRange(Database.Read(connection => connection.ReadLog()).All, 0, Pragmas.CheckpointPages - 1);
        // It is under way; then the writer has its part, and who comes after that finds the log free.
        await Database.WriteBackAsync(0);
        await WriteAsync(1);
        await WriteAsync(1);
        Assert.InRange(Database.Read(connection => connection.ReadLog()).All, 1, 100);
        Assert.Equal((written - 1).ToString(System.Globalization.CultureInfo.InvariantCulture), Database.Read(connection => connection.Scalar("SELECT count(*) FROM noise WHERE length(bytes) = 1000000")));

        Task<int> WriteAsync(int bytes) => Database.WriteAsync(session =>
        {
            session.Connection.Execute("CREATE TABLE IF NOT EXISTS noise (bytes BLOB)");
            session.Connection.Execute($"INSERT INTO noise VALUES (randomblob({bytes}))");
            return 0;
        });
    }

    [Fact]
    public async Task What_is_committed_is_in_every_list_read_after_it_while_the_log_is_written_back()
    {
        var wrong = 0;
        var done = false;
        var back = Task.Run(async () => { while (!Volatile.Read(ref done)) { await Database.WriteBackAsync(0); await Database.WriteBackAsync(0); } }, Token);
        var noise = Sample.Json($"\"{new string('x', 4_000)}\"");
        await Parallel.ForAsync(0, 1_000, new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Token }, async (i, token) =>
        {
            var creation = Sample.New($"ex-{i}", $"wf-{i}");
            await _stores.Executions.CreateAsync(creation, token);
            var start = Sample.Start(creation.Execution);
            await _stores.Executions.AppendAsync(start, token);
            await _stores.Executions.AppendAsync(Sample.Complete(start.Execution, output: noise), token);
            if ((await _stores.Executions.ListAsync(new ExecutionQuery(WorkflowId: $"wf-{i}"), token)).Items.Length != 1) Interlocked.Increment(ref wrong);
        });
        Volatile.Write(ref done, true);
        await back;
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task A_search_looks_at_so_many_rows_for_a_page_and_goes_on_with_its_cursor()
    {
        var needle = Sample.New("ex-needle");
        await _stores.Executions.CreateAsync(needle, Token);
        await _stores.Executions.AppendAsync(Sample.Fail(needle.Execution, "the_needle"), Token);
        await Database.WriteAsync(session =>
        {
            session.Connection.Execute($"""
                WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < {ExecutionList.MostExamined})
                INSERT INTO execution (key, id, workflow_id, workflow_version, status, created_at, completed_at, sequence, failure_code)
                SELECT i, 'ex-' || i, 'wf-aaaaaaaa', 1, 3, i, i, 1, 'hay' FROM n
                """);
            return 0;
        });
        // Too short for the index of failures.
        var query = new ExecutionQuery(Text: "_n");
        var pages = new List<int>();
        do
        {
            var page = await _stores.Executions.ListAsync(query, Token);
            pages.Add(page.Items.Length);
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        Assert.Equal([0, 1], pages);
        var found = await _stores.Executions.ListAsync(new ExecutionQuery(Text: "e_needl"), Token);
        Assert.Equal((1, null), (found.Items.Length, found.NextCursor));
        Assert.Single((await _stores.Executions.ListAsync(new ExecutionQuery(Text: "ex-NEED"), Token)).Items);
    }

    [Fact]
    public async Task Every_prefix_of_the_log_is_a_whole_database_with_dense_journals()
    {
        await Database.MaintainAsync();
        for (var i = 0; i < 12; i++)
        {
            var creation = Sample.New($"ex-{i}");
            await _stores.Executions.CreateAsync(creation, Token);
            var start = Sample.Start(creation.Execution);
            await _stores.Executions.AppendAsync(start, Token);
            await _stores.Executions.AppendAsync(Sample.Complete(start.Execution, output: Sample.Json($"\"{new string('x', 6_000 + i)}\"")), Token);
        }
        var (database, log) = (await Copy(Database.Path), await Copy(Database.Path + "-wal"));
        const int Header = 32, Frame = 24 + 4_096;
        var executions = new HashSet<int>();
        for (var frames = 0; Header + frames * Frame <= log.Length; frames++)
            executions.Add(await Check(database, log[..(Header + frames * Frame)]));
        // Torn in the middle of a frame.
        executions.Add(await Check(database, log[..^1_000]));
        Assert.Equal(Enumerable.Range(0, 13), executions.Order());
    }

    private static async Task<byte[]> Copy(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        await file.CopyToAsync(copy, Token);
        return copy.ToArray();
    }

    private static async Task<int> Check(byte[] database, byte[] log)
    {
        var directory = Directory.CreateTempSubdirectory("dataflow-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(directory, SqliteDatabase.FileName), database, Token);
            await File.WriteAllBytesAsync(Path.Combine(directory, SqliteDatabase.FileName + "-wal"), log, Token);
            using var stores = new SqliteStores(directory);
            Assert.Equal("ok", stores.Database.Read(connection => connection.Scalar("PRAGMA integrity_check")));
            var page = await stores.Executions.ListAsync(new ExecutionQuery(100), Token);
            foreach (var row in page.Items)
            {
                var journal = (await stores.Executions.ReadAsync(row.Id, 0, Token))!;
                Assert.Equal(row.Sequence, journal.Events.Length);
                Assert.Equal(row.Status == ExecutionStatus.Completed, journal.Events[^1] is ExecutionCompleted);
            }
            Assert.Equal(page.Items.Count(row => row.Status < ExecutionStatus.Completed), await stores.Executions.CountUnfinishedAsync(null, Token));
            return page.Items.Length;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    /// <summary>Holds the writer up until all are queued, so that they are one batch.</summary>
    private async Task<(Task[] Tasks, long Commits)> Together(params Func<Task>[] writes)
    {
        using var entered = new SemaphoreSlim(0);
        using var go = new ManualResetEventSlim();
        var first = Database.WriteAsync(_ =>
        {
            entered.Release();
            go.Wait(Token);
            return 0;
        });
        await entered.WaitAsync(Token);
        Task[] tasks = [.. writes.Select(write => write())];
        var before = Database.Metrics.Commits;
        go.Set();
        await first;
        await Task.WhenAll(tasks).ContinueWith(_ => { }, Token, TaskContinuationOptions.None, TaskScheduler.Default);
        // The batch that held the writer up is one of them.
        return (tasks, Database.Metrics.Commits - before - 1);
    }

    private string? Read(string sql) => Database.Read(connection => connection.Scalar(sql));
}
