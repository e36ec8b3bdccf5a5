using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace DataFlow.Web.Api.OpenApi;

/// <summary>A parameter as the OpenAPI document tells it.</summary>
internal sealed record Parameter(string Name, ParameterLocation In, JsonSchemaType Type, string Description)
{
    public static readonly Parameter WorkflowId = Path("workflow_id", "wf-…", "wf-4g7h8j9k");
    public static readonly Parameter ExecutionId = Path("execution_id", "ex-…", "ex-1a2b3c4d");
    public static readonly Parameter DeliveryId = Path("delivery_id", "The webhook-id of the delivery.", "msg_0123456789ab");
    public static readonly Parameter WebhookId = Path("webhook_id", "we-…", "we-0123456789ab");
    public static readonly Parameter TaskType = Path("type", "Name of a task type.", "Web.Download");
    public static readonly Parameter Version = new("version", ParameterLocation.Path, JsonSchemaType.Integer, "From 1.") { Minimum = 1, Example = 1 };

    public static readonly Parameter Limit = Whole("limit", "How many to list.", 100, 20);
    public static readonly Parameter EventLimit = Whole("limit", "How many to list; not for the stream.", 1_000, 100);
    public static readonly Parameter Cursor = Query("cursor", "next_cursor of the page before.");
    public static readonly Parameter EventCursor = Query("cursor", "The sequence of an event after which to begin; 0: at the beginning.") with { Type = JsonSchemaType.Integer };
    public static readonly Parameter LineLimit = Whole("limit", "How many to list; not for the stream.", 1_000, 100);
    public static readonly Parameter LogCursor = Query("cursor", "next_cursor of the page before.") with { Example = "12.34" };
    public static readonly Parameter OfTask = Query("task", "Of this task only.") with { Example = "download_webpage" };
    public static readonly Parameter LineLevel = Query("level", "Of this level or above: debug, info, warning or error.") with { Example = "warning" };
    public static readonly Parameter LineText = Query("text", "Part of the message, whatever its case.");
    public static readonly Parameter WorkflowText = Query("text", "Part of name, description or id.");
    public static readonly Parameter ExecutionText = Query("text", "The beginning of an execution id, or part of workflow id, workflow name, failure code, failure message, failed task or a label, whatever its case.");
    public static readonly Parameter Label = Query("label", "A label that must be there: key, or key=value.");
    public static readonly Parameter OfWorkflow = Query("workflow_id", "Of this workflow only.");
    public static readonly Parameter Status = Query("status", "One or more of PENDING, RUNNING, COMPLETED, FAILED, CANCELLED, with commas between them.") with { Example = "FAILED,CANCELLED" };
    public static readonly Parameter CreatedFrom = Query("created_from", "Accepted at or after this time (RFC 3339, or a day).") with { Example = "2026-01-31T12:00:00Z" };
    public static readonly Parameter CreatedTo = Query("created_to", "Accepted before this time (RFC 3339, or a day).") with { Example = "2026-02-01" };
    public static readonly Parameter Include = Query("include", "inputs, outputs, or both with a comma between them: adds them to each task.") with { Example = "inputs,outputs" };
    public static readonly Parameter Force = Query("force", "Delete although executions are unfinished; they go on.") with { Type = JsonSchemaType.Boolean };

    public static readonly Parameter ToldOfWorkflow = Query("workflow_id", "Only subscriptions that are told of this workflow: its own, and those for all.");
    public static readonly Parameter WebhookSource = Query("source", "subscription: those that were made here. execution: URLs that executions named as webhook_url.") with { Example = "subscription" };
    public static readonly Parameter DeliveryStatus = Query("status", "PENDING, DELIVERED or FAILED.") with { Example = "FAILED" };

    public static readonly Parameter IfMatch = Header("If-Match", "ETag of the version that was edited. When another is current the answer is 412.") with { Example = "\"3\"" };
    public static readonly Parameter IfNoneMatch = Header("If-None-Match", "ETag of the version at hand. When it is still current the answer is 304.") with { Example = "\"3\"" };
    public static readonly Parameter IdempotencyKey = Header("Idempotency-Key", "1 to 255 visible ASCII characters. The same key and body within 24 hours start nothing again and get the first reply.");
    public static readonly Parameter Prefer = Header("Prefer", "wait=N, 1 to 300 seconds: answers when the execution has ended, or after N seconds.") with { Example = "wait=30" };
    public static readonly Parameter OpenAIKey = Header("X-OpenAI-Key", "Key for OpenAI.* tasks; held encrypted until the execution ends, then erased.");
    public static readonly Parameter LastEventId = Header("Last-Event-ID", "id of the last event seen; the stream goes on after it.");

    public static readonly Parameter LastLineId = Header("Last-Event-ID", "Of the stream: number of the last line seen; it goes on after it.");

    public JsonNode? Example { get; init; }

    public int? Minimum { get; init; }

    public int? Maximum { get; init; }

    public JsonNode? Default { get; init; }

    public OpenApiParameter ToOpenApi() => new()
    {
        Name = Name,
        In = In,
        Required = In == ParameterLocation.Path,
        Description = Description,
        Example = Example?.DeepClone(),
        Schema = new OpenApiSchema { Type = Type, Minimum = Minimum?.ToString(System.Globalization.CultureInfo.InvariantCulture), Maximum = Maximum?.ToString(System.Globalization.CultureInfo.InvariantCulture), Default = Default?.DeepClone() },
    };

    private static Parameter Path(string name, string description, string example) => new(name, ParameterLocation.Path, JsonSchemaType.String, description) { Example = example };

    private static Parameter Query(string name, string description) => new(name, ParameterLocation.Query, JsonSchemaType.String, description);

    private static Parameter Whole(string name, string description, int most, int standard) =>
        new(name, ParameterLocation.Query, JsonSchemaType.Integer, description) { Minimum = 1, Maximum = most, Default = standard };

    private static Parameter Header(string name, string description) => new(name, ParameterLocation.Header, JsonSchemaType.String, description);
}
