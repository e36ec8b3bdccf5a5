using System.Text.Json;
using System.Text.Json.Serialization;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Live;

/// <summary>One message of a hub's stream: <c>kind</c> says which, the rest is as the API writes it.</summary>
[JsonConverter(typeof(LiveMessageConverter))]
internal abstract record LiveMessage(string Kind)
{
    protected abstract void WriteMembers(Utf8JsonWriter writer);

    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("kind"u8, Kind);
        WriteMembers(writer);
        writer.WriteEndObject();
    }

    /// <summary>An execution as it stands.</summary>
    public sealed record Snapshot(Execution Execution) : LiveMessage("snapshot")
    {
        protected override void WriteMembers(Utf8JsonWriter writer)
        {
            writer.WriteNumber("sequence"u8, Execution.Sequence);
            writer.WritePropertyName("execution"u8);
            ExecutionDocument.Write(writer, Execution, DocumentParts.None);
        }
    }

    /// <summary>The newest executions as they stand, and where the events after them begin.</summary>
    public sealed record ListSnapshot(string Cursor, IReadOnlyList<ExecutionRow> Executions) : LiveMessage("snapshot")
    {
        protected override void WriteMembers(Utf8JsonWriter writer)
        {
            writer.WriteString("cursor"u8, Cursor);
            writer.WritePropertyName("executions"u8);
            JsonSerializer.Serialize(writer, Executions, ApiJson.Default.IReadOnlyListExecutionRow);
        }
    }

    /// <summary>An event; of a watch over many it brings the cursor to go on from.</summary>
    public sealed record Event(string ExecutionId, string WorkflowId, int Sequence, ExecutionEvent Fact, string? Cursor) : LiveMessage("event")
    {
        protected override void WriteMembers(Utf8JsonWriter writer)
        {
            if (Cursor is not null) writer.WriteString("cursor"u8, Cursor);
            writer.WriteString("execution_id"u8, ExecutionId);
            writer.WriteString("workflow_id"u8, WorkflowId);
            writer.WriteNumber("sequence"u8, Sequence);
            writer.WritePropertyName("event"u8);
            EventJson.Write(writer, Sequence, Fact);
        }
    }

    /// <summary>A line that a task wrote.</summary>
    public sealed record Line(TaskLogLine Written) : LiveMessage("line")
    {
        protected override void WriteMembers(Utf8JsonWriter writer)
        {
            writer.WritePropertyName("line"u8);
            JsonSerializer.Serialize(writer, LogMerge.Line(Written), ApiJson.Default.LogLine);
        }
    }

    /// <summary>How far a task has come.</summary>
    public sealed record Progress(TaskProgress Report) : LiveMessage("progress")
    {
        protected override void WriteMembers(Utf8JsonWriter writer)
        {
            writer.WritePropertyName("progress"u8);
            JsonSerializer.Serialize(writer, LogStream.Shape(Report), ApiJson.Default.ProgressReport);
        }
    }
}

/// <summary>They are written, never read.</summary>
internal sealed class LiveMessageConverter : JsonConverter<LiveMessage>
{
    public override bool CanConvert(Type typeToConvert) => typeof(LiveMessage).IsAssignableFrom(typeToConvert);

    public override LiveMessage Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, LiveMessage value, JsonSerializerOptions options) => value.Write(writer);
}
