using System.Buffers;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>What is told of an execution: each change of its status. Pure.</summary>
internal static class WebhookMessages
{
    /// <summary>Outputs above this stay out of the message: receivers expect small ones, and the whole is one GET away.</summary>
    private const int MostOutputBytes = 16 * 1024;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = EngineJson.Options.Encoder };

    /// <summary>The message of an event; <c>null</c> when it changes no status, or nobody asked to be told.</summary>
    /// <param name="messageId">Unique, without a full stop.</param>
    /// <param name="execution">As it stands after the event.</param>
    /// <param name="sequence">The event's place in the journal: lets a receiver drop what arrives late.</param>
    /// <param name="happened">The event.</param>
    public static OutboxMessage? From(string messageId, Execution execution, int sequence, ExecutionEvent happened)
    {
        if (execution.WebhookUrl is not { } url || TypeOf(happened) is not { } type)
            return null;

        return new OutboxMessage(messageId, execution.Id, sequence, url, type, Body(type, execution, sequence, happened.At), happened.At);
    }

    private static string? TypeOf(ExecutionEvent happened) => happened switch
    {
        ExecutionStarted => "execution.started",
        ExecutionCompleted => "execution.completed",
        ExecutionFailed => "execution.failed",
        ExecutionCancelled => "execution.cancelled",
        _ => null,
    };

    private static ReadOnlyMemory<byte> Body(string type, Execution execution, int sequence, DateTimeOffset at)
    {
        var body = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(body, WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteString("type"u8, type);
            writer.WriteString("timestamp"u8, ExecutionDocument.Text(at));
            writer.WriteStartObject("data"u8);
            ExecutionDocument.WriteMembers(writer, execution, DocumentParts.WithoutValues);
            if (execution is { Status: ExecutionStatus.Completed, Output: { } output })
                WriteOutput(writer, output);
            writer.WriteNumber("sequence"u8, sequence);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return body.WrittenMemory;
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
