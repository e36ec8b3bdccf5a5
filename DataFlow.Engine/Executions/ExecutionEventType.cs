using System.Collections.Frozen;
using System.Text.Json.Serialization;

namespace DataFlow.Engine.Executions;

/// <summary>The words that name the types of events, in the journal, the API and the pages: <c>task_completed</c>.</summary>
public static class ExecutionEventType
{
    private static readonly FrozenDictionary<Type, string> s_names = typeof(ExecutionEvent).GetCustomAttributes(typeof(JsonDerivedTypeAttribute), inherit: false)
        .Cast<JsonDerivedTypeAttribute>().ToFrozenDictionary(derived => derived.DerivedType, derived => (string)derived.TypeDiscriminator!);

    /// <summary>The word for the type of an event.</summary>
    public static string Of(ExecutionEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return s_names[happened.GetType()];
    }
}
