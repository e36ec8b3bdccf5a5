using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Workflows;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DataFlow.Engine.Runtime;

/// <summary>Trials under way: how many at once, and how long each. They are nobody's but their callers', and end with the process.</summary>
internal sealed partial class ExecutionTrials(RunnerParts parts, IOptions<EngineOptions> options, IOptions<TaskLogOptions> logs, ILogger<ExecutionTrials> logger) : IDisposable
{
    /// <summary>A reader is told what tasks write and how far they are at most this often.</summary>
    private static readonly TimeSpan ActivityPause = TimeSpan.FromMilliseconds(100);

    private readonly CancellationTokenSource _stopping = new();
    private int _active;

    /// <summary>How many are under way.</summary>
    public int ActiveCount => Volatile.Read(ref _active);

    /// <summary>Starts one; <c>null</c> when as many are under way as may be.</summary>
    /// <param name="workflow">What it runs.</param>
    /// <param name="id">Its id, which no store knows.</param>
    /// <param name="begun"><c>execution_queued</c> and what is taken over.</param>
    /// <param name="credentials">By name.</param>
    /// <param name="leaving">Its caller goes.</param>
    public TrialWatch? TryStart(
        Workflow workflow, string id, ImmutableArray<ExecutionEvent> begun, IReadOnlyDictionary<string, string> credentials, CancellationToken leaving)
    {
        if (Interlocked.Increment(ref _active) > options.Value.MaxConcurrentTrials)
        {
            Interlocked.Decrement(ref _active);
            EngineMetrics.TrialsRefused.Add(1);
            return null;
        }
        var longest = TimeSpan.FromSeconds(options.Value.TrialSeconds);
        if (workflow.Definition.Timeout is not { } own || own > longest) workflow = workflow with { Definition = workflow.Definition with { Timeout = longest } };
        var queued = (ExecutionQueued)begun[0];
        var stored = new WorkflowVersion(queued.WorkflowId, queued.WorkflowVersion, workflow.Definition.Name, workflow.Definition.Source, queued.At);
        var activity = new TrialActivity(id, logs, parts.Clock);
        var run = new TrialRun(parts, activity, new CompiledVersion(stored, workflow, ExecutionOutline.Of(workflow)), id, begun, credentials);
        var stop = CancellationTokenSource.CreateLinkedTokenSource(leaving, _stopping.Token);
        // Elsewhere: the caller has its answer at once.
        _ = Task.Run(() => RunAsync(run, stop), CancellationToken.None);
        return new TrialWatch(run.Snapshot, run.ReadAsync(() => Leave(stop), CancellationToken.None), activity.ReadAsync(ActivityPause, CancellationToken.None));
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task RunAsync(TrialRun run, CancellationTokenSource stop)
    {
        try
        {
            Count(await run.RunAsync(stop.Token));
        }
        catch (Exception e)
        {
            LogBroken(e, run.Snapshot.Id);
        }
        finally
        {
            Interlocked.Decrement(ref _active);
            stop.Dispose();
        }
    }

    private static void Count(Execution ended)
    {
        var status = new KeyValuePair<string, object?>("status", ended.Status.Word());
        EngineMetrics.TrialsEnded.Add(1, status);
        if (ended.CompletedAt is { } at) EngineMetrics.TrialDuration.Record((at - ended.CreatedAt).TotalSeconds, status);
    }

    /// <summary>Whoever has read to the end leaves too: then there is nothing left to stop.</summary>
    private static void Leave(CancellationTokenSource stop)
    {
        try
        {
            stop.Cancel();
        }
        catch (ObjectDisposedException)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The trial {TrialId} broke")]
    private partial void LogBroken(Exception exception, string trialId);
}
