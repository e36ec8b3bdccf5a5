using DataFlow.Engine.TaskTypes;

namespace DataFlow.Engine.Egress;

/// <summary>Placeholder until the room lands.</summary>
public static class EgressFailures
{
    /// <summary>Maps.</summary>
    public static TaskFailure From(Exception e) => new("network", e.Message, Retryable: true);
}
