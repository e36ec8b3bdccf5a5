using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Webhooks;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookMessagesTests
{
    private static readonly DateTimeOffset At = new(2026, 10, 1, 12, 0, 0, TimeSpan.FromHours(2));

    public static TheoryData<ExecutionEvent, string> StatusChanges => new()
    {
        { new ExecutionStarted(At), "execution.started" },
        { new ExecutionCompleted(At, JsonElement.Parse("{}")), "execution.completed" },
        { new ExecutionFailed(At, new TaskFailure("timeout", "Too slow.")), "execution.failed" },
        { new ExecutionCancelled(At), "execution.cancelled" },
    };

    [Theory]
    [MemberData(nameof(StatusChanges))]
    public void From_makes_a_message_of_each_status_change(ExecutionEvent happened, string type)
    {
        var message = WebhookMessages.From("msg_1", Execution(), 7, happened);

        Assert.NotNull(message);
        Assert.Equal(("msg_1", "ex-1a2b3c4d", 7, "https://example.com/webhook", type, At), (message.Id, message.ExecutionId, message.Sequence, message.Url, message.Type, message.CreatedAt));
        using var body = JsonDocument.Parse(message.Body);
        Assert.Equal(["type", "timestamp", "data"], body.RootElement.EnumerateObject().Select(member => member.Name));
        Assert.Equal(type, body.RootElement.GetProperty("type").GetString());
        Assert.Equal("2026-10-01T10:00:00.000Z", body.RootElement.GetProperty("timestamp").GetString());
        Assert.Equal(7, body.RootElement.GetProperty("data").GetProperty("sequence").GetInt32());
    }

    [Fact]
    public void From_makes_nothing_of_other_events() =>
        Assert.Null(WebhookMessages.From("msg_1", Execution(), 7, new TaskSkipped(At, "extract_text", "condition_false")));

    [Fact]
    public void From_makes_nothing_when_nobody_asked_to_be_told() =>
        Assert.Null(WebhookMessages.From("msg_1", Execution() with { WebhookUrl = null }, 7, new ExecutionStarted(At)));

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
            WebhookMessages.From("msg_1", Execution(), 2, new ExecutionStarted(At))!.Body.ToArray(),
            WebhookMessages.From("msg_1", Execution(), 2, new ExecutionStarted(At))!.Body.ToArray());

    private static JsonElement Data(Execution execution, ExecutionEvent happened) =>
        JsonElement.Parse(WebhookMessages.From("msg_1", execution, 2, happened)!.Body.Span).GetProperty("data");

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
