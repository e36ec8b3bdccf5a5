using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Chaos;

/// <summary>A promise that was broken.</summary>
/// <param name="Invariant">Its name.</param>
/// <param name="Where">An execution, a key, a message.</param>
/// <param name="What">What is wrong.</param>
internal sealed record Violation(string Invariant, string Where, string What)
{
    public override string ToString() => $"{Invariant} {Where}: {What}";
}

/// <summary>
/// What must hold after any sequence of crashes and restarts once everything has come to rest. Each promise is one method; each has a journal in the tests that
/// breaks it and is caught.
/// </summary>
internal static partial class Invariants
{
    /// <summary>Everything that is broken; empty: all promises were kept.</summary>
    public static IReadOnlyList<Violation> Check(Evidence evidence)
    {
        var executions = evidence.Executions.ToDictionary(execution => execution.Id);
        return
        [
            .. AcknowledgedExists(evidence, executions),
            .. KeyHasOneExecution(evidence),
            .. evidence.Executions.SelectMany(execution => OfExecution(execution, evidence)),
            .. SightingsStayTrue(evidence, executions),
            .. evidence.Executions.SelectMany(execution => StatusIsAnnounced(execution, evidence.Deliveries.Where(delivery => delivery.ExecutionId == execution.Id))),
            .. MessagesArrive(evidence),
            .. FiguresAreTrue(evidence),
            .. evidence.DatabaseProblems.Select(problem => new Violation("database", "dataflow.db", problem)),
            .. SomethingHappened(evidence),
        ];
    }

    /// <summary>I1: an id that was returned is never lost.</summary>
    private static IEnumerable<Violation> AcknowledgedExists(Evidence evidence, Dictionary<string, RecordedExecution> executions) =>
        from pair in evidence.Acknowledged
        from id in pair.Value
        where !executions.ContainsKey(id)
        select new Violation("acknowledged", id, "was returned to a client and does not exist");

    /// <summary>A key that was sent until it was answered made one execution, however often the server died over it; and nothing else made any.</summary>
    private static IEnumerable<Violation> KeyHasOneExecution(Evidence evidence)
    {
        foreach (var (key, ids) in evidence.Acknowledged)
            if (ids.Count != 1) yield return new Violation("key", key, $"was answered with {ids.Count} executions: {string.Join(", ", ids)}");
        var known = evidence.Acknowledged.Values.SelectMany(ids => ids).ToHashSet();
        foreach (var execution in evidence.Executions)
            if (!known.Contains(execution.Id)) yield return new Violation("key", execution.Id, "exists, though every key was answered with another execution");
    }

    /// <summary>I7: a completed task's output is the same whenever one looks.</summary>
    private static IEnumerable<Violation> SightingsStayTrue(Evidence evidence, Dictionary<string, RecordedExecution> executions) =>
        from sighting in evidence.Sightings
        where executions.ContainsKey(sighting.ExecutionId)
        let now = executions[sighting.ExecutionId].Of<TaskCompleted>(sighting.Ref).LastOrDefault()?.Output
        where now is not { } output || !JsonElement.DeepEquals(output, sighting.Output)
        select new Violation("output", $"{sighting.ExecutionId}.{sighting.Ref}", $"was seen as {sighting.Output} and is {now?.GetRawText() ?? "gone"}");

    /// <summary>I8, first half: each change of status has its one row in the outbox, committed with it.</summary>
    private static IEnumerable<Violation> StatusIsAnnounced(RecordedExecution execution, IEnumerable<RecordedDelivery> deliveries)
    {
        var rows = deliveries.ToLookup(delivery => delivery.Sequence);
        var asked = execution.Events is [ExecutionQueued { WebhookUrl: not null }, ..];
        for (var i = 0; i < execution.Events.Length; i++)
        {
            var expected = asked ? MessageOf(execution.Events[i]) : null;
            var found = rows[i + 1].Select(row => row.Type).ToList();
            if (expected is null ? found.Count > 0 : found is not [var only] || only != expected)
                yield return new Violation("outbox", execution.Id, $"event {i + 1} ({execution.Events[i].GetType().Name}) should have {expected ?? "no message"} and has {(found.Count == 0 ? "none" : string.Join(", ", found))}");
        }
        foreach (var row in rows.Where(row => row.Key < 1 || row.Key > execution.Events.Length))
            yield return new Violation("outbox", execution.Id, $"has a message of event {row.Key}, which does not exist");
    }

    /// <summary>I8, second half: a message arrives at least once or is visibly given up; the same id always means the same bytes.</summary>
    private static IEnumerable<Violation> MessagesArrive(Evidence evidence)
    {
        var received = evidence.Received.ToLookup(message => message.Id);
        foreach (var delivery in evidence.Deliveries)
        {
            if (delivery.Status == DeliveryStatus.Pending) yield return new Violation("delivery", delivery.Id, $"is still on its way after {delivery.Attempts} attempts");
            else if (delivery.Status == DeliveryStatus.Delivered && !received.Contains(delivery.Id)) yield return new Violation("delivery", delivery.Id, "counts as delivered and never arrived");
            foreach (var message in received[delivery.Id])
                if (message.BodyHex != delivery.BodyHex) yield return new Violation("message", delivery.Id, "arrived with other bytes than are stored");
        }
        var known = evidence.Deliveries.Select(delivery => delivery.Id).ToHashSet();
        foreach (var message in received)
        {
            if (!known.Contains(message.Key)) yield return new Violation("message", message.Key, "arrived and is not stored");
            if (message.Select(one => one.BodyHex).Distinct().Count() > 1) yield return new Violation("message", message.Key, "arrived with different bytes");
        }
    }

    /// <summary>A run in which nothing was accepted or nothing ended well proves nothing.</summary>
    private static IEnumerable<Violation> SomethingHappened(Evidence evidence)
    {
        if (evidence.Acknowledged.IsEmpty) yield return new Violation("progress", "run", "nothing was acknowledged");
        if (!evidence.Executions.Any(execution => execution.Status == ExecutionStatus.Completed)) yield return new Violation("progress", "run", "nothing was completed");
    }

    private static string? MessageOf(ExecutionEvent e) => e switch
    {
        ExecutionStarted => "execution.started",
        ExecutionCompleted => "execution.completed",
        ExecutionFailed => "execution.failed",
        ExecutionCancelled => "execution.cancelled",
        _ => null,
    };
}
