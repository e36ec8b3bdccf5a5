namespace DataFlow.Engine.Observability;

/// <summary>What a host subscribes to.</summary>
public static class EngineTelemetry
{
    /// <summary>Name of the engine's meters and of its source of spans.</summary>
    public const string Name = "DataFlow.Engine";
}
