using System.Collections.Frozen;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Webhooks;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookMessagesTests
{
    private static readonly DateTimeOffset At = new(2026, 10, 1, 12, 0, 0, TimeSpan.FromHours(2));

    public static TheoryData<ExecutionEvent, string> Told => new()
    {
        { new ExecutionStarted(At), "execution.started" },
        { new ExecutionCompleted(At, JsonElement.Parse("{}")), "execution.completed" },
        { new ExecutionFailed(At, new TaskFailure("timeout", "Too slow.")), "execution.failed" },
        { new ExecutionCancelled(At), "execution.cancelled" },
        { new TaskStarted(At, "download_webpage", 1, JsonElement.Parse("{}")), "task.started" },
        { new TaskCompleted(At, "download_webpage", 1, JsonElement.Parse("{}")), "task.completed" },
        { new TaskRetryScheduled(At, "download_webpage", 1, new TaskFailure("timeout", "Too slow."), At), "task.retrying" },
        { new TaskFailed(At, "download_webpage", 1, new TaskFailure("timeout", "Too slow.")), "task.failed" },
        { new TaskSkipped(At, "download_webpage", "condition_false"), "task.skipped" },
        { new TaskCancelled(At, "download_webpage"), "task.cancelled" },
    };

    [Theory]
    [MemberData(nameof(Told))]
    public void A_message_has_the_type_time_and_sequence_of_its_event(ExecutionEvent happened, string type)
    {
        Assert.Equal(type, WebhookEventTypes.NameOf(happened));
        using var body = JsonDocument.Parse(WebhookMessages.Body(type, Execution(), happened));
        Assert.Equal(["type", "timestamp", "data"], body.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(type, body.RootElement.GetProperty("type").GetString());
        Assert.Equal("2026-10-01T10:00:00.000Z", body.RootElement.GetProperty("timestamp").GetString());
        Assert.Equal(7, body.RootElement.GetProperty("data").GetProperty("sequence").GetInt32());
    }

    [Fact]
    public void Every_event_that_can_be_asked_for_is_one_that_happens() =>
        Assert.Equal(WebhookEventTypes.All.Select(type => type.Name), Told.Select(row => row.Data.Item2));

    [Fact]
    public void Other_events_have_no_name() => Assert.All(
        new ExecutionEvent[] { new ExecutionPaused(At), new ExecutionResumed(At), new CancellationRequested(At), new TaskWaiting(At, "a", 1, At), new TaskInterrupted(At, "a", 1) },
        happened => Assert.Null(WebhookEventTypes.NameOf(happened)));

    [Fact]
    public void Data_of_a_tasks_event_is_the_task_without_values()
    {
        var data = Data(Execution(), new TaskCompleted(At, "download_webpage", 1, JsonElement.Parse("\"a-value\"")));

        Assert.Equal(["execution_id", "workflow_id", "workflow_version", "status", "task", "sequence"], data.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("download_webpage", "COMPLETED"), (data.GetProperty("task").GetProperty("ref").GetString(), data.GetProperty("task").GetProperty("status").GetString()));
        Assert.DoesNotContain("a-value", data.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_is_the_execution_document_without_values()
    {
        var data = Data(Execution(), new ExecutionStarted(At));

        Assert.Equal(
            ["execution_id", "workflow_id", "workflow_version", "status", "tasks", "created_at", "started_at", "completed_at", "error"],
            data.EnumerateObject().Select(member => member.Name).Take(9));
        Assert.Equal("RUNNING", data.GetProperty("status").GetString());
        Assert.Equal("download_webpage", data.GetProperty("tasks")[0].GetProperty("ref").GetString());
        Assert.DoesNotContain("a-value", data.GetRawText(), StringComparison.Ordinal);
        Assert.False(data.TryGetProperty("output", out _));
    }

    [Fact]
    public void Data_has_the_output_of_a_completed_execution()
    {
        var output = JsonElement.Parse("""{"summary_text": "Žluťoučký <b>kůň</b> \"1\""}""");
        var data = Data(Completed(output), new ExecutionCompleted(At, output));

        Assert.True(JsonElement.DeepEquals(output, data.GetProperty("output")));
        Assert.False(data.TryGetProperty("output_omitted", out _));
    }

    [Theory]
    [InlineData(16 * 1024, true)]
    [InlineData(16 * 1024 + 1, false)]
    public void Data_has_outputs_of_16_KB_and_no_more(int bytes, bool included)
    {
        var output = JsonElement.Parse($$"""{"text":"{{new string('x', bytes - 11)}}"}""");
        var data = Data(Completed(output), new ExecutionCompleted(At, output));

        Assert.Equal(included, data.TryGetProperty("output", out _));
        Assert.Equal(!included, data.TryGetProperty("output_omitted", out var omitted) && omitted.GetBoolean());
    }

    [Fact]
    public void The_same_event_always_gives_the_same_bytes() =>
        Assert.Equal(
            WebhookMessages.Body("execution.started", Execution(), new ExecutionStarted(At)).ToArray(),
            WebhookMessages.Body("execution.started", Execution(), new ExecutionStarted(At)).ToArray());

    private static JsonElement Data(Execution execution, ExecutionEvent happened) =>
        JsonElement.Parse(WebhookMessages.Body(WebhookEventTypes.NameOf(happened)!, execution, happened).Span).GetProperty("data");

    private static Execution Completed(JsonElement output) => Execution() with { Status = ExecutionStatus.Completed, CompletedAt = At, Output = output };

    private static Execution Execution() => new()
    {
        Id = "ex-1a2b3c4d",
        WorkflowId = "wf-4g7h8j9k",
        WorkflowVersion = 1,
        Status = ExecutionStatus.Running,
        Input = JsonElement.Parse("""{"webpage_url": "a-value"}"""),
        CreatedAt = At,
        StartedAt = At,
        UnfinishedTasks = 0,
        Sequence = 7,
        TaskIndex = new Dictionary<string, int> { ["download_webpage"] = 0 }.ToFrozenDictionary(),
        WebhookUrl = "https://example.com/webhook",
        Tasks =
        [
            new TaskRun
            {
                Ref = "download_webpage",
                Type = "Web.Download",
                Status = TaskRunStatus.Completed,
                Input = JsonElement.Parse("\"a-value\""),
                Output = JsonElement.Parse("\"a-value\""),
            },
        ],
    };
}
