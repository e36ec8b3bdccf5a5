using DataFlow.Engine.Executions;

namespace DataFlow.Tests.Chaos;

/// <summary>What is counted along must be what the journals say.</summary>
internal static partial class Invariants
{
    /// <summary>
    /// Figures are written in the transaction of the end they count: none is missing and none counted twice, by the end of each piece of five minutes, over all and
    /// for each workflow.
    /// </summary>
    private static IEnumerable<Violation> FiguresAreTrue(Evidence evidence)
    {
        if (evidence.Figures is not { } figures) yield break;
        var ends = evidence.Executions.Select(execution => (execution.WorkflowId, End: execution.Events.LastOrDefault(e => StatusAfter(e) >= ExecutionStatus.Completed)))
            .Where(end => end.End is not null).Select(end => (end.WorkflowId, Slot: SlotOf(end.End!.At), Status: StatusAfter(end.End)!.Value)).ToList();
        foreach (var slot in ends.Select(end => end.Slot).Concat(figures.Slots.Keys).Distinct().Order())
        {
            long Count(ExecutionStatus status) => ends.Count(end => end.Slot <= slot && end.Status == status);
            // Whatever completes has started, so all of them have a duration.
            var said = (Count(ExecutionStatus.Completed), Count(ExecutionStatus.Failed), Count(ExecutionStatus.Cancelled), Count(ExecutionStatus.Completed));
            if (!figures.Slots.TryGetValue(slot, out var counted)) yield return new Violation("figures", $"piece {slot}", $"has no row and {said} in the journals");
            else if (counted != said) yield return new Violation("figures", $"piece {slot}", $"counts {counted} and the journals say {said}");
        }
        foreach (var place in ends.Select(end => (end.WorkflowId, end.Slot)).Concat(figures.Workflows.Keys).Distinct())
        {
            var of = ends.Where(end => end.WorkflowId == place.WorkflowId && end.Slot <= place.Slot).ToList();
            var said = (of.LongCount(end => end.Status == ExecutionStatus.Failed), (long)of.Count);
            if (figures.Workflows.GetValueOrDefault(place) is var counted && counted != said) yield return new Violation("figures", $"{place.WorkflowId} piece {place.Slot}", $"counts {counted} and the journals say {said}");
        }
    }

    private static long SlotOf(DateTimeOffset time) => time.ToUnixTimeSeconds() / 300;
}
