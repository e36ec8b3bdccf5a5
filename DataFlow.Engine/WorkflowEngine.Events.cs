using System.Globalization;
using System.Runtime.CompilerServices;

namespace DataFlow.Engine;

/// <summary>Watching many executions at once.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>
    /// Watches all executions, or those of one workflow: every event that is committed from now on, or after <paramref name="cursor"/>, once and in order for each
    /// execution. However slow the reader is, nothing is left out. The watch begins with the call: what is listed after it may hold events that still come.
    /// </summary>
    /// <param name="workflowId">Of this workflow; <c>null</c>: of all.</param>
    /// <param name="cursor">From a watch before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<Answer<EventsWatch>> WatchEventsAsync(string? workflowId, string? cursor, CancellationToken cancellationToken)
    {
        if (workflowId is not null && await _versions.GetAsync(workflowId, null, cancellationToken) is null && await _versions.GetAsync(workflowId, 1, cancellationToken) is null) return NoWorkflow;
        var last = await _committed.LastAsync(cancellationToken);
        if (cursor is null) return new EventsWatch(last.ToString(CultureInfo.InvariantCulture), CommittedAsync(last, workflowId, 0, 0, cancellationToken));
        // A place that has not come yet is one of another database.
        if (!TryRead(cursor, out var position, out var seen) || position > last) return BadCursor;
        return new EventsWatch(cursor, seen == 0 ? CommittedAsync(position, workflowId, 0, 0, cancellationToken) : CommittedAsync(position - 1, workflowId, position, seen, cancellationToken));
    }

    /// <param name="after">A position.</param>
    /// <param name="workflowId">Of this workflow only.</param>
    /// <param name="half">A position of which some events have been told.</param>
    /// <param name="seen">How many.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async IAsyncEnumerable<CommittedEvents> CommittedAsync(long after, string? workflowId, long half, int seen, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var append in _committed.ReadAsync(after, workflowId, cancellationToken))
        {
            var skip = append.Position == half ? Math.Min(seen, append.Events.Length) : 0;
            if (skip < append.Events.Length)
                yield return new CommittedEvents(append.Position, append.ExecutionId, append.WorkflowId, append.FirstSequence + skip, skip == 0 ? append.Events : append.Events[skip..], skip);
        }
    }

    /// <summary>A position, or a position and how many events of it have been told.</summary>
    private static bool TryRead(string cursor, out long position, out int seen)
    {
        seen = 0;
        var dot = cursor.IndexOf('.', StringComparison.Ordinal);
        return long.TryParse(dot < 0 ? cursor : cursor.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out position)
            && (dot < 0 || int.TryParse(cursor.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out seen));
    }
}
