using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Retention;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Storage;

public sealed class InMemoryRetentionTests : RetentionTests
{
    private protected override Stores Open(TimeProvider clock) => new InMemoryStores();
}

public sealed class SqliteRetentionTests : RetentionTests
{
    private protected override Stores Open(TimeProvider clock) => new SqliteStores(clock: clock);
}

/// <summary>What retention removes and what it leaves, in every store.</summary>
public abstract class RetentionTests : IDisposable
{
    private readonly FakeTimeProvider _clock = new(Sample.Noon);
    private readonly Stores _stores;

    protected RetentionTests() => _stores = Open(_clock);

    private protected abstract Stores Open(TimeProvider clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _stores.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_ended_before_the_age_goes_and_failures_stay_longer()
    {
        await Ended("ex-old", daysAgo: 31);
        await Ended("ex-cancelled", daysAgo: 31, status: ExecutionStatus.Cancelled);
        await Ended("ex-failed", daysAgo: 31, status: ExecutionStatus.Failed);
        await Ended("ex-failed-old", daysAgo: 91, status: ExecutionStatus.Failed);
        await Ended("ex-young", daysAgo: 29);
        await _stores.Executions.CreateAsync(Sample.New("ex-pending", at: Sample.Noon.AddDays(-400)), Token);

        var run = await Run(new RetentionOptions());
        Assert.Equal(3, run.Removed);
        Assert.Equal(["ex-pending", "ex-young", "ex-failed"], await Ids());
    }

    [Fact]
    public async Task The_oldest_go_when_there_are_too_many()
    {
        foreach (var i in new[] { 3, 1, 4, 0, 2 })
            await Ended($"ex-{i}", daysAgo: 10 - i);
        await Run(Only(options => options.MaxExecutions = 3));
        Assert.Equal(["ex-2", "ex-4", "ex-3"], await Ids());
    }

    [Fact]
    public async Task A_busy_workflow_does_not_push_out_the_others()
    {
        await Ended("ex-quiet", daysAgo: 20, workflowId: "wf-bbbbbbbb");
        for (var i = 0; i < 6; i++)
            await Ended($"ex-{i}", daysAgo: 6 - i, status: (ExecutionStatus)(2 + i % 3));
        await Run(Only(options => options.MaxExecutionsPerWorkflow = 2));
        Assert.Equal(["ex-5", "ex-4", "ex-quiet"], await Ids());
    }

    [Fact]
    public async Task The_oldest_go_until_the_rest_fits()
    {
        for (var i = 0; i < 30; i++)
            await Ended($"ex-{i}", daysAgo: 30 - i, events: 300);
        var before = await _stores.Retention.ReadBytesAsync(Token);
        Assert.True(before > 2_000_000, $"{before}");
        var run = await Run(Only(options => options.MaxMegabytes = 2));
        Assert.True(await _stores.Retention.ReadBytesAsync(Token) <= 2_000_000);
        var kept = await Ids();
        Assert.Equal(30 - run.Removed, kept.Count);
        Assert.InRange(kept.Count, 1, 29);
        Assert.Equal(Enumerable.Range(0, kept.Count).Select(i => $"ex-{29 - i}"), kept);
        Assert.True(run.FreedBytes > 0);
    }

    [Fact]
    public async Task Without_limits_nothing_goes()
    {
        await Ended("ex-1", daysAgo: 10_000);
        Assert.Equal(0, (await Run(Only(_ => { }))).Removed);
        Assert.Equal(["ex-1"], await Ids());
    }

    [Fact]
    public async Task Messages_on_their_way_keep_their_execution_and_settled_ones_go_with_it()
    {
        await Ended("ex-told", daysAgo: 40, message: "msg_1");
        await Ended("ex-waiting", daysAgo: 41, message: "msg_2");
        await _stores.Webhooks.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        var run = await Run(new RetentionOptions());
        Assert.Equal((1, 1), (run.Removed, run.Held));
        Assert.Equal(["ex-waiting"], await Ids());
        Assert.Empty(await _stores.Webhooks.ListByExecutionAsync("ex-told", Token));
        Assert.Single(await _stores.Webhooks.ListByExecutionAsync("ex-waiting", Token));

        await _stores.Webhooks.RecordAttemptAsync("msg_2", new DeliveryAttempt(Sample.Noon, 1, 500, null, null), DeliveryStatus.Failed, null, Token);
        Assert.Equal((1, 0), await Run(new RetentionOptions()) is var last ? (last.Removed, last.Held) : default);
        Assert.Empty(await Ids());
    }

    [Fact]
    public async Task A_replay_keeps_its_link_to_what_is_gone()
    {
        await Ended("ex-1", daysAgo: 40);
        var replay = Sample.New("ex-2") with { Events = [new ExecutionQueued(Sample.Noon, "wf-aaaaaaaa", 1, Sample.Json("{}"), ReplayOf: "ex-1")] };
        await _stores.Executions.CreateAsync(replay with { Execution = replay.Execution with { ReplayOf = "ex-1" } }, Token);
        await Run(new RetentionOptions());
        Assert.Equal("ex-1", (await _stores.Executions.FindAsync("ex-2", Token))!.ReplayOf);
        Assert.Null(await _stores.Executions.FindAsync("ex-1", Token));
    }

    [Fact]
    public async Task Figures_of_what_ended_stay_as_long_as_failures_do()
    {
        await Ended("ex-1", daysAgo: 40);
        await Ended("ex-2", daysAgo: 100);
        await Run(new RetentionOptions());
        Assert.Empty(await Ids());
        var (to, from) = (new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero), new DateTimeOffset(2025, 5, 4, 12, 0, 0, TimeSpan.Zero));
        Assert.Equal(1, (await _stores.Executions.ReadStatisticsAsync(from, to, 1, Token)).Completed);
    }

