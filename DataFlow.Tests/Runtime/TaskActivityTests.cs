using DataFlow.Engine.Executions;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Runtime;

public sealed class TaskActivityTests
{
    private const string Task1 = """{ "ref": "a", "type": "Test.Unsafe", "input": { "value": 1 } }""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Lines_written_before_the_end_are_listed_once_it_has_come()
    {
        await using var harness = await EngineHarness.StartAsync();
        Script(harness, context =>
        {
            context.Log(TaskLogLevel.Information, "begins");
            context.Log(TaskLogLevel.Debug, "for nobody");
            context.Log(TaskLogLevel.Error, "trouble");
        });
        var id = await harness.ExecuteAsync(await harness.SaveAsync(Task1));
        await harness.EndAsync(id);

        var lines = (await harness.Engine.ListLogsAsync(new TaskLogQuery(id), Token)).Value!.Items;
        Assert.Equal([(1, "a", 1, TaskLogLevel.Information, "begins"), (2, "a", 1, TaskLogLevel.Error, "trouble")], lines.Select(line => (line.Number, line.Ref, line.Attempt, line.Level, line.Text)));
    }

    [Fact]
    public async Task Lines_of_inline_tasks_wait_for_their_execution_to_be_committed()
    {
        await using var harness = await EngineHarness.StartAsync();
        Script(harness, context => context.Log(TaskLogLevel.Information, "inline"));
        var workflow = await harness.SaveAsync(Task1.Replace("Unsafe", "Pure", StringComparison.Ordinal));
        var ended = (await harness.Engine.ExecuteAndWaitAsync(new() { WorkflowId = workflow }, TimeSpan.FromMinutes(1), Token)).Value!;

        Assert.Equal(ExecutionStatus.Completed, ended.Status);
        Assert.Equal(["inline"], await TextsAsync(harness, ended.Id));
    }

    [Fact]
    public async Task Debug_lines_are_kept_when_the_operator_asks_for_them()
    {
        await using var harness = await EngineHarness.StartAsync(null, ("DataFlow:Logs:MinimumLevel", "Debug"));
        Script(harness, context => context.Log(TaskLogLevel.Debug, "detail"));
        var id = await harness.ExecuteAsync(await harness.SaveAsync(Task1));
        await harness.EndAsync(id);
        Assert.Equal(["detail"], await TextsAsync(harness, id));
    }

    [Fact]
    public async Task Numbers_go_on_after_a_restart()
    {
        await using var first = await EngineHarness.StartAsync();
        Script(first, context => context.Log(TaskLogLevel.Information, "before"));
        var workflow = await first.SaveAsync($$"""{{Task1}}, { "ref": "pause", "type": "Flow.Wait", "input": { "seconds": 3600 } }, { "ref": "b", "type": "Test.Unsafe", "input": { "value": 2 } }""");
        var id = await first.ExecuteAsync(workflow);
        await first.SeeAsync<TaskWaiting>(id);
        await first.StopAsync();

        await using var second = await EngineHarness.StartAsync(first);
        Script(second, context => context.Log(TaskLogLevel.Information, "after"));
        second.Clock.Advance(TimeSpan.FromHours(2));
        await second.EndAsync(id);

        var lines = (await second.Engine.ListLogsAsync(new TaskLogQuery(id), Token)).Value!.Items;
        Assert.Equal([(1, "a", "before"), (2, "b", "after")], lines.Select(line => (line.Number, line.Ref, line.Text)));
    }

    [Fact]
    public async Task Credentials_and_secret_fields_are_masked_in_every_form()
    {
        const string Key = "sk-canary-äöü+/=?&\"7f3a";
        await using var harness = await EngineHarness.StartAsync();
        Script(harness, context =>
        {
            var bytes = System.Text.Encoding.UTF8.GetBytes(Key);
            context.Log(TaskLogLevel.Information, $"plain {Key}, base64 {Convert.ToBase64String(bytes)}, hex {Convert.ToHexString(bytes)} {Convert.ToHexStringLower(bytes)}, url {Uri.EscapeDataString(Key)}, json {System.Text.Json.JsonSerializer.Serialize(Key)}");
            context.Report(1, 2, "items", $"with {Key}");
        });
        var id = await harness.ExecuteAsync(await harness.SaveAsync(Task1), with: request => request with { Credentials = request.Credentials.Add("openai", Key) });
        await harness.EndAsync(id);

        var text = Assert.Single(await TextsAsync(harness, id));
        Assert.Equal("plain ***, base64 ***, hex *** ***, url ***, json \"***\"", text);
    }

    [Fact]
    public void Values_of_secret_fields_are_masked_and_ordinary_header_values_are_not()
    {
        var type = EngineCatalogEntry("Http.Request");
        var context = Context(type, """{ "url": "https://example.com", "headers": { "Authorization": "Bearer abcd1234", "Accept": "text/html", "X-Key": "zzz999" } }""");
        var masker = SecretMasker.For(context);

        Assert.Equal("*** and *** but text/html, ***", masker.Clean("Bearer abcd1234 and abcd1234 but text/html, zzz999"));
    }

    [Fact]
    public void A_long_line_is_cut_between_characters_and_after_masking()
    {
        var context = Context(EngineCatalogEntry("Echo"), "{}", new Dictionary<string, string> { ["k"] = "secretsecret" });
        var attempt = new AttemptActivity(context, new Engine.TaskLogOptions { MaxLineCharacters = 100 });

        var emoji = attempt.Clean(new string('x', 98) + "🌍🌍");
        Assert.Equal(new string('x', 98) + "…", emoji);
        var crossing = attempt.Clean(new string('x', 95) + "secretsecret");
        Assert.Equal(new string('x', 95) + "***", crossing);
        Assert.Equal("bell\uFFFD here\nand\tthere", attempt.Clean("bell\a here\nand\tthere\n"));
    }

    [Fact]
    public void Masking_that_shortens_a_line_below_its_limit_leaves_no_half_of_a_secret_behind_it()
    {
        var secret = string.Concat(Enumerable.Range(0, 150).Select(i => (char)('a' + i * 7 % 26)));
        var context = Context(EngineCatalogEntry("Echo"), "{}", new Dictionary<string, string> { ["k"] = secret });
        var attempt = new AttemptActivity(context, new Engine.TaskLogOptions { MaxLineCharacters = 100 });

        Assert.Equal(new string('.', 20) + string.Concat(Enumerable.Repeat("***", 20)), attempt.Clean(new string('.', 20) + string.Concat(Enumerable.Repeat(secret, 20))));
    }

    [Fact]
    public async Task A_watcher_gets_what_is_there_and_then_what_comes_without_a_gap_to_the_end()
    {
        await using var harness = await EngineHarness.StartAsync();
        var (halfway, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        harness.Script.Behaviour = async (input, context, _) =>
        {
            for (var i = 1; i <= 30; i++) context.Log(TaskLogLevel.Information, $"{i}");
            context.Report(30, 60, "items");
            halfway.SetResult();
            await go.Task;
            for (var i = 31; i <= 60; i++) context.Log(TaskLogLevel.Information, $"{i}");
            context.Report(60, 60, "items");
            return new ScriptedTask.Output(input.Value);
        };
        var id = await harness.ExecuteAsync(await harness.SaveAsync(Task1));
        await halfway.Task;

        var watching = Task.Run(async () =>
        {
            var (numbers, progress) = (new List<int>(), new List<TaskProgress>());
            await foreach (var activity in harness.Engine.WatchActivityAsync(id, 10, Token))
            {
                numbers.AddRange(activity.Lines.Select(line => line.Number));
                progress.AddRange(activity.Progress);
                if (numbers.Count >= 20) go.TrySetResult();
            }
            return (numbers, progress);
        }, Token);
        await harness.EndAsync(id);
        var (seen, reports) = await PassAsync(harness, watching);

        Assert.Equal(Enumerable.Range(11, 50), seen);
        Assert.Equal((50.0, 30L, 60L, "items"), (reports[0].Percent, reports[0].Done, reports[0].Total, reports[0].Unit));
        Assert.Equal(100.0, reports[^1].Percent);
        Assert.Equal(0, harness.Get<ActivityFeed>().Count);
        Assert.Equal(0, harness.Get<ExecutionFeed>().WatcherCount);
    }

    [Fact]
    public async Task Watching_an_ended_or_unknown_execution_ends_by_itself()
    {
        await using var harness = await EngineHarness.StartAsync();
        Script(harness, context => context.Log(TaskLogLevel.Information, "one"));
        var id = await harness.ExecuteAsync(await harness.SaveAsync(Task1));
        await harness.EndAsync(id);

        Assert.Equal([1], await harness.Engine.WatchActivityAsync(id, 0, Token).SelectMany(activity => activity.Lines).Select(line => line.Number).ToListAsync(Token));
        Assert.Empty(await harness.Engine.WatchActivityAsync("ex-unknown1", 0, Token).ToListAsync(Token));
        Assert.Equal("not_found", (await harness.Engine.ListLogsAsync(new TaskLogQuery("ex-unknown1"), Token)).Refusal!.Code);
    }

    [Fact]
    public async Task Progress_is_over_with_its_attempt_and_late_words_leave_nothing_behind()
    {
        await using var harness = await EngineHarness.StartAsync();
        TaskContext? kept = null;
        Script(harness, context =>
        {
            kept = context;
            context.Report(1, null, "bytes");
        });
        await harness.EndAsync(await harness.ExecuteAsync(await harness.SaveAsync(Task1)));

        kept!.Report(2, null, "bytes");
        Assert.Equal(0, harness.Get<ActivityFeed>().Count);
    }

    [Fact]
    public void A_late_report_of_an_attempt_given_up_does_not_cover_the_next_ones()
    {
        var feed = new ActivityFeed();
        using var watcher = feed.Watch("ex-1");
        feed.Report("ex-1", Progress(2, 10));
        feed.Report("ex-1", Progress(1, 99));
        Assert.Equal([10], watcher.Take().Progress.Select(progress => progress.Done));
        feed.Forget("ex-1", "a", 1);
        using var second = feed.Watch("ex-1");
        Assert.Equal([10], second.Take().Progress.Select(progress => progress.Done));
    }

    private static TaskProgress Progress(int attempt, long done) => new("a", attempt, DateTimeOffset.UnixEpoch, null, done, null, "bytes", null);

    private static void Script(EngineHarness harness, Action<TaskContext> tells) => harness.Script.Behaviour = (input, context, _) =>
    {
        tells(context);
        return ValueTask.FromResult(new ScriptedTask.Output(input.Value));
    };

    private static async Task<string[]> TextsAsync(EngineHarness harness, string executionId) =>
        [.. (await harness.Engine.ListLogsAsync(new TaskLogQuery(executionId), Token)).Value!.Items.Select(line => line.Text)];

    private static async Task<T> PassAsync<T>(EngineHarness harness, Task<T> wanted)
    {
        while (!wanted.IsCompleted)
        {
            harness.Clock.Advance(TimeSpan.FromMilliseconds(10));
            await Task.WhenAny(wanted, Task.Run(static () => { }, Token));
        }
        return await wanted;
    }

    private static TaskType EngineCatalogEntry(string name) => TestCatalog.Instance.All.Single(type => type.Specification.Type == name);

    private static TaskContext Context(TaskType type, string input, IReadOnlyDictionary<string, string>? credentials = null) => new()
    {
        ExecutionId = "ex-1", WorkflowId = "wf-1", TaskRef = "a", Attempt = 1, Clock = TimeProvider.System, Http = null!, Credentials = credentials ?? new Dictionary<string, string>(),
        Specification = type.Specification, Input = System.Text.Json.JsonElement.Parse(input),
    };
}
