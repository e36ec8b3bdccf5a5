using System.Text.Json;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Executions;

/// <summary>What an execution document tells besides the contract's fields.</summary>
[Flags]
public enum DocumentParts
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary><c>input</c> of each task.</summary>
    Inputs = 1,

    /// <summary><c>output</c> of each task.</summary>
    Outputs = 2,

    /// <summary>Leaves out <c>input</c> and <c>output</c> of the execution itself, for webhooks.</summary>
    WithoutValues = 4,
}

/// <summary>The execution document of the API and of webhooks: the contract's fields first, then what decisions add.</summary>
public static class ExecutionDocument
{
    private static readonly string[] Statuses = ["PENDING", "RUNNING", "COMPLETED", "FAILED", "CANCELLED", "SKIPPED"];

    /// <summary>The word on the wire.</summary>
    public static string Word(this ExecutionStatus status) => Statuses[(int)status];

    /// <summary>The word on the wire.</summary>
    public static string Word(this TaskRunStatus status) => Statuses[(int)status];

    /// <summary>RFC 3339, UTC, <c>Z</c>, milliseconds.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Writes one object.</summary>
    public static void Write(Utf8JsonWriter writer, Execution execution, DocumentParts parts)
    {
        writer.WriteStartObject();
        WriteMembers(writer, execution, parts);
        writer.WriteEndObject();
    }

    /// <summary>Writes its members into an object that is open, so that others can stand beside them.</summary>
    public static void WriteMembers(Utf8JsonWriter writer, Execution execution, DocumentParts parts)
    {
        writer.WriteString("execution_id"u8, execution.Id);
        writer.WriteString("workflow_id"u8, execution.WorkflowId);
        writer.WriteNumber("workflow_version"u8, execution.WorkflowVersion);
        writer.WriteString("status"u8, execution.Status.Word());
        writer.WriteStartArray("tasks"u8);
        foreach (var run in execution.Tasks) WriteTask(writer, run, parts);
        writer.WriteEndArray();
        WriteTime(writer, "created_at"u8, execution.CreatedAt);
        WriteTime(writer, "started_at"u8, execution.StartedAt);
        WriteTime(writer, "completed_at"u8, execution.CompletedAt);
        if (!parts.HasFlag(DocumentParts.WithoutValues))
        {
            WriteValue(writer, "input"u8, execution.Input);
            WriteValue(writer, "output"u8, execution.Output);
        }
        WriteFailure(writer, execution.Failure);
        if (execution.PausedAt is { } paused) WriteTime(writer, "paused_at"u8, paused);
        if (execution.ReplayOf is { } replayed) writer.WriteString("replay_of"u8, replayed);
        if (execution.Trigger is { } trigger) writer.WriteString("trigger"u8, trigger);
    }

    /// <summary>Writes one task as it stands in <c>tasks</c>.</summary>
    public static void WriteTask(Utf8JsonWriter writer, TaskRun run, DocumentParts parts)
    {
        writer.WriteStartObject();
        writer.WriteString("ref"u8, run.Ref);
        writer.WriteString("type"u8, run.Type);
        writer.WriteString("status"u8, run.Status.Word());
        writer.WriteNumber("attempt"u8, run.Attempt);
        WriteTime(writer, "started_at"u8, run.StartedAt);
        WriteTime(writer, "completed_at"u8, run.CompletedAt);
        if (parts.HasFlag(DocumentParts.Inputs)) WriteValue(writer, "input"u8, run.Input);
        if (parts.HasFlag(DocumentParts.Outputs)) WriteValue(writer, "output"u8, run.Output);
        WriteFailure(writer, run.Failure);
        if (run.RetryAt is { } retry) WriteTime(writer, "retry_at"u8, retry);
        if (run.WaitUntil is { } until)
        {
            writer.WriteStartObject("waiting_for"u8);
            writer.WriteString("kind"u8, "time"u8);
            WriteTime(writer, "until"u8, until);
            writer.WriteEndObject();
        }
        if (run.SkipReason is { } reason) writer.WriteString("reason"u8, reason);
        if (run.Reused) writer.WriteBoolean("reused"u8, true);
        if (run.Fallback) writer.WriteBoolean("fallback"u8, true);
        writer.WriteEndObject();
    }

    /// <summary>Writes <c>error</c>: null, or code, message, retryable, and the task it happened in.</summary>
    public static void WriteFailure(Utf8JsonWriter writer, TaskFailure? failure)
    {
        if (failure is null)
        {
            writer.WriteNull("error"u8);
            return;
        }
        writer.WriteStartObject("error"u8);
        writer.WriteString("code"u8, failure.Code);
        writer.WriteString("message"u8, failure.Message);
        if (failure.Ref is { } task) writer.WriteString("ref"u8, task);
        writer.WriteBoolean("retryable"u8, failure.Retryable);
        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, ReadOnlySpan<byte> name, JsonElement? value)
    {
        writer.WritePropertyName(name);
        if (value is { ValueKind: not JsonValueKind.Undefined } given) given.WriteTo(writer);
        else writer.WriteNullValue();
    }

    private static void WriteTime(Utf8JsonWriter writer, ReadOnlySpan<byte> name, DateTimeOffset? time)
    {
        if (time is { } given) writer.WriteString(name, Text(given));
        else writer.WriteNull(name);
    }
}