    [Fact]
    public async Task Expired_keys_go_and_the_others_stay()
    {
        for (var i = 0; i < 4; i++)
            await _stores.Executions.CreateAsync(Sample.New($"ex-{i}", at: Sample.Noon.AddDays(-1)) with { Key = new IdempotencyKey($"k{i}", "h", Sample.Noon.AddHours(i - 2)) }, Token);
        await Run(new RetentionOptions());
        // An earlier clock tells them apart: a key that stayed would still be in force for it.
        var outcomes = new List<CreateOutcome>();
        for (var i = 0; i < 4; i++)
            outcomes.Add(await _stores.Executions.CreateAsync(Sample.New($"ex-new-{i}", at: Sample.Noon.AddHours(-3)) with { Key = new IdempotencyKey($"k{i}", "h", Sample.Noon) }, Token));
        Assert.Equal(["Done", "Done", "Done", "Repeated"], outcomes.Select(outcome => outcome.GetType().Name));
    }

    [Fact]
    public async Task Lists_by_time_are_right_after_the_oldest_are_gone()
    {
        for (var i = 0; i < 10; i++)
            await Ended($"ex-{i}", daysAgo: 40 - i);
        await Run(Only(options => options.MaxExecutions = 4));
        var query = new ExecutionQuery(CreatedFrom: Sample.Noon.AddDays(-33).AddMinutes(-10), CreatedTo: Sample.Noon.AddDays(-31).AddMinutes(-10));
        Assert.Equal(["ex-8", "ex-7"], (await _stores.Executions.ListAsync(query, Token)).Items.Select(row => row.Id));
        Assert.Equal(["ex-6"], (await _stores.Executions.ListAsync(new ExecutionQuery(CreatedTo: Sample.Noon.AddDays(-33).AddMinutes(-10)), Token)).Items.Select(row => row.Id));
    }

    [Fact]
    public async Task Many_that_ended_at_the_same_moment_all_go()
    {
        for (var i = 0; i < 150; i++)
            await Ended($"ex-{i}", daysAgo: 40);
        Assert.Equal(150, (await Run(new RetentionOptions())).Removed);
    }

    [Fact]
    public async Task A_run_waits_between_its_steps_and_stops_where_it_is_told_to()
    {
        for (var i = 0; i < 200; i++)
            await Ended($"ex-{i}", daysAgo: 40);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var steps = 0;
        using var retention = new ExecutionRetention(_stores.Retention, Options.Create(new RetentionOptions()), _clock)
        {
            Pause = token =>
            {
                if (++steps == 2)
                    stop.Cancel();
                return Task.CompletedTask;
            },
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => retention.RunAsync(stop.Token));
        Assert.InRange((await Ids()).Count, 1, 199);
        Assert.Equal((await Ids()).Count, (await Run(new RetentionOptions())).Removed);
    }

