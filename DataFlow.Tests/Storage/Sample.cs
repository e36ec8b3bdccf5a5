using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Tests.Storage;

/// <summary>Executions as the engine would make them.</summary>
internal static class Sample
{
    /// <summary>With a digit below the microsecond, which rows do not keep.</summary>
    public static DateTimeOffset Noon { get; } = new DateTimeOffset(2026, 5, 4, 12, 0, 0, TimeSpan.Zero).AddTicks(1_234_567);

    public static JsonElement Json(string json) => JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = 1_000 });

    public static NewExecution New(string id, string workflowId = "wf-aaaaaaaa", DateTimeOffset? at = null, JsonElement? input = null, int version = 1) => new()
    {
        Execution = new Execution
        {
            Id = id, WorkflowId = workflowId, WorkflowVersion = version, Sequence = 1, CreatedAt = at ?? Noon, Input = input ?? Json("{}"), Tasks = [], UnfinishedTasks = 0, Trigger = "api",
        },
        Events = [new ExecutionQueued(at ?? Noon, workflowId, version, input ?? Json("{}"), Trigger: "api")],
    };

    public static NewExecution Labelled(this NewExecution creation, params (string Key, string Value)[] labels)
    {
        var sorted = labels.ToImmutableSortedDictionary(label => label.Key, label => label.Value);
        return creation with
        {
            Execution = creation.Execution with { Labels = sorted },
            Events = [(ExecutionQueued)creation.Events[0] with { Labels = sorted }],
        };
    }

    public static JournalAppend Append(Execution before, Func<Execution, Execution> change, params ImmutableArray<ExecutionEvent> events) =>
        new(change(before) with { Sequence = before.Sequence + events.Length }, before.Sequence, events, []);

    public static JournalAppend Start(Execution before, DateTimeOffset? at = null) =>
        Append(before, e => e with { Status = ExecutionStatus.Running, StartedAt = at ?? Noon }, new ExecutionStarted(at ?? Noon));

    public static JournalAppend Complete(Execution before, DateTimeOffset? at = null, JsonElement? output = null) => Append(
        before, e => e with { Status = ExecutionStatus.Completed, CompletedAt = at ?? Noon, Output = output ?? Json("{}"), Failure = null }, new ExecutionCompleted(at ?? Noon, output ?? Json("{}")));

    public static JournalAppend Fail(Execution before, string code = "http_status", DateTimeOffset? at = null)
    {
        var failure = new TaskFailure(code, "It did not work.", Ref: "download");
        return Append(before, e => e with { Status = ExecutionStatus.Failed, CompletedAt = at ?? Noon, Failure = failure }, new ExecutionFailed(at ?? Noon, failure));
    }

    public static OutboxMessage Message(string id, Execution execution, string url = "https://hooks.example/x", DateTimeOffset? at = null, string body = "{}") =>
        new(id, execution.Id, execution.Sequence, url, "execution.started", System.Text.Encoding.UTF8.GetBytes(body), at ?? Noon);

    public static WorkflowContent Content(string name, string? definition = null, string? description = null, params (string Key, string Value)[] labels) => new(
        name, description, 1, labels.ToImmutableSortedDictionary(label => label.Key, label => label.Value), Json(definition ?? JsonSerializer.Serialize(new { name })));

    public static DateTimeOffset Rounded(this DateTimeOffset time) => new(time.UtcTicks / 10 * 10, TimeSpan.Zero);
}
