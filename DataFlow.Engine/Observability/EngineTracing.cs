using System.Diagnostics;

namespace DataFlow.Engine.Observability;

/// <summary>The engine's source of spans.</summary>
internal static class EngineTracing
{
    public const string Header = "traceparent";

    public const string StateHeader = "tracestate";

    public static readonly ActivitySource Source = new(EngineTelemetry.Name);

    /// <summary>Whether somebody records spans; nothing is made for them otherwise.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>What a new execution belongs to: the request's span when requests are recorded, else what the caller sent.</summary>
    public static TraceOrigin OriginOfNew(TraceOrigin sent) => Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } current } activity
        ? TraceOrigin.Of(current, activity.TraceStateString)
        : TraceOrigin.Of(sent.Parent, sent.State);
}
