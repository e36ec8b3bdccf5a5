using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Storage;

public sealed class InMemoryExecutionStoreTests : ExecutionStoreTests
{
    private protected override Stores Open() => new InMemoryStores();
}

public sealed class SqliteExecutionStoreTests : ExecutionStoreTests
{
    private protected override Stores Open() => new SqliteStores();
}

/// <summary>What every execution store promises.</summary>
public abstract class ExecutionStoreTests : IDisposable
{
    private readonly Stores _stores;

    protected ExecutionStoreTests() => _stores = Open();

    private protected abstract Stores Open();

    private IExecutionStore Store => _stores.Executions;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _stores.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Create_is_found_with_its_journal_and_credentials()
    {
        var creation = Sample.New("ex-1") with { ProtectedCredentials = [1, 2, 3] };
        Assert.Same(CreateOutcome.Created, await Store.CreateAsync(creation, Token));

        var journal = (await Store.ReadAsync("ex-1", 0, Token))!;
        Assert.Equal(("ex-1", 1), (journal.ExecutionId, journal.FirstSequence));
        var queued = Assert.IsType<ExecutionQueued>(Assert.Single(journal.Events));
        Assert.Equal((Sample.Noon, "wf-aaaaaaaa", 1, "api"), (queued.At, queued.WorkflowId, queued.WorkflowVersion, queued.Trigger));
        Assert.Equal([1, 2, 3], journal.ProtectedCredentials!);

        var summary = (await Store.FindAsync("ex-1", Token))!;
        Assert.Equal(ExecutionSummary.Of(creation.Execution) with { CreatedAt = Sample.Noon.Rounded() }, summary);
    }

    [Fact]
    public async Task Unknown_executions_are_null()
    {
        Assert.Null(await Store.ReadAsync("ex-none", 0, Token));
        Assert.Null(await Store.FindAsync("ex-none", Token));
    }

    [Fact]
    public async Task Create_refuses_an_id_that_is_taken_and_keeps_nothing_of_it()
    {
        await Store.CreateAsync(Sample.New("ex-1"), Token);
        var second = Sample.New("ex-1", "wf-bbbbbbbb") with { Key = new IdempotencyKey("k", "hash", Sample.Noon.AddDays(1)) };
        var error = await Assert.ThrowsAsync<DuplicateIdException>(() => Store.CreateAsync(second, Token).AsTask());
        Assert.Equal("ex-1", error.Id);

        Assert.Equal("wf-aaaaaaaa", (await Store.FindAsync("ex-1", Token))!.WorkflowId);
        Assert.Equal(0, await Store.CountUnfinishedAsync("wf-bbbbbbbb", Token));
        var again = Sample.New("ex-2", "wf-bbbbbbbb") with { Key = new IdempotencyKey("k", "other", Sample.Noon.AddDays(1)) };
        Assert.Same(CreateOutcome.Created, await Store.CreateAsync(again, Token));
    }

    [Fact]
    public async Task A_journal_that_does_not_begin_with_execution_queued_is_a_bug_of_the_caller()
    {
        var creation = Sample.New("ex-1") with { Events = [new ExecutionStarted(Sample.Noon)] };
        await Assert.ThrowsAsync<ArgumentException>(() => Store.CreateAsync(creation, Token).AsTask());
    }

    [Fact]
    public async Task A_key_with_the_same_body_gives_the_first_execution_again()
    {
        var key = new IdempotencyKey("k", "hash", Sample.Noon.AddHours(24));
        await Store.CreateAsync(Sample.New("ex-1", version: 3) with { Key = key }, Token);
        Assert.Equal(new CreateOutcome.Repeated("ex-1", 3), await Store.CreateAsync(Sample.New("ex-2", version: 4) with { Key = key }, Token));
        Assert.Null(await Store.FindAsync("ex-2", Token));
    }

    [Fact]
    public async Task A_key_with_another_body_is_refused()
    {
        await Store.CreateAsync(Sample.New("ex-1") with { Key = new IdempotencyKey("k", "hash", Sample.Noon.AddHours(24)) }, Token);
        Assert.IsType<CreateOutcome.KeyReused>(await Store.CreateAsync(Sample.New("ex-2") with { Key = new IdempotencyKey("k", "other", Sample.Noon.AddHours(24)) }, Token));
    }

    [Fact]
    public async Task A_key_belongs_to_one_workflow()
    {
        var key = new IdempotencyKey("k", "hash", Sample.Noon.AddHours(24));
        await Store.CreateAsync(Sample.New("ex-1") with { Key = key }, Token);
        Assert.Same(CreateOutcome.Created, await Store.CreateAsync(Sample.New("ex-2", "wf-bbbbbbbb") with { Key = key }, Token));
    }

    [Fact]
    public async Task A_key_is_free_again_after_its_time()
    {
        await Store.CreateAsync(Sample.New("ex-1") with { Key = new IdempotencyKey("k", "hash", Sample.Noon.AddHours(24)) }, Token);
        var later = Sample.Noon.AddHours(24);
        var renewed = new IdempotencyKey("k", "other", later.AddHours(24));
        Assert.Same(CreateOutcome.Created, await Store.CreateAsync(Sample.New("ex-2", at: later) with { Key = renewed }, Token));
        Assert.Equal(new CreateOutcome.Repeated("ex-2", 1), await Store.CreateAsync(Sample.New("ex-3", at: later) with { Key = renewed }, Token));
    }

