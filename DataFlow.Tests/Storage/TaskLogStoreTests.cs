using System.Collections.Immutable;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Storage;

public sealed class InMemoryTaskLogStoreTests : TaskLogStoreTests
{
    private protected override Stores Open() => new InMemoryStores();
}

public sealed class SqliteTaskLogStoreTests : TaskLogStoreTests
{
    private protected override Stores Open() => new SqliteStores();

    [Fact]
    public async Task Delete_removes_the_lines_of_one_execution_by_its_key()
    {
        await AppendAsync(Line("ex-1", "one"), Line("ex-2", "two"));
        var database = ((SqliteStores)OpenStores).Database;
        await database.WriteAsync(session =>
        {
            Engine.Storage.Sqlite.TaskLogWrites.Delete(session.Connection, executionKey: 1);
            return true;
        });
        Assert.Empty((await ListAsync("ex-1")).Items);
        Assert.Equal(["two"], (await ListAsync("ex-2")).Items.Select(line => line.Text));
    }
}

/// <summary>What every store of tasks' lines promises.</summary>
public abstract class TaskLogStoreTests : IAsyncLifetime
{
    private static readonly TaskLogLimits s_plenty = new(10_000, 1_000_000);

    private protected Stores OpenStores { get; private set; } = null!;

    private protected abstract Stores Open();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        OpenStores = Open();
        foreach (var id in (string[])["ex-1", "ex-2"]) await OpenStores.Executions.CreateAsync(Sample.New(id), Token);
    }

    public ValueTask DisposeAsync()
    {
        OpenStores.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Lines_come_back_as_they_were_with_times_to_the_microsecond()
    {
        var line = new NewTaskLogLine("ex-1", Sample.Noon, "download", 2, TaskLogLevel.Warning, "Grüße 🌍\nzweite Zeile");
        var outcome = await AppendAsync(line);

        var expected = new TaskLogLine(1, Sample.Noon.Rounded(), "download", 2, TaskLogLevel.Warning, line.Text);
        Assert.Equal([expected], outcome.Written["ex-1"]);
        Assert.Equal([expected], (await ListAsync("ex-1")).Items);
    }

    [Fact]
    public async Task Numbers_go_on_from_batch_to_batch_for_each_execution_by_itself()
    {
        await AppendAsync(Line("ex-1", "a"), Line("ex-2", "x"), Line("ex-1", "b"));
        var outcome = await AppendAsync(Line("ex-1", "c"), Line("ex-2", "y"));

        Assert.Equal([3], outcome.Written["ex-1"].Select(line => line.Number));
        Assert.Equal([(1, "a"), (2, "b"), (3, "c")], (await ListAsync("ex-1")).Items.Select(line => (line.Number, line.Text)));
        Assert.Equal([(1, "x"), (2, "y")], (await ListAsync("ex-2")).Items.Select(line => (line.Number, line.Text)));
    }

    [Fact]
    public async Task Lines_of_unknown_executions_are_reported_and_those_of_others_kept()
    {
        var outcome = await AppendAsync(Line("ex-none", "lost"), Line("ex-1", "kept"));

        Assert.Equal(["ex-none"], outcome.Unknown);
        Assert.Equal(["ex-1"], outcome.Written.Keys);
        Assert.Empty((await ListAsync("ex-none")).Items);
    }

    [Fact]
    public async Task A_full_log_says_so_once_and_goes_on_with_errors_only_up_to_a_tenth_more()
    {
        var limits = new TaskLogLimits(20, 1_000_000);
        await AppendAsync(limits, [.. Enumerable.Range(1, 15).Select(i => Line("ex-1", $"{i}"))]);
        await AppendAsync(limits, [.. Enumerable.Range(16, 10).Select(i => Line("ex-1", $"{i}"))]);
        await AppendAsync(limits, Line("ex-1", "more"), Line("ex-1", "first error", TaskLogLevel.Error), Line("ex-1", "second error", TaskLogLevel.Error));

        var lines = (await ListAsync("ex-1")).Items;
        Assert.Equal([.. Enumerable.Range(1, 20).Select(i => $"{i}"), TaskLogBook.FullText, "first error"], lines.Select(line => line.Text));
        Assert.Equal(Enumerable.Range(1, 22), lines.Select(line => line.Number));
        Assert.Equal(TaskLogLevel.Warning, lines[20].Level);
    }

    [Fact]
    public async Task The_error_that_finds_the_log_full_is_kept()
    {
        await AppendAsync(new TaskLogLimits(20, 10), Line("ex-1", "123456789"), Line("ex-1", "ä", TaskLogLevel.Error), Line("ex-1", "b"));
        Assert.Equal(["123456789", TaskLogBook.FullText], (await ListAsync("ex-1")).Items.Select(line => line.Text));
        await AppendAsync(new TaskLogLimits(20, 1_000), Line("ex-2", new string('a', 999)), Line("ex-2", "ää", TaskLogLevel.Error), Line("ex-2", "b"));
        Assert.Equal([new string('a', 999), TaskLogBook.FullText, "ää"], (await ListAsync("ex-2")).Items.Select(line => line.Text));
    }

    [Fact]
    public async Task Pages_go_on_where_the_last_one_ended()
    {
        await AppendAsync([.. Enumerable.Range(1, 7).Select(i => Line("ex-1", $"{i}"))]);

        var seen = new List<int>();
        string? cursor = null;
        do
        {
            var page = await OpenStores.TaskLogs.ListAsync(new TaskLogQuery("ex-1", Cursor: cursor, Limit: 3), Token);
            seen.AddRange(page.Items.Select(line => line.Number));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        Assert.Equal(Enumerable.Range(1, 7), seen);
    }

    [Theory]
    [InlineData("b", null, null, "3")]
    [InlineData(null, TaskLogLevel.Warning, null, "2,3")]
    [InlineData(null, null, "TIMED", "2")]
    [InlineData("a", TaskLogLevel.Error, null, "")]
    public async Task Lists_are_narrowed_by_task_level_and_text(string? taskRef, TaskLogLevel? least, string? text, string numbers)
    {
        await AppendAsync(
            Line("ex-1", "begins"), Line("ex-1", "it timed out", TaskLogLevel.Warning), Line("ex-1", "gave up", TaskLogLevel.Error) with { Ref = "b" });

        var page = await OpenStores.TaskLogs.ListAsync(new TaskLogQuery("ex-1", taskRef, least, text), Token);
        Assert.Equal(numbers, string.Join(',', page.Items.Select(line => line.Number)));
        Assert.Null(page.NextCursor);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("AAAA")]
    public async Task A_cursor_that_is_no_number_is_refused(string cursor) =>
        await Assert.ThrowsAsync<InvalidCursorException>(async () => await OpenStores.TaskLogs.ListAsync(new TaskLogQuery("ex-1", Cursor: cursor), Token));

    private protected static NewTaskLogLine Line(string executionId, string text, TaskLogLevel level = TaskLogLevel.Information) => new(executionId, Sample.Noon, "a", 1, level, text);

    private protected Task<TaskLogOutcome> AppendAsync(params ImmutableArray<NewTaskLogLine> lines) => AppendAsync(s_plenty, lines);

    private Task<TaskLogOutcome> AppendAsync(TaskLogLimits limits, params ImmutableArray<NewTaskLogLine> lines) => OpenStores.TaskLogs.AppendAsync(lines, limits, Token).AsTask();

    private protected Task<Page<TaskLogLine>> ListAsync(string executionId) => OpenStores.TaskLogs.ListAsync(new TaskLogQuery(executionId), Token);
}
