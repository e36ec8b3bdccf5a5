using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace DataFlow.Engine.Observability;

/// <summary>
/// Ids of the spans of one execution, computed and never drawn: whichever process asks, before or after a restart, the attempt that a request was made in has
/// the id that its span gets when it is told.
/// </summary>
/// <param name="executionId"><c>ex-…</c></param>
/// <param name="origin">As recorded when the execution was accepted; without a parent it begins a trace of its own.</param>
internal readonly struct TraceIdentity(string executionId, TraceOrigin origin)
{
    /// <summary>What the execution's span is a child of; <c>default</c>: nothing.</summary>
    public ActivityContext Parent { get; } = ActivityContext.TryParse(origin.Parent, origin.State, isRemote: true, out var parent) ? parent : default;

    public ActivityTraceId TraceId => Parent == default ? ActivityTraceId.CreateFromBytes(Hash("trace").AsSpan(0, 16)) : Parent.TraceId;

    public ActivityTraceFlags Flags => Parent == default ? ActivityTraceFlags.Recorded : Parent.TraceFlags;

    public ActivitySpanId Execution => Span("execution");

    public ActivitySpanId Task(string taskRef) => Span($"task {taskRef}");

    public ActivitySpanId Attempt(string taskRef, int number) => Span($"attempt {taskRef} {number}");

    public ActivityContext Context(ActivitySpanId span) => new(TraceId, span, Flags, Parent.TraceState);

    /// <summary>Makes a span current whose own record comes later, or never: what is done meanwhile becomes its child.</summary>
    public Activity Enter(string name, ActivitySpanId span)
    {
        var activity = new Activity(name) { TraceStateString = Parent.TraceState }.SetParentId(TraceId, span, Flags).Start();
        Give(activity, span);
        return activity;
    }

    /// <summary>
    /// Gives a started span its id. The platform draws ids and lets nobody choose them; its field is set instead, so a test holds that this works with the
    /// runtime in use.
    /// </summary>
    public static void Give(Activity activity, ActivitySpanId span, ActivityTraceId? trace = null)
    {
        SpanIdOf(activity) = span.ToHexString();
        if (trace is { } own) TraceIdOf(activity) = own.ToHexString();
    }

    private ActivitySpanId Span(string key) => ActivitySpanId.CreateFromBytes(Hash(key).AsSpan(0, 8));

    private byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes($"{executionId} {key}"));

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_spanId")]
    private static extern ref string? SpanIdOf(Activity activity);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_traceId")]
    private static extern ref string? TraceIdOf(Activity activity);
}