    [Fact]
    public async Task Creation_is_refused_above_the_limit_until_one_has_ended()
    {
        var first = Sample.New("ex-1") with { RejectAbove = 1 };
        await Store.CreateAsync(first, Token);
        Assert.IsType<CreateOutcome.LimitReached>(await Store.CreateAsync(Sample.New("ex-2") with { RejectAbove = 1 }, Token));
        Assert.Same(CreateOutcome.Created, await Store.CreateAsync(Sample.New("ex-3", "wf-bbbbbbbb") with { RejectAbove = 1 }, Token));

        await Store.AppendAsync(Sample.Complete(first.Execution), Token);
        Assert.Same(CreateOutcome.Created, await Store.CreateAsync(Sample.New("ex-2") with { RejectAbove = 1 }, Token));
    }

    [Fact]
    public async Task The_limit_holds_for_creations_at_the_same_time()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 50).Select(i =>
            Task.Run(async () => await Store.CreateAsync(Sample.New($"ex-{i}") with { RejectAbove = 7 }, Token))));
        Assert.Equal(7, outcomes.Count(outcome => outcome is CreateOutcome.Done));
        Assert.Equal(7, await Store.CountUnfinishedAsync("wf-aaaaaaaa", Token));
    }

    [Fact]
    public async Task Append_writes_events_and_row_together()
    {
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        var start = Sample.Start(creation.Execution, Sample.Noon.AddSeconds(1));
        await Store.AppendAsync(start, Token);
        var fail = Sample.Fail(start.Execution, at: Sample.Noon.AddSeconds(2));
        await Store.AppendAsync(fail, Token);

        var summary = (await Store.FindAsync("ex-1", Token))!;
        Assert.Equal(ExecutionSummary.Of(fail.Execution) with
        {
            CreatedAt = Sample.Noon.Rounded(), StartedAt = Sample.Noon.AddSeconds(1).Rounded(), CompletedAt = Sample.Noon.AddSeconds(2).Rounded(),
        }, summary);
        Assert.Equal(("http_status", "download"), (summary.FailureCode, summary.FailedRef));
        var journal = (await Store.ReadAsync("ex-1", 0, Token))!;
        Assert.Collection(journal.Events, e => Assert.IsType<ExecutionQueued>(e), e => Assert.IsType<ExecutionStarted>(e), e => Assert.IsType<ExecutionFailed>(e));
    }

    [Fact]
    public async Task Append_at_another_sequence_loses_the_fence_and_keeps_nothing()
    {
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        await Store.AppendAsync(Sample.Start(creation.Execution), Token);

        var late = Sample.Start(creation.Execution) with { Outbox = [Sample.Message("msg_1", creation.Execution)] };
        var error = await Assert.ThrowsAsync<FenceLostException>(() => Store.AppendAsync(late, Token).AsTask());
        Assert.Equal("ex-1", error.ExecutionId);
        Assert.Equal(2, (await Store.ReadAsync("ex-1", 0, Token))!.Events.Length);
        Assert.Empty(await _stores.Webhooks.ListByExecutionAsync("ex-1", Token));
        await Assert.ThrowsAsync<FenceLostException>(() => Store.AppendAsync(Sample.Start(Sample.New("ex-none").Execution), Token).AsTask());
    }

    [Fact]
    public async Task One_of_many_appends_at_the_same_sequence_wins()
    {
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(async () =>
        {
            try
            {
                await Store.AppendAsync(Sample.Start(creation.Execution), Token);
                return true;
            }
            catch (FenceLostException)
            {
                return false;
            }
        })));
        Assert.Single(results, won => won);
        Assert.Equal(2, (await Store.ReadAsync("ex-1", 0, Token))!.Events.Length);
    }

    [Fact]
    public async Task A_message_id_that_is_taken_is_refused_with_the_whole_append()
    {
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        var start = Sample.Start(creation.Execution) with { Outbox = [Sample.Message("msg_1", creation.Execution)] };
        await Store.AppendAsync(start, Token);
        var complete = Sample.Complete(start.Execution) with { Outbox = [Sample.Message("msg_1", start.Execution)] };
        await Assert.ThrowsAsync<DuplicateIdException>(() => Store.AppendAsync(complete, Token).AsTask());
        Assert.Equal(ExecutionStatus.Running, (await Store.FindAsync("ex-1", Token))!.Status);
    }

    [Fact]
    public async Task An_append_whose_sequences_do_not_add_up_is_a_bug_of_the_caller()
    {
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        var start = Sample.Start(creation.Execution);
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(start with { ExpectedSequence = 0 }, Token).AsTask());
        await Assert.ThrowsAsync<ArgumentException>(() => Store.AppendAsync(start with { Events = [] }, Token).AsTask());
    }

    [Fact]
    public async Task Credentials_stay_while_it_runs_and_are_erased_by_its_end()
    {
        var creation = Sample.New("ex-1") with { ProtectedCredentials = [9] };
        await Store.CreateAsync(creation, Token);
        var start = Sample.Start(creation.Execution);
        await Store.AppendAsync(start, Token);
        Assert.Equal([9], (await Store.ReadAsync("ex-1", 0, Token))!.ProtectedCredentials!);
        await Store.AppendAsync(Sample.Complete(start.Execution), Token);
        Assert.Null((await Store.ReadAsync("ex-1", 0, Token))!.ProtectedCredentials);
    }

    [Theory]
    [InlineData(0, 1, 5)]
    [InlineData(1, 2, 4)]
    [InlineData(2, 3, 3)]
    [InlineData(3, 4, 2)]
    [InlineData(5, 6, 0)]
    [InlineData(99, 100, 0)]
    [InlineData(-1, 1, 5)]
    public async Task Read_gives_what_came_after_a_sequence(int after, int first, int count)
    {
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        var start = Sample.Append(creation.Execution, e => e with { Status = ExecutionStatus.Running, StartedAt = Sample.Noon },
            new ExecutionStarted(Sample.Noon), new TaskStarted(Sample.Noon, "a", 1, Sample.Json("1")), new TaskCompleted(Sample.Noon, "a", 1, Sample.Json("2")));
        await Store.AppendAsync(start, Token);
        await Store.AppendAsync(Sample.Complete(start.Execution), Token);
        await Store.CreateAsync(Sample.New("ex-2"), Token);

        var journal = (await Store.ReadAsync("ex-1", after, Token))!;
        Assert.Equal((first, count), (journal.FirstSequence, journal.Events.Length));
        Assert.Equal((await Store.ReadAsync("ex-1", 0, Token))!.Events.Skip(after).Select(e => e.GetType()), journal.Events.Select(e => e.GetType()));
    }

    [Fact]
    public async Task Every_event_type_comes_back_as_it_was()
    {
        var at = Sample.Noon;
        var failure = new TaskFailure("timeout", "Too slow: „ü“ <b>", Retryable: true, RetryAfter: TimeSpan.FromMilliseconds(1500.5), Ref: "a");
        ImmutableArray<ExecutionEvent> events =
        [
            new ExecutionStarted(at), new TaskReused(at, "r", TaskRunStatus.Skipped), new TaskReused(at.AddTicks(1), "r", TaskRunStatus.Failed, null, failure),
            new TaskStarted(at, "a", 1, Sample.Json("{}")), new TaskStarted(at, "a", 2, Sample.Json("null"), Fallback: true),
            new TaskWaiting(at, "a", 1, at.AddHours(1)), new TaskInterrupted(at, "a", 1), new TaskInterrupted(at, "a", 1, Graceful: true),
            new TaskCompleted(at, "a", 1, Sample.Json("[1]")), new TaskRetryScheduled(at, "a", 1, failure, at.AddSeconds(3)), new TaskFellBack(at, "a", 1, failure),
            new TaskFailed(at, "a", 1, failure), new TaskFailed(at, "a", 1, failure, Handled: true, Sample.Json("\"v\"")), new TaskSkipped(at, "b", "condition_false"),
            new TaskCancelled(at, "c"), new ExecutionPaused(at), new ExecutionResumed(at), new CancellationRequested(at, "because"), new CancellationRequested(at),
            new ExecutionCompleted(at, Sample.Json("{\"x\":1}")), new ExecutionFailed(at, failure), new ExecutionCancelled(at),
        ];
        Assert.Empty(typeof(ExecutionEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ExecutionEvent))).Except([.. events.Select(e => e.GetType()), typeof(ExecutionQueued)]));
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        await Store.AppendAsync(Sample.Append(creation.Execution, e => e, events), Token);

        var read = (await Store.ReadAsync("ex-1", 1, Token))!.Events;
        Assert.Equal(events.Select(Text), read.Select(Text));

        static string Text(ExecutionEvent e) => JsonSerializer.Serialize(e, Engine.EngineJson.Options);
    }

    [Fact]
    public async Task A_json_null_and_no_value_stay_different()
    {
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        var failure = new TaskFailure("x", "y");
        await Store.AppendAsync(Sample.Append(creation.Execution, e => e,
            new TaskFailed(Sample.Noon, "a", 1, failure, true, Sample.Json("null")), new TaskFailed(Sample.Noon, "a", 1, failure)), Token);
        var events = (await Store.ReadAsync("ex-1", 1, Token))!.Events.Cast<TaskFailed>().ToArray();
        Assert.Equal(JsonValueKind.Null, events[0].Output!.Value.ValueKind);
        Assert.Null(events[1].Output);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Values_come_back_exactly(string name, string json)
    {
        Assert.NotEmpty(name);
        var creation = Sample.New("ex-1", input: Sample.Json(json));
        await Store.CreateAsync(creation, Token);
        var value = Sample.Json(json);
        var all = Sample.Append(creation.Execution, e => e with { Status = ExecutionStatus.Completed, CompletedAt = Sample.Noon },
            new TaskStarted(Sample.Noon, "a", 1, value), new TaskCompleted(Sample.Noon, "a", 1, value), new ExecutionCompleted(Sample.Noon, value));
        await Store.AppendAsync(all, Token);

        var events = (await Store.ReadAsync("ex-1", 0, Token))!.Events;
        foreach (var read in new[] { ((ExecutionQueued)events[0]).Input, ((TaskStarted)events[1]).Input, ((TaskCompleted)events[2]).Output, ((ExecutionCompleted)events[3]).Output })
            Assert.True(SameText(value.GetRawText(), read.GetRawText()), name);
    }

    /// <summary>As text, but for the escapes inside long strings.</summary>
    private static bool SameText(string expected, string actual) =>
        expected == actual || (expected.Length > 4_096 && JsonElement.DeepEquals(Sample.Json(expected), Sample.Json(actual)));

    public static TheoryData<string, string> Values()
    {
        static string Quote(string text) => JsonSerializer.Serialize(text, Engine.EngineJson.Options);
        var page = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<p class=\"x\">Ärger 🚀 {i} \\ \u0001</p>\n"));
        var list = "[" + string.Join(",", Enumerable.Range(0, 3_000).Select(i => $"{{\"n\":{i}.10}}")) + "]";
        var deep = string.Concat(Enumerable.Repeat("[", 300)) + string.Concat(Enumerable.Repeat("]", 300));
        return new()
        {
            { "large integer", "9007199254740993" }, { "trailing zero", "1.10" }, { "exponent", "1E400" }, { "negative zero", "-0.0" },
            { "unicode", "\"ä🚀\\u0000\\ud83d\\ude80\"" }, { "half a pair", "\"\\ud800\"" }, { "spaces", "{ \"a\" : [ 1 , 2 ] }" },
            { "empty", "{}" }, { "empty name", "{\"\":\"\"}" }, { "duplicate names", "{\"a\":1,\"a\":2}" }, { "deep", deep },
            { "a megabyte", Quote(page) }, { "long text in an object", $"{{\"html\":{Quote(page)},\"status\":200}}" }, { "long half a pair", $"\"\\ud800{new string('x', 5_000)}\"" },
            { "long list", list }, { "long list in an object", $"{{\"items\":{list},\"again\":{list},\"text\":[{Quote(page)},{Quote(page)}]}}" },
            { "exactly the threshold", Quote(new string('x', 4_096)) }, { "one more", Quote(new string('x', 4_097)) },
            { "marker", "{\"$value\":\"abc\"}" }, { "marker of a real hash", "{\"$value\":\"47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU\"}" },
            { "escaped marker", "{\"$$value\":\"abc\",\"$$$value\":1,\"$value\":2}" }, { "hidden marker", "{\"\\u0024value\":\"abc\"}" }, { "marker in text", "\"{\\\"$value\\\":\\\"x\\\"}\"" },
            { "markers among long values", $"{{\"$value\":{Quote(page)},\"x\":{{\"$value\":[{list}]}},\"y\":{{\"$value\":\"abc\"}}}}" },
            { "names that end so", "{\"a$value\":1,\"$ value\":2,\"$value \":3,\"value\":4}" },
        };
    }

    [Fact]
    public async Task Labels_that_look_like_a_marker_come_back()
    {
        var creation = Sample.New("ex-1").Labelled(("$value", "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"));
        await Store.CreateAsync(creation, Token);
        var queued = (ExecutionQueued)(await Store.ReadAsync("ex-1", 0, Token))!.Events[0];
        Assert.Equal(creation.Execution.Labels, queued.Labels!);
        Assert.Single((await Store.ListAsync(new ExecutionQuery(Label: "$value"), Token)).Items);
    }

    [Fact]
    public async Task Unfinished_ones_are_listed_in_the_order_of_acceptance_page_by_page()
    {
        // The clock goes backwards; acceptance does not.
        for (var i = 0; i < 10; i++)
            await Store.CreateAsync(Sample.New($"ex-{i}", i % 2 == 0 ? "wf-aaaaaaaa" : "wf-bbbbbbbb", Sample.Noon.AddMinutes(-i)), Token);
        await Store.AppendAsync(Sample.Start(Sample.New("ex-3", "wf-bbbbbbbb").Execution), Token);
        await Store.AppendAsync(Sample.Complete(Sample.New("ex-5", "wf-bbbbbbbb").Execution), Token);

        var listed = new List<UnfinishedExecution>();
        for (var after = 0L; ;)
        {
            var page = await Store.ListUnfinishedAsync(ExecutionStatus.Pending, after, 3, Token);
            Assert.True(page.Length <= 3);
            if (page.IsEmpty)
                break;
            listed.AddRange(page);
            after = page[^1].Position;
        }
        Assert.Equal(["ex-0", "ex-1", "ex-2", "ex-4", "ex-6", "ex-7", "ex-8", "ex-9"], listed.Select(e => e.ExecutionId));
        Assert.Equal("wf-bbbbbbbb", listed[1].WorkflowId);
        Assert.Equal("ex-3", Assert.Single(await Store.ListUnfinishedAsync(ExecutionStatus.Running, 0, 100, Token)).ExecutionId);
        Assert.Empty(await Store.ListUnfinishedAsync(ExecutionStatus.Completed, 0, 100, Token));
        Assert.Equal((9, 5, 4), (await Store.CountUnfinishedAsync(null, Token), await Store.CountUnfinishedAsync("wf-aaaaaaaa", Token), await Store.CountUnfinishedAsync("wf-bbbbbbbb", Token)));
        Assert.Equal(0, await Store.CountUnfinishedAsync("wf-none", Token));
    }

    [Fact]
    public async Task Lists_are_newest_first_and_pages_follow_each_other()
    {
        await Many();
        Assert.Equal(["ex-11", "ex-10", "ex-9", "ex-8", "ex-7", "ex-6", "ex-5", "ex-4", "ex-3", "ex-2", "ex-1", "ex-0"], await All(new ExecutionQuery(5)));
        var first = await Store.ListAsync(new ExecutionQuery(12), Token);
        Assert.Null(first.NextCursor);
        Assert.Equal(12, first.Items.Length);
    }

    [Fact]
    public async Task A_cursor_stays_right_while_executions_are_added()
    {
        await Many();
        var first = await Store.ListAsync(new ExecutionQuery(5), Token);
        await Store.CreateAsync(Sample.New("ex-new"), Token);
        var second = await Store.ListAsync(new ExecutionQuery(5, first.NextCursor), Token);
        Assert.Equal(["ex-6", "ex-5", "ex-4", "ex-3", "ex-2"], second.Items.Select(e => e.Id));
    }

    [Fact]
    public async Task Lists_are_filtered_by_workflow_status_time_label_and_text()
    {
        await Many();
        Assert.Equal(["ex-11", "ex-9", "ex-7", "ex-5", "ex-3", "ex-1"], await All(new ExecutionQuery(2, WorkflowId: "wf-bbbbbbbb")));
        Assert.Equal(["ex-10", "ex-6", "ex-2"], await All(new ExecutionQuery(2, Statuses: [ExecutionStatus.Failed])));
        Assert.Equal(["ex-10", "ex-9", "ex-6", "ex-5", "ex-2", "ex-1"], await All(new ExecutionQuery(2, Statuses: [ExecutionStatus.Failed, ExecutionStatus.Running])));
        Assert.Equal(["ex-9", "ex-5", "ex-1"], await All(new ExecutionQuery(2, WorkflowId: "wf-bbbbbbbb", Statuses: [ExecutionStatus.Running, ExecutionStatus.Failed])));
        Assert.Equal(["ex-7", "ex-6", "ex-5"], await All(new ExecutionQuery(2, CreatedFrom: Sample.Noon.AddMinutes(5), CreatedTo: Sample.Noon.AddMinutes(8))));
        Assert.Equal(["ex-6"], await All(new ExecutionQuery(2, CreatedFrom: Sample.Noon.AddMinutes(5), CreatedTo: Sample.Noon.AddMinutes(8), Statuses: [ExecutionStatus.Failed])));
        Assert.Empty(await All(new ExecutionQuery(2, CreatedFrom: Sample.Noon.AddDays(1))));
        Assert.Empty(await All(new ExecutionQuery(2, CreatedTo: Sample.Noon)));
        Assert.Equal(["ex-9", "ex-6", "ex-3", "ex-0"], await All(new ExecutionQuery(3, Label: "team")));
        Assert.Equal(["ex-6"], await All(new ExecutionQuery(3, Label: "team=6")));
        Assert.Equal(["ex-6"], await All(new ExecutionQuery(3, Label: "team=6", WorkflowId: "wf-aaaaaaaa", Statuses: [ExecutionStatus.Failed])));
        Assert.Equal(["ex-11", "ex-10", "ex-1"], await All(new ExecutionQuery(2, Text: "EX-1")));
        Assert.Equal(["ex-11", "ex-10", "ex-1"], await All(new ExecutionQuery(2, Text: "1")));
        Assert.Equal(["ex-10"], await All(new ExecutionQuery(2, Text: "1", Statuses: [ExecutionStatus.Failed])));
        Assert.Equal(["ex-10", "ex-6", "ex-2"], await All(new ExecutionQuery(2, Text: "did NOT")));
        Assert.Equal(["ex-10", "ex-6", "ex-2"], await All(new ExecutionQuery(2, Text: "ownloa")));
        Assert.Equal(["ex-9", "ex-6", "ex-3", "ex-0"], await All(new ExecutionQuery(2, Text: "TEAM")));
        Assert.Equal(["ex-6", "ex-0"], await All(new ExecutionQuery(1, Text: "team", WorkflowId: "wf-aaaaaaaa")));
        Assert.Equal(["ex-6"], await All(new ExecutionQuery(2, Text: "did not", Label: "team")));
        Assert.Equal(["ex-3"], await All(new ExecutionQuery(2, Text: "team=3")));
        Assert.Equal(["ex-10", "ex-6", "ex-2"], await All(new ExecutionQuery(2, Text: "http_stat")));
        Assert.Equal(["ex-11", "ex-9", "ex-7", "ex-5", "ex-3", "ex-1"], await All(new ExecutionQuery(4, Text: "wf-bbbbbbbb")));
        Assert.Equal(["ex-10", "ex-8", "ex-6", "ex-4", "ex-2", "ex-0"], await All(new ExecutionQuery(4, Text: "ÄRGER")));
        Assert.Empty(await All(new ExecutionQuery(4, Text: "%")));
    }

    [Fact]
    public async Task A_failures_message_is_kept_in_its_row_up_to_a_length_and_never_to_half_a_character()
    {
        var message = new string('m', ExecutionSummary.LongestMessage - 1) + "😀 and more";
        var creation = Sample.New("ex-1");
        await Store.CreateAsync(creation, Token);
        var failure = new TaskFailure("code", message);
        await Store.AppendAsync(Sample.Append(creation.Execution, e => e with { Status = ExecutionStatus.Failed, CompletedAt = Sample.Noon, Failure = failure }, new ExecutionFailed(Sample.Noon, failure)), Token);
        Assert.Equal(new string('m', ExecutionSummary.LongestMessage - 1), (await Store.FindAsync("ex-1", Token))!.FailureMessage);
    }

    [Fact]
    public async Task The_newest_executions_of_workflows_are_read_together()
    {
        await Many();
        var recent = await Store.ListRecentAsync(["wf-aaaaaaaa", "wf-bbbbbbbb", "wf-none"], 4, Token);
        Assert.Equal(["ex-10", "ex-8", "ex-6", "ex-4"], recent["wf-aaaaaaaa"].Select(e => e.Id));
        Assert.Equal(["ex-11", "ex-9", "ex-7", "ex-5"], recent["wf-bbbbbbbb"].Select(e => e.Id));
        Assert.Equal(ExecutionStatus.Failed, recent["wf-aaaaaaaa"][0].Status);
        Assert.Equal(2, recent.Count);
    }

    [Fact]
    public async Task Only_an_execution_that_has_ended_is_deleted_and_nothing_of_it_stays()
    {
        var ended = Sample.New("ex-1").Labelled(("team", "a"));
        await Store.CreateAsync(ended, Token);
        await Store.CreateAsync(Sample.New("ex-2").Labelled(("team", "a")), Token);
        Assert.Equal(DeleteOutcome.NotEnded, await Store.DeleteAsync("ex-1", Token));
        Assert.Equal(DeleteOutcome.NotFound, await Store.DeleteAsync("ex-none", Token));

        await Store.AppendAsync(Sample.Complete(ended.Execution) with { Outbox = [Sample.Message("msg_1", ended.Execution)] }, Token);
        Assert.Equal(DeleteOutcome.DeliveriesPending, await Store.DeleteAsync("ex-1", Token));
        await _stores.Webhooks.RecordAttemptAsync("msg_1", new DeliveryAttempt(Sample.Noon, 1, 200, null, null), DeliveryStatus.Delivered, null, Token);
        Assert.Equal(DeleteOutcome.Deleted, await Store.DeleteAsync("ex-1", Token));
        Assert.Equal(DeleteOutcome.NotFound, await Store.DeleteAsync("ex-1", Token));

        Assert.Null(await Store.FindAsync("ex-1", Token));
        Assert.Null(await Store.ReadAsync("ex-1", 0, Token));
        Assert.Empty(await _stores.Webhooks.ListByExecutionAsync("ex-1", Token));
        Assert.Equal(["ex-2"], await All(new ExecutionQuery(Label: "team=a")));
        Assert.Equal(1, await Store.CountUnfinishedAsync(null, Token));
        // The id and its messages' ids are free again, and so is nothing else.
        Assert.Same(CreateOutcome.Created, await Store.CreateAsync(Sample.New("ex-1"), Token));
        Assert.Equal(["ex-1", "ex-2"], await All(new ExecutionQuery()));
    }

    [Fact]
    public async Task A_value_goes_with_the_last_execution_that_uses_it()
    {
        var page = Sample.Json($"\"{new string('p', 9_000)}\"");
        foreach (var id in new[] { "ex-1", "ex-2" })
        {
            var creation = Sample.New(id, input: page);
            await Store.CreateAsync(creation, Token);
            await Store.AppendAsync(Sample.Complete(creation.Execution, output: page), Token);
        }
        await Store.DeleteAsync("ex-1", Token);
        Assert.Equal(page.GetRawText(), ((ExecutionQueued)(await Store.ReadAsync("ex-2", 0, Token))!.Events[0]).Input.GetRawText());
        await Store.DeleteAsync("ex-2", Token);
        // It was remembered as stored, and is not any more.
        await Store.CreateAsync(Sample.New("ex-3", input: page), Token);
        Assert.Equal(page.GetRawText(), ((ExecutionQueued)(await Store.ReadAsync("ex-3", 0, Token))!.Events[0]).Input.GetRawText());
    }

    [Fact]
    public async Task Time_filters_hold_when_the_clock_went_backwards()
    {
        foreach (var (minute, i) in new[] { 0, 10, 3, 4, 11, 2 }.Select((minute, i) => (minute, i)))
            await Store.CreateAsync(Sample.New($"ex-{i}", at: Sample.Noon.AddMinutes(minute)), Token);
        Assert.Equal(["ex-5", "ex-3", "ex-2"], await All(new ExecutionQuery(2, CreatedFrom: Sample.Noon.AddMinutes(2), CreatedTo: Sample.Noon.AddMinutes(10))));
        Assert.Equal(["ex-4", "ex-1"], await All(new ExecutionQuery(2, CreatedFrom: Sample.Noon.AddMinutes(5))));
        Assert.Equal(["ex-5", "ex-0"], await All(new ExecutionQuery(2, CreatedTo: Sample.Noon.AddMinutes(3))));
    }

    [Fact]
    public async Task Rows_carry_the_name_of_the_workflow_at_their_version()
    {
        await _stores.Workflows.CreateAsync("wf-aaaaaaaa", Sample.Content("Old name"), Sample.Noon, Token);
        await Store.CreateAsync(Sample.New("ex-1"), Token);
        await _stores.Workflows.UpdateAsync("wf-aaaaaaaa", Sample.Content("New name"), null, Sample.Noon, Token);
        await Store.CreateAsync(Sample.New("ex-2", version: 2), Token);
        await _stores.Workflows.DeleteAsync("wf-aaaaaaaa", Sample.Noon, Token);

        Assert.Equal(["New name", "Old name"], (await Store.ListAsync(new ExecutionQuery(), Token)).Items.Select(e => e.WorkflowName!));
        Assert.Equal("Old name", (await Store.FindAsync("ex-1", Token))!.WorkflowName);
    }

    [Fact]
    public async Task Cursors_that_the_list_did_not_give_out_are_refused()
    {
        await Many();
        var query = new ExecutionQuery(2);
        var cursor = (await Store.ListAsync(query, Token)).NextCursor!;
        foreach (var i in Enumerable.Range(0, cursor.Length))
        {
            var tampered = cursor[..i] + (cursor[i] == 'A' ? 'B' : 'A') + cursor[(i + 1)..];
            await Refused(query with { Cursor = tampered });
        }
        foreach (var garbage in new[] { "", "x", "====", "ä", new string('A', 32), new string('A', 5_000), cursor + " ", cursor[..^1], cursor + "A" })
            await Refused(query with { Cursor = garbage });
        await Refused(query with { Cursor = cursor, WorkflowId = "wf-bbbbbbbb" });
        await Refused(query with { Cursor = cursor, Statuses = [ExecutionStatus.Failed] });
        await Refused(query with { Cursor = cursor, Text = "ex" });
        await Refused(query with { Cursor = cursor, Label = "team" });
        await Refused(query with { Cursor = cursor, CreatedFrom = Sample.Noon });
        Assert.Equal(2, (await Store.ListAsync(query with { Cursor = cursor }, Token)).Items.Length);
        Assert.Equal(10, (await Store.ListAsync(query with { Cursor = cursor, Limit = 50 }, Token)).Items.Length);

        async Task Refused(ExecutionQuery asked) => await Assert.ThrowsAsync<InvalidCursorException>(() => Store.ListAsync(asked, Token));
    }

    [Fact]
    public async Task Statistics_count_what_ended_in_the_time()
    {
        await _stores.Workflows.CreateAsync("wf-bbbbbbbb", Sample.Content("Worse"), Sample.Noon, Token);
        var from = WholeHour;
        await Ended("ex-before", "wf-aaaaaaaa", from.AddTicks(-10), 1, failed: false);
        await Ended("ex-1", "wf-aaaaaaaa", from, 1, failed: false);
        await Ended("ex-2", "wf-aaaaaaaa", from.AddMinutes(29), 2, failed: true);
        await Ended("ex-3", "wf-bbbbbbbb", from.AddMinutes(30), 3, failed: true);
        await Ended("ex-4", "wf-bbbbbbbb", from.AddMinutes(59), 100, failed: false);
        await Ended("ex-5", "wf-bbbbbbbb", from.AddMinutes(59), 5, failed: true);
        await Ended("ex-6", "wf-aaaaaaaa", from.AddMinutes(59), 2, failed: false);
        await Ended("ex-after", "wf-aaaaaaaa", from.AddMinutes(60), 1, failed: true);
        var cancelled = Sample.New("ex-c");
        await Store.CreateAsync(cancelled, Token);
        await Store.AppendAsync(Sample.Append(cancelled.Execution, e => e with { Status = ExecutionStatus.Cancelled, CompletedAt = from.AddMinutes(5) }, new ExecutionCancelled(from.AddMinutes(5))), Token);
        await Store.CreateAsync(Sample.New("ex-p"), Token);
        await Store.CreateAsync(Sample.New("ex-r"), Token);
        await Store.AppendAsync(Sample.Start(Sample.New("ex-r").Execution), Token);

        var statistics = await Store.ReadStatisticsAsync(from, from.AddHours(1), 2, Token);
        Assert.Equal((from, 3, 3, 1, 1, 1), (statistics.From, statistics.Completed, statistics.Failed, statistics.Cancelled, statistics.Running, statistics.Pending));
        AssertAbout(TimeSpan.FromSeconds(2), statistics.P50);
        AssertAbout(TimeSpan.FromSeconds(100), statistics.P95);
        Assert.Equal([new StatisticsBucket(from, 1, 1), new StatisticsBucket(from.AddMinutes(30), 2, 2)], statistics.Buckets);
        Assert.Equal([new FailingWorkflow("wf-bbbbbbbb", "Worse", 2, 3), new FailingWorkflow("wf-aaaaaaaa", "wf-aaaaaaaa", 1, 4)], statistics.FailingMost);

        var empty = await Store.ReadStatisticsAsync(from.AddDays(1), from.AddDays(2), 24, Token);
        Assert.Equal((0, 24), (empty.Completed, empty.Buckets.Length));
        Assert.Null(empty.P50);
        Assert.Empty(empty.FailingMost);
    }

    [Fact]
    public async Task Statistics_are_as_long_as_asked_for_and_go_to_the_end_of_the_five_minutes_under_way()
    {
        var noon = WholeHour;
        await Ended("ex-1", "wf-aaaaaaaa", noon.AddMinutes(-60).AddTicks(-10), 1, failed: false);
        await Ended("ex-2", "wf-aaaaaaaa", noon.AddMinutes(-55), 1, failed: false);
        await Ended("ex-3", "wf-aaaaaaaa", noon.AddMinutes(3), 1, failed: true);
        var statistics = await Store.ReadStatisticsAsync(noon.AddMinutes(-58), noon.AddMinutes(2), 12, Token);
        Assert.Equal((noon.AddMinutes(-55), 1, 1), (statistics.From, statistics.Completed, statistics.Failed));
        Assert.Equal(Enumerable.Range(0, 12).Select(i => noon.AddMinutes(5 * i - 55)), statistics.Buckets.Select(bucket => bucket.From));
        Assert.Equal((1, 1), (statistics.Buckets[0].Completed, statistics.Buckets[11].Failed));
    }

    [Fact]
    public async Task Statistics_are_right_when_ends_are_written_out_of_order()
    {
        foreach (var (i, minutes) in ((int, int)[])[(0, 50), (1, 10), (2, 30), (3, 31), (4, 10), (5, 55)])
            await Ended($"ex-{i}", i % 2 == 0 ? "wf-aaaaaaaa" : "wf-bbbbbbbb", WholeHour.AddMinutes(minutes), 1 + i, failed: i == 4);
        var parts = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Store.ReadStatisticsAsync(WholeHour.AddMinutes(10 * i), WholeHour.AddMinutes(10 * (i + 1)), 1, Token)));
        Assert.Equal([(0, 0), (1, 1), (0, 0), (2, 0), (0, 0), (2, 0)], parts.Select(part => (part.Completed, part.Failed)));
        AssertAbout(TimeSpan.FromSeconds(2), parts[1].P95);
        Assert.Equal([new FailingWorkflow("wf-aaaaaaaa", "wf-aaaaaaaa", 1, 1)], parts[1].FailingMost);
        AssertAbout(TimeSpan.FromSeconds(6), parts[5].P95);
    }

    [Fact]
    public async Task Percentiles_are_within_two_percent_of_what_was_whatever_the_lengths()
    {
        var random = new Random(7);
        var seconds = Enumerable.Range(0, 200).Select(_ => Math.Pow(10, random.NextDouble() * 9 - 4)).Order().ToList();
        foreach (var (i, length) in seconds.Index())
        {
            var creation = Sample.New($"ex-{i}", at: WholeHour);
            var execution = creation.Execution with { Status = ExecutionStatus.Completed, StartedAt = WholeHour.AddSeconds(-length), CompletedAt = WholeHour };
            await Store.CreateAsync(creation with { Execution = execution }, Token);
        }
        var statistics = await Store.ReadStatisticsAsync(WholeHour, WholeHour.AddMinutes(5), 1, Token);
        AssertAbout(TimeSpan.FromSeconds(seconds[99]), statistics.P50);
        AssertAbout(TimeSpan.FromSeconds(seconds[189]), statistics.P95);
    }

    [Fact]
    public async Task What_is_removed_stays_in_all_figures()
    {
        await Ended("ex-1", "wf-aaaaaaaa", WholeHour, 30, failed: false);
        await Ended("ex-2", "wf-aaaaaaaa", WholeHour, 1, failed: true);
        var before = await Store.ReadStatisticsAsync(WholeHour, WholeHour.AddHours(1), 2, Token);
        Assert.Equal(DeleteOutcome.Deleted, await Store.DeleteAsync("ex-1", Token));
        Assert.Equal(DeleteOutcome.Deleted, await Store.DeleteAsync("ex-2", Token));
        var after = await Store.ReadStatisticsAsync(WholeHour, WholeHour.AddHours(1), 2, Token);
        AssertAbout(TimeSpan.FromSeconds(30), after.P50);
        Assert.Equal(before.P95, after.P95);
        Assert.Equal((before.Completed, before.Failed), (after.Completed, after.Failed));
        Assert.Equal(before.Buckets, after.Buckets);
        Assert.Equal(before.FailingMost, after.FailingMost);
    }

    [Theory]
    [InlineData("not work", "ex-2")]
    [InlineData("NOT WORK. (ÄRGER", "ex-2")]
    [InlineData("ÄRGER \"1\"", "ex-2")]
    [InlineData("http_status", "ex-3,ex-2")]
    [InlineData("load", "ex-3,ex-2")]
    [InlineData("not dork", "")]
    [InlineData("no", "ex-3,ex-2")]
    [InlineData("\"", "ex-2")]
    [InlineData("a\0b", "")]
    public async Task Failures_are_found_by_any_part_of_what_they_say(string text, string found)
    {
        var messages = new[] { "It did NOT work. (Ärger \"1\")", "There is no such page." };
        foreach (var (i, message) in messages.Index())
        {
            var creation = Sample.New($"ex-{i + 2}");
            await Store.CreateAsync(creation, Token);
            var failure = new TaskFailure("http_status", message, Ref: "download");
            await Store.AppendAsync(Sample.Append(creation.Execution, e => e with { Status = ExecutionStatus.Failed, CompletedAt = Sample.Noon, Failure = failure }, new ExecutionFailed(Sample.Noon, failure)), Token);
        }
        Assert.Equal(found, string.Join(",", await All(new ExecutionQuery(Text: text))));
        await Store.DeleteAsync("ex-2", Token);
        Assert.DoesNotContain("ex-2", await All(new ExecutionQuery(Text: text)));
    }

    [Fact]
    public async Task A_label_that_a_workflow_had_for_a_while_is_found_in_that_while()
    {
        for (var i = 0; i < 9; i++)
        {
            var creation = Sample.New($"ex-{i}", i % 3 == 0 ? "wf-bbbbbbbb" : "wf-aaaaaaaa", Sample.Noon.AddMinutes(i));
            await Store.CreateAsync(i is 3 or 4 or 5 ? creation.Labelled(("team", "a")) : i is 6 ? creation.Labelled(("team", "b")) : creation, Token);
        }
        Assert.Equal(["ex-5", "ex-4"], await All(new ExecutionQuery(WorkflowId: "wf-aaaaaaaa", Label: "team")));
        Assert.Equal(["ex-6", "ex-3"], await All(new ExecutionQuery(WorkflowId: "wf-bbbbbbbb", Label: "team")));
        Assert.Equal(["ex-6"], await All(new ExecutionQuery(WorkflowId: "wf-bbbbbbbb", Label: "team=b")));
        Assert.Empty(await All(new ExecutionQuery(WorkflowId: "wf-aaaaaaaa", Label: "team=b")));
        Assert.Empty(await All(new ExecutionQuery(WorkflowId: "wf-aaaaaaaa", Label: "team", CreatedFrom: Sample.Noon.AddMinutes(7))));
    }

    private static DateTimeOffset WholeHour { get; } = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Figures promise no more.</summary>
    private static void AssertAbout(TimeSpan expected, TimeSpan? actual) =>
        Assert.InRange(actual!.Value.TotalMicroseconds, Math.Floor(expected.TotalMicroseconds * 0.98) - 1, Math.Ceiling(expected.TotalMicroseconds * 1.02) + 1);

    private async Task Ended(string id, string workflowId, DateTimeOffset at, int seconds, bool failed)
    {
        var creation = Sample.New(id, workflowId, at.AddSeconds(-seconds));
        await Store.CreateAsync(creation, Token);
        var start = Sample.Start(creation.Execution, at.AddSeconds(-seconds));
        await Store.AppendAsync(start, Token);
        await Store.AppendAsync(failed ? Sample.Fail(start.Execution, at: at) : Sample.Complete(start.Execution, at), Token);
    }

    /// <summary>Twelve, a minute apart; of two workflows; every fourth pending, running, failed, completed; every third with a label.</summary>
    private async Task Many()
    {
        await _stores.Workflows.CreateAsync("wf-aaaaaaaa", Sample.Content("Großes Ärgernis"), Sample.Noon, Token);
        for (var i = 0; i < 12; i++)
        {
            var creation = Sample.New($"ex-{i}", i % 2 == 0 ? "wf-aaaaaaaa" : "wf-bbbbbbbb", Sample.Noon.AddMinutes(i));
            if (i % 3 == 0)
                creation = creation.Labelled(("team", $"{i}"), ("z", ""));
            await Store.CreateAsync(creation, Token);
            if (i % 4 == 0)
                continue;
            var start = Sample.Start(creation.Execution);
            await Store.AppendAsync(start, Token);
            if (i % 4 == 2)
                await Store.AppendAsync(Sample.Fail(start.Execution), Token);
            if (i % 4 == 3)
                await Store.AppendAsync(Sample.Complete(start.Execution), Token);
        }
    }

    private async Task<List<string>> All(ExecutionQuery query)
    {
        var ids = new List<string>();
        do
        {
            var page = await Store.ListAsync(query, Token);
            Assert.True(page.Items.Length <= query.Limit);
            ids.AddRange(page.Items.Select(e => e.Id));
            query = query with { Cursor = page.NextCursor };
        }
        while (query.Cursor is not null);
        return ids;
    }
}
