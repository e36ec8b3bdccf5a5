using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Executions;

namespace DataFlow.Web.Components.Executions;

/// <summary>
/// An execution as it was after every event of its journal. A moment is folded when it is asked for, from the nearest one kept before it, so that neither
/// time nor memory grows with the journal's length squared.
/// </summary>
public sealed class JournalMoments
{
    /// <summary>One moment of so many is kept: a fold of a few dozen events takes less than a picture.</summary>
    private const int Every = 64;

    private readonly List<ExecutionEvent> events;
    private readonly List<Execution> kept = [];
    private Execution latest, recent;

    private JournalMoments(Execution latest, IEnumerable<ExecutionEvent> events) => (this.latest, recent, this.events) = (latest, latest, [.. events]);

    public static JournalMoments Of(ExecutionHistory history) => new(history.Execution, history.Events);

    /// <summary>How many events there are; the last moment.</summary>
    public int Count => events.Count;

    /// <summary>As it stands.</summary>
    public Execution Latest => latest;

    /// <summary>All events in order.</summary>
    public IReadOnlyList<ExecutionEvent> Events => events;

    /// <summary>When the n-th event happened, counted from 1.</summary>
    public DateTimeOffset TimeOf(int sequence) => events[sequence - 1].At;

    /// <summary>The moment meant by a number that somebody may have typed; <c>null</c>: as it stands.</summary>
    public int? Meant(int? asked) => asked is { } at && at < Count ? Math.Max(1, at) : null;

    /// <summary>The fold of the first <paramref name="sequence"/> events.</summary>
    public Execution At(int sequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequence, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sequence, Count);
        if (sequence == latest.Sequence) return latest;
        if (recent.Sequence == sequence) return recent;
        var execution = Nearest(sequence);
        while (execution.Sequence < sequence) execution = execution.Apply(events[execution.Sequence]);
        return recent = execution;
    }

    /// <summary>Takes over what was committed since; events known already are passed over.</summary>
    public void Add(ExecutionChange change)
    {
        foreach (var happened in change.Events.Skip(Math.Max(0, events.Count + 1 - change.FirstSequence))) events.Add(happened);
        if (change.Execution.Sequence >= latest.Sequence) latest = change.Execution;
    }

    /// <summary>Going forward one by one needs no way back to a kept moment.</summary>
    private Execution Nearest(int sequence)
    {
        if (kept.Count == 0) kept.Add(ExecutionOutline.Of(latest).Begin(latest.Id, (ExecutionQueued)events[0]));
        var wanted = (sequence - 1) / Every;
        while (kept.Count <= wanted)
        {
            var execution = kept[^1];
            for (var i = 0; i < Every; i++) execution = execution.Apply(events[execution.Sequence]);
            kept.Add(execution);
        }
        return recent.Sequence < sequence && recent.Sequence > kept[wanted].Sequence ? recent : kept[wanted];
    }
}
