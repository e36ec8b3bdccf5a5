using System.Runtime.CompilerServices;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api;
using Microsoft.AspNetCore.SignalR;

namespace DataFlow.Web.Live;

/// <summary>
/// Live executions for programs outside. Each method streams: first a snapshot, then what happens, each event once and in order; the last sequence or cursor seen
/// resumes without a gap. A client that reads slowly is waited for; what it missed meanwhile is read from the journal.
/// </summary>
internal sealed class ExecutionHub(WorkflowEngine engine, HubPlaces places) : Hub
{
    private const int MostRows = 100;

    /// <inheritdoc/>
    public override Task OnConnectedAsync()
    {
        places.Connect(Context);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        places.Disconnect(Context);
        return Task.CompletedTask;
    }

    /// <summary>One execution to its end.</summary>
    /// <param name="executionId"><c>ex-…</c></param>
    /// <param name="afterSequence">The last sequence seen; <c>null</c>: what comes after the snapshot; 0: everything.</param>
    /// <param name="cancellationToken">The client has left, or closed the stream.</param>
    [HubMethodName("WatchExecution")]
    public async IAsyncEnumerable<LiveMessage> WatchExecutionAsync(string? executionId, int? afterSequence, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var place = places.Open(Context);
        if (afterSequence < 0) throw Refusals.Refused("range", "afterSequence is a whole number from 0, or null.");
        var (snapshot, changes) = Value(await engine.WatchAsync(executionId ?? "", afterSequence, cancellationToken));
        yield return new LiveMessage.Snapshot(snapshot);
        var seen = Math.Min(afterSequence ?? snapshot.Sequence, snapshot.Sequence);
        await foreach (var change in changes.WithCancellation(cancellationToken))
        {
            for (var i = 0; i < change.Events.Length; i++)
            {
                var sequence = change.FirstSequence + i;
                if (sequence <= seen) continue;
                yield return new LiveMessage.Event(change.Execution.Id, change.Execution.WorkflowId, sequence, change.Events[i], null);
                seen = sequence;
            }
        }
    }

    /// <summary>All executions of a workflow, until the client leaves.</summary>
    /// <param name="workflowId"><c>wf-…</c></param>
    /// <param name="cursor">The last one seen: goes on after it, without a snapshot; <c>null</c>: a snapshot of the newest executions, and what comes after it.</param>
    /// <param name="cancellationToken">The client has left, or closed the stream.</param>
    [HubMethodName("WatchWorkflow")]
    public IAsyncEnumerable<LiveMessage> WatchWorkflowAsync(string? workflowId, string? cursor, CancellationToken cancellationToken) => ManyAsync(workflowId ?? "", cursor, cancellationToken);

    /// <summary>All executions, until the client leaves.</summary>
    /// <param name="cursor">As in <see cref="WatchWorkflowAsync"/>.</param>
    /// <param name="cancellationToken">The client has left, or closed the stream.</param>
    [HubMethodName("WatchAll")]
    public IAsyncEnumerable<LiveMessage> WatchAllAsync(string? cursor, CancellationToken cancellationToken) => ManyAsync(null, cursor, cancellationToken);

    /// <summary>What the tasks of an execution write, and how far they have come, to its end.</summary>
    /// <param name="executionId"><c>ex-…</c></param>
    /// <param name="afterNumber">Number of the last line seen; <c>null</c>: from the first.</param>
    /// <param name="cancellationToken">The client has left, or closed the stream.</param>
    [HubMethodName("WatchLogs")]
    public async IAsyncEnumerable<LiveMessage> WatchLogsAsync(string? executionId, int? afterNumber, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var place = places.Open(Context);
        if (afterNumber < 0) throw Refusals.Refused("range", "afterNumber is a whole number from 0, or null.");
        Value(await engine.GetExecutionAsync(null, executionId ?? "", cancellationToken));
        await foreach (var activity in engine.WatchActivityAsync(executionId!, afterNumber ?? 0, cancellationToken))
        {
            foreach (var line in activity.Lines) yield return new LiveMessage.Line(line);
            foreach (var progress in activity.Progress) yield return new LiveMessage.Progress(progress);
        }
    }

    private async IAsyncEnumerable<LiveMessage> ManyAsync(string? workflowId, string? cursor, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var place = places.Open(Context);
        var watch = Value(await engine.WatchEventsAsync(workflowId, cursor, cancellationToken));
        if (cursor is null)
        {
            // Asked for after the watch began: what happens between is in both, never in neither.
            var rows = Value(await engine.ListExecutionsAsync(new ExecutionQuery(MostRows, WorkflowId: workflowId), cancellationToken));
            yield return new LiveMessage.ListSnapshot(watch.Cursor, [.. rows.Items.Select(ExecutionsApi.Row)]);
        }
        await foreach (var change in watch.Changes.WithCancellation(cancellationToken))
            for (var i = 0; i < change.Events.Length; i++)
                yield return new LiveMessage.Event(change.ExecutionId, change.WorkflowId, change.FirstSequence + i, change.Events[i], change.CursorAfter(i));
    }

    private static T Value<T>(Answer<T> answer) => answer.IsOk ? answer.Value : throw Refusals.Refused(answer.Refusal);
}
