using System.Text.Json;
using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>The places of an event where a user's or a task's value stands.</summary>
internal static class EventValues
{
    /// <summary>The event with every value replaced; itself when <paramref name="map"/> changes none.</summary>
    public static ExecutionEvent Map(ExecutionEvent journalEvent, Func<JsonElement, JsonElement?> map)
    {
        return journalEvent switch
        {
            ExecutionQueued e => map(e.Input) is { } value ? e with { Input = value } : e,
            TaskStarted e => map(e.Input) is { } value ? e with { Input = value } : e,
            TaskCompleted e => map(e.Output) is { } value ? e with { Output = value } : e,
            ExecutionCompleted e => map(e.Output) is { } value ? e with { Output = value } : e,
            TaskReused e => MapOptional(e.Output) is { } value ? e with { Output = value } : e,
            TaskFailed e => MapOptional(e.Output) is { } value ? e with { Output = value } : e,
            _ => journalEvent,
        };

        JsonElement? MapOptional(JsonElement? element) => element is { } value ? map(value) : null;
    }
}
