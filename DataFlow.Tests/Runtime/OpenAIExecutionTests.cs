using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Runtime;

/// <summary>What an execution becomes when the model's server misbehaves: the whole product, from the request to the document, against a server on a socket.</summary>
public sealed class OpenAIExecutionTests
{
    private const string Key = "sk-proj-CANARY-7f3a9c21";
    private const string FreshKey = "sk-proj-FRESH-0badc0de";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The reply, the failure it must be, and whether trying again may help.</summary>
    public static TheoryData<string, string, bool> Faults { get; } = new()
    {
        { "401", "openai_unauthorized", false },
        { "429", "openai_rate_limited", true },
        { "500", "openai_unavailable", true },
        { "broken", "openai_bad_reply", true },
        { "silence", "timeout", true },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task A_fault_ends_an_execution_without_retry_as_failed(string reply, string code, bool retryable)
    {
        await using var model = (await FakeOpenAIServer.StartAsync()).Then(Reply(reply));
        await using var run = await Run.StartAsync(model, retry: "");
        await run.TimeOutAsync(reply, model);
        var document = await run.EndAsync();

        Assert.Equal("FAILED", document.GetProperty("status").GetString());
        Assert.Equal(["COMPLETED", "FAILED", "SKIPPED"], Members(document, "status"));
        Assert.Equal("execution_failed", document.GetProperty("tasks")[2].GetProperty("reason").GetString());
        foreach (var error in (JsonElement[])[document.GetProperty("error"), document.GetProperty("tasks")[1].GetProperty("error")])
        {
            Assert.Equal(code, error.GetProperty("code").GetString());
            Assert.Equal(retryable, error.GetProperty("retryable").GetBoolean());
        }
        Assert.Equal("summarize_text", document.GetProperty("error").GetProperty("ref").GetString());
        Assert.Equal(JsonValueKind.Null, document.GetProperty("output").ValueKind);
        Assert.Single(model.Requests);
        Assert.DoesNotContain(Key, document.GetRawText(), StringComparison.Ordinal);
    }

    /// <summary>The reply, and how long after it the next attempt starts: the delay of the policy, or what the server asked for if that is longer.</summary>
    public static TheoryData<string, double> Waits { get; } = new()
    {
        { "429", 20 },
        { "500", 5 },
        { "broken", 5 },
        { "silence", 5 },
    };

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task A_fault_that_may_pass_is_tried_again_in_time_and_the_execution_completes(string reply, double seconds)
    {
        await using var model = (await FakeOpenAIServer.StartAsync()).Then(Reply(reply)).Then(OpenAIReplies.Summary("Tea is hot."));
        await using var run = await Run.StartAsync(model, """ "retry": { "attempts": 2, "delay": 5, "jitter": 0 },""");
        await run.TimeOutAsync(reply, model);
        var scheduled = await run.SeeAsync<TaskRetryScheduled>();
        var waiting = await run.DocumentAsync();
        run.AdvanceTo(scheduled.RetryAt);
        var second = await run.SeeAsync<TaskStarted>(e => e.Attempt == 2);
        var document = await run.EndAsync();

        Assert.Equal(TimeSpan.FromSeconds(seconds), scheduled.RetryAt - scheduled.At);
        Assert.InRange(second.At - scheduled.RetryAt, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal("RUNNING", waiting.GetProperty("status").GetString());
        Assert.Equal(ExecutionDocument.Text(scheduled.RetryAt), waiting.GetProperty("tasks")[1].GetProperty("retry_at").GetString());
        Assert.Equal("COMPLETED", document.GetProperty("status").GetString());
        Assert.Equal(2, document.GetProperty("tasks")[1].GetProperty("attempt").GetInt32());
        Assert.Equal("Tea is hot.", document.GetProperty("output").GetProperty("summary_text").GetString());
        Assert.Equal(2, model.Requests.Count);
    }

    [Theory]
    [InlineData("429", "openai_rate_limited")]
    [InlineData("500", "openai_unavailable")]
    public async Task A_fault_that_does_not_pass_fails_the_execution_after_the_last_retry(string reply, string code)
    {
        await using var model = (await FakeOpenAIServer.StartAsync()).Then(Reply(reply)).Then(Reply(reply)).Then(Reply(reply));
        await using var run = await Run.StartAsync(model, """ "retry": { "attempts": 2, "delay": 5, "jitter": 0 },""");
        for (var attempt = 1; attempt <= 2; attempt++) run.AdvanceTo((await run.SeeAsync<TaskRetryScheduled>(e => e.Attempt == attempt)).RetryAt);
        var document = await run.EndAsync();

        Assert.Equal("FAILED", document.GetProperty("status").GetString());
        Assert.Equal(code, document.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(3, document.GetProperty("tasks")[1].GetProperty("attempt").GetInt32());
        Assert.Equal(3, model.Requests.Count);
    }

    [Fact]
    public async Task A_refused_key_is_not_tried_again_whatever_the_retry()
    {
        await using var model = (await FakeOpenAIServer.StartAsync()).Then(Reply("401"));
        await using var run = await Run.StartAsync(model, """ "retry": { "attempts": 5, "delay": 1 },""");
        var document = await run.EndAsync();

        Assert.Equal("openai_unauthorized", document.GetProperty("error").GetProperty("code").GetString());
        Assert.Single(model.Requests);
    }

    [Fact]
    public async Task A_fault_can_be_gone_on_after_with_a_value()
    {
        await using var model = (await FakeOpenAIServer.StartAsync()).Then(Reply("401"));
        await using var run = await Run.StartAsync(model, """ "on_error": { "value": { "summary": "none" } },""");
        var document = await run.EndAsync();

        Assert.Equal(["COMPLETED", "FAILED", "COMPLETED"], Members(document, "status"));
        Assert.Equal("COMPLETED", document.GetProperty("status").GetString());
        Assert.Equal("none", document.GetProperty("output").GetProperty("summary_text").GetString());
    }

    [Fact]
    public async Task A_key_given_with_the_execution_is_the_one_used_by_every_attempt()
    {
        await using var model = (await FakeOpenAIServer.StartAsync()).Then(Reply("500"));
        await using var run = await Run.StartAsync(model, """ "retry": { "attempts": 1, "delay": 60 },""", key: FreshKey);
        run.AdvanceTo((await run.SeeAsync<TaskRetryScheduled>()).RetryAt);
        var document = await run.EndAsync();

        Assert.Equal("COMPLETED", document.GetProperty("status").GetString());
        Assert.Equal(["Bearer " + FreshKey, "Bearer " + FreshKey], model.Requests.Select(request => request.Headers["Authorization"]));
    }

    private static RequestDelegate Reply(string name) => name switch
    {
        "401" => OpenAIReplies.Unauthorized(),
        "429" => OpenAIReplies.RateLimited("20"),
        "500" => OpenAIReplies.ServerError(),
        "broken" => OpenAIReplies.BrokenJson(),
        "silence" => OpenAIReplies.Silence(),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };

    private static IEnumerable<string?> Members(JsonElement document, string name) => document.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty(name).GetString());

    /// <summary>One execution on a server whose clock is in the test's hand.</summary>
    private sealed class Run(AppServer server, FakeTimeProvider clock, string workflow, string execution) : IAsyncDisposable
    {
        public static async Task<Run> StartAsync(FakeOpenAIServer model, string retry, string? key = null)
        {
            var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero));
            var server = await AppServer.StartAsync(null, services => services.AddSingleton<TimeProvider>(clock), $"OpenAI:BaseUrl={model.BaseUrl}", $"OpenAI:ApiKey={Key}");
            var workflow = await server.CreateAsync($$$"""
                {"name":"Summary","input":[{"name":"text","type":"string"}],
                 "tasks":[{"ref":"take_text","type":"Text.Static","input":{"text":"{{input.text}}"}},
                          {"ref":"summarize_text","type":"OpenAI.Text.Summarize",{{{retry}}} "timeout":30,"input":{"text":"{{refs.take_text.output.text}}","model":"gpt-3.5-turbo"}},
                          {"ref":"after","type":"Echo","input":{"value":1}}],
                 "output":[{"name":"summary_text","type":"string","value":"{{refs.summarize_text.output.summary}}"}]}
                """);
            (string, string)[] headers = key is null ? [] : [("X-OpenAI-Key", key)];
            var accepted = await server.PostAsync($"/workflows/{workflow}/execute", """{"input":{"text":"Tea is a hot drink."}}""", headers);
            Assert.True(accepted.Status == 202, accepted.ToString());
            return new Run(server, clock, workflow, accepted.Json.GetProperty("execution_id").GetString()!);
        }

        /// <summary>Lets the attempt's timeout pass, once the model has been asked, where the reply is silence.</summary>
        public async Task TimeOutAsync(string reply, FakeOpenAIServer model)
        {
            if (reply != "silence") return;
            await WhileTimePassesAsync(model.NextRequestAsync(Token).AsTask());
            clock.Advance(TimeSpan.FromSeconds(30));
        }

        public void AdvanceTo(DateTimeOffset moment)
        {
            if (moment > clock.GetUtcNow()) clock.SetUtcNow(moment);
        }

        public Task<T> SeeAsync<T>(Func<T, bool>? such = null)
            where T : ExecutionEvent => WhileTimePassesAsync(FindAsync(such));

        public async Task<JsonElement> EndAsync()
        {
            await WhileTimePassesAsync(server.Get<WorkflowEngine>().WaitAsync(execution, TimeSpan.FromDays(30), Token));
            return await DocumentAsync();
        }

        public async Task<JsonElement> DocumentAsync() => (await server.GetAsync($"/workflows/{workflow}/executions/{execution}")).Json;

        public ValueTask DisposeAsync() => server.DisposeAsync();

        private async Task<T> FindAsync<T>(Func<T, bool>? such)
            where T : ExecutionEvent
        {
            var watch = (await server.Get<WorkflowEngine>().WatchAsync(execution, 0, Token)).Value!;
            await foreach (var change in watch.Changes.WithCancellation(Token))
                foreach (var e in change.Events)
                    if (e is T wanted && such?.Invoke(wanted) != false) return wanted;
            throw new InvalidOperationException($"The execution ended without {typeof(T).Name}.");
        }

        /// <summary>A timer that is set after the moment it is for has come must still ring.</summary>
        private async Task<T> WhileTimePassesAsync<T>(Task<T> wanted)
        {
            while (!wanted.IsCompleted)
            {
                clock.Advance(TimeSpan.FromMicroseconds(1));
                await Task.WhenAny(wanted, Task.Run(static () => { }, Token));
                Token.ThrowIfCancellationRequested();
            }
            return await wanted;
        }
    }
}