    [Fact]
    public async Task A_preview_tells_by_limit_what_the_run_then_removes_and_removes_nothing_itself()
    {
        for (var i = 0; i < 6; i++)
            await Ended($"ex-old-{i}", daysAgo: 40 + i, status: i == 0 ? ExecutionStatus.Failed : ExecutionStatus.Completed);
        await Ended("ex-failed", daysAgo: 95, status: ExecutionStatus.Failed);
        for (var i = 0; i < 5; i++)
            await Ended($"ex-busy-{i}", daysAgo: 10 - i);
        for (var i = 0; i < 4; i++)
            await Ended($"ex-quiet-{i}", daysAgo: 20 - i, workflowId: "wf-bbbbbbbb");
        var options = new RetentionOptions { MaxExecutionsPerWorkflow = 4, MaxExecutions = 6, MaxMegabytes = 0 };
        var before = await Ids();

        var preview = await Preview(options);
        Assert.Equal([("MaxAgeDays", 5L), ("FailedMaxAgeDays", 1L), ("MaxExecutionsPerWorkflow", 2L), ("MaxExecutions", 2L)], preview.Excess.Select(excess => (excess.Setting, excess.Executions)));
        Assert.Equal(before, await Ids());
        Assert.Equal(preview.Executions, (await Run(options)).Removed);
        Assert.Equal(0, (await Preview(options)).Executions);
    }

    [Fact]
    public async Task A_preview_of_the_size_reckons_with_the_average()
    {
        for (var i = 0; i < 30; i++)
            await Ended($"ex-{i}", daysAgo: 30 - i, events: 300);
        var options = Only(limits => limits.MaxMegabytes = 2);
        var excess = Assert.Single((await Preview(options)).Excess);
        Assert.True(excess.IsEstimate);
        var removed = (await Run(options)).Removed;
        Assert.InRange(excess.Executions, removed / 2, removed * 2);
    }

    [Fact]
    public async Task A_run_tells_how_far_it_has_come()
    {
        for (var i = 0; i < 200; i++)
            await Ended($"ex-{i}", daysAgo: 40);
        var seen = new List<long?>();
        ExecutionRetention? itself = null;
        using var watched = new ExecutionRetention(_stores.Retention, Options.Create(new RetentionOptions()), _clock)
        {
            Pause = _ =>
            {
                seen.Add(itself!.Running?.Removed);
                return Task.CompletedTask;
            },
        };
        itself = watched;
        Assert.Null(watched.Running);
        await watched.RunAsync(Token);
        Assert.Null(watched.Running);
        Assert.True(seen.Count > 2);
        Assert.True(seen[0] is > 0 and < 200);
        Assert.Equal(seen.Order(), seen);
    }

    private async Task<RetentionPreview> Preview(RetentionOptions options)
    {
        using var retention = new ExecutionRetention(_stores.Retention, Options.Create(options), _clock);
        return await retention.PreviewAsync(Token);
    }

    private async Task<RetentionRun> Run(RetentionOptions options)
    {
        using var retention = new ExecutionRetention(_stores.Retention, Options.Create(options), _clock) { Pause = static _ => Task.CompletedTask };
        var run = await retention.RunAsync(Token);
        Assert.Equal(run, retention.Last);
        return run;
    }

    private static RetentionOptions Only(Action<RetentionOptions> set)
    {
        var options = new RetentionOptions { MaxAgeDays = 0, FailedMaxAgeDays = 0, MaxExecutions = 0, MaxExecutionsPerWorkflow = 0, MaxMegabytes = 0 };
        set(options);
        return options;
    }

    private async Task<List<string>> Ids()
    {
        var query = new ExecutionQuery(100);
        var ids = new List<string>();
        do
        {
            var page = await _stores.Executions.ListAsync(query, Token);
            ids.AddRange(page.Items.Select(row => row.Id));
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return ids;
    }

    private async Task Ended(string id, int daysAgo, ExecutionStatus status = ExecutionStatus.Completed, string workflowId = "wf-aaaaaaaa", int events = 1, string? message = null)
    {
        var at = Sample.Noon.AddDays(-daysAgo);
        var creation = Sample.New(id, workflowId, at);
        await _stores.Executions.CreateAsync(creation, Token);
        ImmutableArray<ExecutionEvent> padding = [.. Enumerable.Range(0, events - 1).Select(i => new TaskStarted(at, $"task_{i}", 1, Sample.Json($"\"{new string('x', 900)}{i}\"")))];
        var append = status switch
        {
            ExecutionStatus.Failed => Sample.Fail(creation.Execution, at: at),
            ExecutionStatus.Cancelled => Sample.Append(creation.Execution, e => e with { Status = ExecutionStatus.Cancelled, CompletedAt = at }, new ExecutionCancelled(at)),
            _ => Sample.Complete(creation.Execution, at),
        };
        append = append with { Events = [.. padding, .. append.Events], Execution = append.Execution with { Sequence = append.Execution.Sequence + padding.Length } };
        await _stores.Executions.AppendAsync(message is null ? append : append with { Outbox = [Sample.Message(message, creation.Execution)] }, Token);
    }
}
