using System.ComponentModel;
using System.Text.Json;
using DataFlow.Engine.Executions;

namespace DataFlow.Web.Api.OpenApi;

// Documents that the engine reads and writes itself, described for the OpenAPI document. A test holds them against what is really written.

[DisplayName("WorkflowDefinition"), Description("A workflow: what it takes, its tasks in order, what it gives.")]
internal sealed record DefinitionShape(
    [property: Description("1 to 200 characters.")] string Name,
    IReadOnlyList<TaskShape> Tasks,
    string? Description = null,
    IReadOnlyList<InputShape>? Input = null,
    IReadOnlyList<OutputShape>? Output = null,
    [property: Description("Longest time a whole execution may take, seconds.")] double? Timeout = null,
    ConcurrencyShape? Concurrency = null,
    [property: Description("Free labels, searchable.")] IReadOnlyDictionary<string, string>? Labels = null);

[DisplayName("InputDefinition"), Description("A declared input.")]
internal sealed record InputShape(
    string Name,
    [property: Description("string (or text), integer, number, boolean, object, array, file or any.")] string Type,
    string? Description = null,
    [property: Description("true unless there is a default.")] bool? Required = null,
    JsonElement? Default = null,
    IReadOnlyList<JsonElement>? Enum = null,
    double? Minimum = null,
    double? Maximum = null,
    string? Pattern = null,
    [property: Description("Of an array: what its items look like.")] JsonElement? Items = null,
    [property: Description("Of an object: its members.")] JsonElement? Properties = null);

[DisplayName("TaskDefinition"), Description("One task. It starts when the one before it has ended, unless depends_on says otherwise.")]
internal sealed record TaskShape(
    [property: Description("What expressions call it: {{refs.THIS.output.…}}. Unique in the workflow.")] string Ref,
    [property: Description("A task type, such as Web.Download.")] string Type,
    [property: Description("Values and expressions; GET /task-types/{type} says which.")] IReadOnlyDictionary<string, JsonElement>? Input = null,
    string? Name = null,
    string? Description = null,
    [property: Description("Tasks that must have ended before it starts.")] IReadOnlyList<string>? DependsOn = null,
    [property: Description("An expression; when it gives false the task is skipped.")] string? When = null,
    RetryShape? Retry = null,
    [property: Description("Longest time of one attempt, seconds.")] double? Timeout = null,
    [property: Description("fail (default), continue, {\"value\": …} or {\"task\": {\"type\", \"input\"}}.")] JsonElement? OnError = null);

[DisplayName("RetryPolicy"), Description("Repetition after failures that trying again can help.")]
internal sealed record RetryShape(
    [property: Description("Retries after the first try.")] int? Attempts = null,
    [property: Description("Seconds before the first retry.")] double? Delay = null,
    double? Multiplier = null,
    [property: Description("Seconds; no wait is longer.")] double? MaxDelay = null,
    [property: Description("0 to 1: the share of a wait that is random.")] double? Jitter = null);

[DisplayName("OutputDefinition"), Description("A declared output.")]
internal sealed record OutputShape(string Name, string Type, [property: Description("A value with expressions.")] JsonElement Value, string? Description = null);

[DisplayName("Concurrency"), Description("How many executions of the workflow may run at once.")]
internal sealed record ConcurrencyShape(int Limit, [property: Description("queue (default) or reject.")] string? WhenFull = null);

[DisplayName("ExecuteRequest"), Description("What to execute the workflow with.")]
internal sealed record ExecuteBody(
    [property: Description("A value for each input that is required.")] IReadOnlyDictionary<string, JsonElement>? Input = null,
    [property: Description("Where status changes are sent, in Standard Webhooks form.")] string? WebhookUrl = null);

[DisplayName("ReplayRequest"), Description("How to replay.")]
internal sealed record ReplayBody(
    [property: Description("The first task to run again, with all that come after it. Without it: the failed one, or all when none failed.")] string? From = null,
    [property: Description("same (default) or latest.")] string? Version = null,
    [property: Description("New input; without it the same.")] IReadOnlyDictionary<string, JsonElement>? Input = null);

