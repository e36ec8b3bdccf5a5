using System.Diagnostics;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Runtime;

/// <summary>Tells whoever records spans of an execution that has ended.</summary>
internal static partial class ExecutionTrace
{
    /// <summary>Reads the journal and records its spans, elsewhere; nothing when nobody records.</summary>
    public static void Tell(IExecutionStore store, Execution execution, ILogger logger)
    {
        if (EngineTracing.IsOn) _ = Task.Run(() => TellAsync(store, execution, logger));
    }

    private static async Task TellAsync(IExecutionStore store, Execution execution, ILogger logger)
    {
        try
        {
            // The request that was waiting for the end may still be current here.
            Activity.Current = null;
            if (await store.ReadAsync(execution.Id, 0, CancellationToken.None) is { } journal) Record(execution, journal);
        }
        catch (Exception e)
        {
            LogNotTold(logger, e, execution.Id);
        }
    }

    private static void Record(Execution execution, Journal journal)
    {
        var identity = new TraceIdentity(execution.Id, new TraceOrigin(execution.TraceParent, execution.TraceState));
        foreach (var span in ExecutionSpans.Of(execution, journal.Events))
        {
            var (name, id, parent) = span.Kind switch
            {
                SpanKind.Execution => ("execution", identity.Execution, identity.Parent),
                SpanKind.Task => ($"task {span.Ref}", identity.Task(span.Ref), identity.Context(identity.Execution)),
                _ => ($"attempt {span.Ref}", identity.Attempt(span.Ref, span.Attempt), identity.Context(identity.Task(span.Ref))),
            };
            using var activity = EngineTracing.Source.StartActivity(ActivityKind.Internal, parent, null, null, span.Start, name);
            // Not sampled: so are all its spans.
            if (activity is null) return;
            TraceIdentity.Give(activity, id, identity.TraceId);
            Fill(activity, span);
        }
    }

    private static void Fill(Activity activity, ExecutionSpan span)
    {
        foreach (var (name, value) in span.Attributes)
            if (value is not (null or false)) activity.SetTag(name, value);
        foreach (var e in span.Events) activity.AddEvent(new ActivityEvent(e.Name, e.At, [.. e.Attributes]));
        if (span.FailureCode is { } code) activity.SetTag("error.type", code).SetStatus(ActivityStatusCode.Error, code);
        activity.SetEndTime(span.End.UtcDateTime);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{ExecutionId}: its spans could not be recorded")]
    private static partial void LogNotTold(ILogger logger, Exception exception, string executionId);
}
