using System.Buffers;
using System.Text.Json;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Webhooks;

/// <summary>What is told of an execution. Pure.</summary>
internal static class WebhookMessages
{
    /// <summary>Outputs above this stay out of the message: receivers expect small ones, and the whole is one GET away.</summary>
    private const int MostOutputBytes = 16 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = EngineJson.Options.Encoder };

    /// <summary>The message of an event; the same for everybody who is told of it.</summary>
    /// <param name="type">Its name.</param>
    /// <param name="execution">As it stands after the event; its sequence is the event's, and lets a receiver drop what arrives late.</param>
    /// <param name="happened">The event.</param>
    public static ReadOnlyMemory<byte> Body(string type, Execution execution, ExecutionEvent happened) => Body(type, happened.At, writer =>
    {
        if (WebhookEventTypes.TaskOf(happened) is { } task)
            WriteTask(writer, execution, execution.FindTask(task)!);
        else
            WriteExecution(writer, execution);
        writer.WriteNumber("sequence"u8, execution.Sequence);
    });

    /// <summary>A message that tells of nothing.</summary>
    public static ReadOnlyMemory<byte> Test(string webhookId, DateTimeOffset at) => Body(WebhookEventTypes.Test, at, writer =>
    {
        writer.WriteString("webhook_id"u8, webhookId);
        writer.WriteString("message"u8, "This is a test of your webhook. Nothing happened.");
    });

    private static ReadOnlyMemory<byte> Body(string type, DateTimeOffset at, Action<Utf8JsonWriter> writeData)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("timestamp"u8, ExecutionDocument.Text(at));
            writer.WriteStartObject("data"u8);
            writeData(writer);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return body.WrittenMemory;
    }

    private static void WriteExecution(Utf8JsonWriter writer, Execution execution)
    {
        ExecutionDocument.WriteMembers(writer, execution, DocumentParts.WithoutValues);
        if (execution is { Status: ExecutionStatus.Completed, Output: { } output })
            WriteOutput(writer, output);
    }

    private static void WriteTask(Utf8JsonWriter writer, Execution execution, TaskRun run)
    {
        writer.WriteString("execution_id"u8, execution.Id);
        writer.WriteString("workflow_id"u8, execution.WorkflowId);
        writer.WriteNumber("workflow_version"u8, execution.WorkflowVersion);
        writer.WriteString("status"u8, execution.Status.Word());
        writer.WritePropertyName("task"u8);
        ExecutionDocument.WriteTask(writer, run, DocumentParts.None);
    }

    private static void WriteOutput(Utf8JsonWriter writer, JsonElement output)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(output, EngineJson.Options);
        if (bytes.Length > MostOutputBytes)
        {
            writer.WriteBoolean("output_omitted"u8, true);
            return;
        }

        writer.WritePropertyName("output"u8);
        writer.WriteRawValue(bytes, skipInputValidation: true);
    }
}
