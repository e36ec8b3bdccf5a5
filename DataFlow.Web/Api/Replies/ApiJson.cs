using System.Text.Json;
using System.Text.Json.Serialization;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Api.Contracts;

namespace DataFlow.Web.Api.Replies;

/// <summary>The replies of the API as JSON: snake_case, absent values written as null, times in UTC with a Z.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    Converters = [
        typeof(TimeConverter), typeof(WordConverter<ExecutionStatus>), typeof(WordConverter<TaskRunStatus>), typeof(WordConverter<DeliveryStatus>),
        typeof(WordConverter<WebhookStatus>), typeof(WordConverter<WebhookSource>), typeof(WordConverter<WebhookDisabledReason>),
        typeof(WordConverter<TaskRepeat>),
    ])]
[JsonSerializable(typeof(WorkflowSavedReply))]
[JsonSerializable(typeof(WorkflowDocument))]
[JsonSerializable(typeof(WorkflowList))]
[JsonSerializable(typeof(VersionList))]
[JsonSerializable(typeof(ValidationReply))]
[JsonSerializable(typeof(ReplayAcceptedReply))]
[JsonSerializable(typeof(ReplayPreviewReply))]
[JsonSerializable(typeof(ExecutionList))]
[JsonSerializable(typeof(BulkReply))]
[JsonSerializable(typeof(StorageReply))]
[JsonSerializable(typeof(PruneReply))]
[JsonSerializable(typeof(LogList))]
[JsonSerializable(typeof(IReadOnlyList<ExecutionRow>))]
[JsonSerializable(typeof(ProgressReport))]
[JsonSerializable(typeof(DeliveryList))]
[JsonSerializable(typeof(RedeliveryReply))]
[JsonSerializable(typeof(WebhookSecretReply))]
[JsonSerializable(typeof(WebhookDocument))]
[JsonSerializable(typeof(WebhookList))]
[JsonSerializable(typeof(WebhookCreatedReply))]
[JsonSerializable(typeof(WebhookRotatedReply))]
[JsonSerializable(typeof(WebhookDeliveryList))]
[JsonSerializable(typeof(WebhookDeliveryDocument))]
[JsonSerializable(typeof(RecoveryReply))]
[JsonSerializable(typeof(TaskTypeList))]
[JsonSerializable(typeof(TaskTypeDocument))]
[JsonSerializable(typeof(EvaluateReply))]
[JsonSerializable(typeof(LiveReply))]
[JsonSerializable(typeof(HealthReply))]
[JsonSerializable(typeof(HealthEntry))]
[JsonSerializable(typeof(ProblemEntry))]
internal sealed partial class ApiJson : JsonSerializerContext;

/// <summary>RFC 3339, UTC, as the execution document writes it.</summary>
internal sealed class TimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(ExecutionDocument.Text(value));
}

/// <summary>Enumerations in the capitals of the contract.</summary>
internal sealed class WordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseUpper, allowIntegerValues: false)
    where T : struct, Enum;