[DisplayName("Execution"), Description("An execution as it stands.")]
internal sealed record ExecutionShape(
    string ExecutionId,
    string WorkflowId,
    int WorkflowVersion,
    ExecutionStatus Status,
    [property: Description("In the order of the definition.")] IReadOnlyList<TaskRunShape> Tasks,
    DateTimeOffset CreatedAt,
    [property: Description("Null until it starts.")] DateTimeOffset? StartedAt,
    [property: Description("Null until it ends, however it ends.")] DateTimeOffset? CompletedAt,
    JsonElement Input,
    [property: Description("Null unless COMPLETED.")] JsonElement? Output,
    [property: Description("Null unless FAILED.")] ErrorShape? Error,
    [property: Description("There while it is paused.")] DateTimeOffset? PausedAt = null,
    string? ReplayOf = null,
    [property: Description("api, ui or replay.")] string? Trigger = null);

[DisplayName("TaskRun"), Description("A task of an execution.")]
internal sealed record TaskRunShape(
    string Ref,
    string Type,
    TaskRunStatus Status,
    [property: Description("Number of the current or last attempt; 0: none yet.")] int Attempt,
    DateTimeOffset? StartedAt,
    DateTimeOffset? CompletedAt,
    ErrorShape? Error,
    [property: Description("With include=inputs: as rendered.")] JsonElement? Input = null,
    [property: Description("With include=outputs.")] JsonElement? Output = null,
    [property: Description("There while it waits for its next attempt.")] DateTimeOffset? RetryAt = null,
    [property: Description("There while it waits for something.")] WaitShape? WaitingFor = null,
    [property: Description("Why it was skipped.")] string? Reason = null,
    [property: Description("Taken over from the replayed execution.")] bool? Reused = null,
    [property: Description("Its fallback task ran in its place.")] bool? Fallback = null);

[DisplayName("Wait"), Description("What a task waits for.")]
internal sealed record WaitShape(string Kind, DateTimeOffset Until);

[DisplayName("Failure"), Description("Why something failed.")]
internal sealed record ErrorShape(
    [property: Description("A stable word.")] string Code,
    [property: Description("For a person.")] string Message,
    [property: Description("Whether trying again can help.")] bool Retryable,
    [property: Description("The task it happened in.")] string? Ref = null);

[DisplayName("Event"), Description("A fact about an execution. Further members depend on the type.")]
internal sealed record EventShape(
    [property: Description("From 1, without gaps.")] int Sequence,
    [property: Description("Such as task_started or execution_completed.")] string Type,
    DateTimeOffset At,
    string? Ref = null,
    int? Attempt = null);

[DisplayName("EventList"), Description("Events, oldest first.")]
internal sealed record EventListShape(IReadOnlyList<EventShape> Events, [property: Description("Asks for those after; null when there are none yet.")] string? NextCursor);

[DisplayName("WebhookRequest"), Description("A webhook to be made.")]
internal sealed record WebhookBody(
    [property: Description("Absolute http or https URL that outbound connections may reach.")] string Url,
    [property: Description("The events it gets. Without it: execution.started, execution.completed, execution.failed, execution.cancelled.")] IReadOnlyList<string>? Events = null,
    [property: Description("At most 200 characters, for people.")] string? Description = null,
    [property: Description("false: nothing is sent until it is enabled.")] bool? Enabled = null);

[DisplayName("WebhookOfAnyRequest"), Description("A webhook to be made, for one workflow or for all.")]
internal sealed record WebhookOfAnyBody(
    [property: Description("Absolute http or https URL that outbound connections may reach.")] string Url,
    [property: Description("Only executions of this workflow; without it: of all.")] string? WorkflowId = null,
    [property: Description("The events it gets. Without it: execution.started, execution.completed, execution.failed, execution.cancelled.")] IReadOnlyList<string>? Events = null,
    [property: Description("At most 200 characters, for people.")] string? Description = null,
    [property: Description("false: nothing is sent until it is enabled.")] bool? Enabled = null);

[DisplayName("WebhookChange"), Description("What to change; what is left out stays.")]
internal sealed record WebhookChangeBody(
    [property: Description("Messages that wait go there too.")] string? Url = null,
    IReadOnlyList<string>? Events = null,
    [property: Description("An empty text removes it.")] string? Description = null,
    bool? Enabled = null);

[DisplayName("WebhookRotation"), Description("How to change the secret.")]
internal sealed record WebhookRotationBody(
    [property: Description("Seconds, up to a week, for which the secret before still signs, too. Without it a day; 0: not at all, for one that got out.")] int? Overlap = null);

[DisplayName("WebhookRecovery"), Description("What to send again.")]
internal sealed record WebhookRecoveryBody(
    [property: Description("Messages that failed and were made at or after this time (RFC 3339, or a day).")] DateTimeOffset Since);
