using System.Diagnostics;

namespace DataFlow.Engine.Observability;

/// <summary>The engine's source of spans.</summary>
internal static class EngineTracing
{
    public const string Header = "traceparent";

    public static readonly ActivitySource Source = new(EngineTelemetry.Name);

    /// <summary>Whether somebody records spans; nothing is made for them otherwise.</summary>
    public static bool IsOn => Source.HasListeners();

    /// <summary>
    /// What a new execution belongs to: the request's span when requests are recorded, else what the caller sent; <c>null</c>: neither. What is not a
    /// <c>traceparent</c> by W3C is left alone, as W3C asks.
    /// </summary>
    public static string? ParentOfNew(string? sent)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } current }) return current;
        return ActivityContext.TryParse(sent, null, out var parent) ? Text(parent) : null;
    }

    /// <summary>As sent in a header.</summary>
    public static string Text(ActivityContext context) =>
        $"00-{context.TraceId.ToHexString()}-{context.SpanId.ToHexString()}-{((context.TraceFlags & ActivityTraceFlags.Recorded) != 0 ? "01" : "00")}";
}
