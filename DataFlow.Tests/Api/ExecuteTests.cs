using System.Text.Json;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

public sealed class ExecuteTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private const string Hello = """{"input":{"text":"hello"}}""";

    private AppServer Server => fixture.Server;

    [Fact]
    public async Task Prefer_wait_answers_200_with_the_document_of_an_execution_that_has_ended()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);

        var reply = await Server.PostAsync($"/workflows/{workflow}/execute", Hello, ("Prefer", "respond-async, wait=30"));

        Assert.True(reply.Status == 200, reply.ToString());
        Assert.Equal("wait=30", reply.Header("Preference-Applied"));
        Assert.Equal("COMPLETED", reply.Json.GetProperty("status").GetString());
        Assert.Equal("olleh", reply.Json.GetProperty("output").GetProperty("reversed").GetString());
        Assert.Equal($"/workflows/{workflow}/executions/{reply.Json.GetProperty("execution_id").GetString()}", reply.Header("Location"));
    }

    [Fact]
    public async Task Prefer_wait_answers_202_with_the_document_when_the_time_is_over()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);

        var reply = await Server.PostAsync($"/workflows/{workflow}/execute", "{}", ("Prefer", "wait=1"));

        Assert.True(reply.Status == 202, reply.ToString());
        Assert.Equal("RUNNING", reply.Json.GetProperty("status").GetString());
        Assert.Equal("RUNNING", reply.Json.GetProperty("tasks")[1].GetProperty("status").GetString());
        Assert.Equal("wait=1", reply.Header("Preference-Applied"));
        await Server.PostAsync($"/executions/{reply.Json.GetProperty("execution_id").GetString()}/cancel");
    }

    [Fact]
    public async Task Inputs_and_outputs_of_tasks_are_there_when_asked_for_only()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);
        var document = await Server.RunAsync(workflow, Hello);

        var task = document.GetProperty("tasks")[0];
        Assert.Equal("hello", task.GetProperty("input").GetProperty("text").GetString());
        Assert.Equal("olleh", task.GetProperty("output").GetProperty("text").GetString());
        var plain = (await Server.GetAsync($"/executions/{document.GetProperty("execution_id").GetString()}")).Json.GetProperty("tasks")[0];
        Assert.False(plain.TryGetProperty("input", out _) || plain.TryGetProperty("output", out _));
    }

    [Fact]
    public async Task The_same_idempotency_key_and_body_start_one_execution_and_get_one_reply()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);
        var replies = new List<ApiReply>();
        for (var i = 0; i < 5; i++) replies.Add(await Server.PostAsync($"/workflows/{workflow}/execute", Hello, ("Idempotency-Key", "order-7")));

        Assert.All(replies, reply => Assert.Equal(202, reply.Status));
        Assert.Single(replies.Select(reply => reply.Text).Distinct());
        Assert.Single((await Server.GetAsync($"/workflows/{workflow}/executions")).Json.GetProperty("executions").EnumerateArray());
    }

    [Fact]
    public async Task The_same_idempotency_key_at_once_starts_one_execution()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);

        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Server.PostAsync($"/workflows/{workflow}/execute", Hello, ("Idempotency-Key", "at-once"))));

        Assert.Single(replies.Select(reply => reply.Json.GetProperty("execution_id").GetString()).Distinct());
    }

    [Fact]
    public async Task An_idempotency_key_with_another_body_is_422()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);
        await Server.PostAsync($"/workflows/{workflow}/execute", Hello, ("Idempotency-Key", "k"));

        var reply = await Server.PostAsync($"/workflows/{workflow}/execute", """{"input":{"text":"other"}}""", ("Idempotency-Key", "k"));

        Assert.Equal(422, reply.Status);
        Assert.Equal("idempotency_key_reused", reply.Json.GetProperty("code").GetString());
        Assert.Equal("Idempotency-Key", reply.Json.GetProperty("errors")[0].GetProperty("header").GetString());
    }

    [Fact]
    public async Task The_values_of_an_execution_come_back_digit_for_digit()
    {
        var workflow = await Server.CreateAsync("""{"name":"Big","input":[{"name":"n","type":"any"}],"tasks":[{"ref":"say","type":"Echo","input":{"value":"{{input.n}}"}}]}""");

        var document = await Server.RunAsync(workflow, """{"input":{"n":{"big":9007199254740993,"text":"{{ 7*7 }}"}}}""");

        var value = document.GetProperty("tasks")[0].GetProperty("output").GetProperty("value");
        Assert.Equal("9007199254740993", value.GetProperty("big").GetRawText());
        Assert.Equal("{{ 7*7 }}", value.GetProperty("text").GetString());
    }

    [Fact]
    public async Task Cancelling_ends_in_CANCELLED_and_a_second_time_is_409()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);
        var execution = (await Server.PostAsync($"/workflows/{workflow}/execute", "{}")).Json.GetProperty("execution_id").GetString();

        var cancelled = await Server.PostAsync($"/executions/{execution}/cancel");
        Assert.Contains(cancelled.Status, (int[])[200, 202]);
        await Server.GetAsync($"/executions/{execution}/events");

        Assert.Equal("CANCELLED", (await Server.GetAsync($"/executions/{execution}")).Json.GetProperty("status").GetString());
        var again = await Server.PostAsync($"/executions/{execution}/cancel");
        Assert.Equal((409, "already_finished"), (again.Status, again.Json.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Pausing_and_resuming_answer_the_document()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);
        var execution = (await Server.PostAsync($"/workflows/{workflow}/execute", "{}")).Json.GetProperty("execution_id").GetString();

        var paused = await Server.PostAsync($"/executions/{execution}/pause");
        var resumed = await Server.PostAsync($"/executions/{execution}/resume");

        Assert.Equal((200, 200), (paused.Status, resumed.Status));
        Assert.Equal(JsonValueKind.String, paused.Json.GetProperty("paused_at").ValueKind);
        Assert.False(resumed.Json.TryGetProperty("paused_at", out _));
        await Server.PostAsync($"/executions/{execution}/cancel");
    }

    [Fact]
    public async Task Replaying_makes_a_linked_execution()
    {
        var workflow = await Server.CreateAsync(Definitions.Reverse);
        var original = (await Server.RunAsync(workflow, Hello)).GetProperty("execution_id").GetString();

        var accepted = await Server.PostAsync($"/executions/{original}/replay");
        var waited = await Server.PostAsync($"/executions/{original}/replay?include=outputs", """{"from":"reverse","version":"latest","input":{"text":"new"}}""", ("Prefer", "wait=30"));

        Assert.Equal(202, accepted.Status);
        Assert.Equal(original, accepted.Json.GetProperty("replay_of").GetString());
        Assert.NotEqual(original, accepted.Json.GetProperty("execution_id").GetString());
        Assert.True(waited.Status == 200, waited.ToString());
        Assert.Equal(original, waited.Json.GetProperty("replay_of").GetString());
        Assert.Equal("wen", waited.Json.GetProperty("output").GetProperty("reversed").GetString());
    }

    [Fact]
    public async Task Replaying_what_has_not_ended_is_409()
    {
        var workflow = await Server.CreateAsync(Definitions.Slow);
        var execution = (await Server.PostAsync($"/workflows/{workflow}/execute", "{}")).Json.GetProperty("execution_id").GetString();

        Assert.Equal(409, (await Server.PostAsync($"/executions/{execution}/replay")).Status);
        await Server.PostAsync($"/executions/{execution}/cancel");
    }

    [Fact]
    public async Task The_log_tells_the_journal_in_words()
    {
        var workflow = await Server.CreateAsync("""{"name":"Fails","tasks":[{"ref":"stop","type":"Flow.Fail","input":{"message":"No text.","code":"empty_page"}}]}""");
        var execution = (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString();

        var logs = (await Server.GetAsync($"/executions/{execution}/logs")).Json.GetProperty("logs").EnumerateArray().ToArray();

        Assert.StartsWith("Accepted: version 1", logs[0].GetProperty("message").GetString(), StringComparison.Ordinal);
        var failed = logs.First(line => line.GetProperty("level").GetString() == "error");
        Assert.Equal("stop", failed.GetProperty("ref").GetString());
        Assert.Contains("empty_page: No text", failed.GetProperty("message").GetString(), StringComparison.Ordinal);
        var second = (await Server.GetAsync($"/executions/{execution}/logs?cursor=1.0&limit=1")).Json;
        Assert.Equal(logs[1].GetRawText(), second.GetProperty("logs")[0].GetRawText());
        Assert.Equal("2.0", second.GetProperty("next_cursor").GetString());
    }
}
