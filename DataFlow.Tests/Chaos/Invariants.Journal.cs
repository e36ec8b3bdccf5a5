using DataFlow.Engine.Executions;

namespace DataFlow.Tests.Chaos;

/// <summary>What one journal must say.</summary>
internal static partial class Invariants
{
    private static IEnumerable<Violation> OfExecution(RecordedExecution execution, Evidence evidence)
    {
        if (!evidence.Shapes.TryGetValue(execution.WorkflowId, out var shape)) return [new Violation("acknowledged", execution.Id, $"belongs to {execution.WorkflowId}, which does not exist")];
        return
        [
            .. HasEnded(execution),
            .. StatusPathIsLegal(execution),
            .. FenceHeld(execution),
            .. TimesAreInOrder(execution),
            .. shape.Tasks.SelectMany(task => OfTask(execution, task, evidence)),
        ];
    }

    private static IEnumerable<Violation> OfTask(RecordedExecution execution, TaskShape task, Evidence evidence) =>
    [
        .. NothingStartsAfterTheEnd(execution, task),
        .. HasOneOutcome(execution, task),
        .. AttemptsAreCounted(execution, task),
        .. StartsAfterItsDependencies(execution, task),
        .. EffectsAreCounted(execution, task, evidence.EffectsOf),
    ];

    /// <summary>I2: what was accepted ends.</summary>
    private static IEnumerable<Violation> HasEnded(RecordedExecution execution)
    {
        if (execution.Status < ExecutionStatus.Completed) yield return new Violation("ended", execution.Id, $"is {execution.Status} after everything has come to rest");
        if (execution.Events.IsEmpty || StatusAfter(execution.Events[^1]) is not { } last || last < ExecutionStatus.Completed) yield return new Violation("ended", execution.Id, "has a journal without an end");
    }

    /// <summary>I6: queued, then started, then ended, each once, nothing after the end; and the row says what the journal says.</summary>
    private static IEnumerable<Violation> StatusPathIsLegal(RecordedExecution execution)
    {
        var path = execution.Events.Select(StatusAfter).OfType<ExecutionStatus>().ToList();
        var legal = path switch
        {
            [ExecutionStatus.Pending] or [ExecutionStatus.Pending, ExecutionStatus.Running] => true,
            [ExecutionStatus.Pending, ExecutionStatus.Running, >= ExecutionStatus.Completed] or [ExecutionStatus.Pending, ExecutionStatus.Cancelled] => true,
            _ => false,
        };
        if (!legal) yield return new Violation("path", execution.Id, $"went {string.Join(" -> ", path)}");
        if (execution.Events is not [ExecutionQueued, ..]) yield return new Violation("path", execution.Id, "does not begin with being queued");
        if (execution.Events.SkipLast(1).Any(e => StatusAfter(e) >= ExecutionStatus.Completed)) yield return new Violation("path", execution.Id, "goes on after its end");
        if (path.LastOrDefault() != execution.Status) yield return new Violation("path", execution.Id, $"has a row that says {execution.Status} and a journal that says {path.LastOrDefault()}");
    }

    /// <summary>I9: each append begins where the one before ended: no writer overtook another, none wrote twice.</summary>
    private static IEnumerable<Violation> FenceHeld(RecordedExecution execution)
    {
        var next = 1;
        foreach (var append in execution.Appends)
        {
            if (append.FirstSequence != next) yield return new Violation("fence", execution.Id, $"has an append at {append.FirstSequence} where {next} was due");
            next = append.FirstSequence + append.Events.Length;
        }
        if (execution.Sequence != next - 1) yield return new Violation("fence", execution.Id, $"has a row at sequence {execution.Sequence} and a journal of {next - 1}");
    }

    /// <summary>I11.</summary>
    private static IEnumerable<Violation> TimesAreInOrder(RecordedExecution execution)
    {
        if (execution.StartedAt < execution.CreatedAt) yield return new Violation("times", execution.Id, $"started {execution.StartedAt:O} before it was created {execution.CreatedAt:O}");
        if (execution.CompletedAt < (execution.StartedAt ?? execution.CreatedAt)) yield return new Violation("times", execution.Id, $"ended {execution.CompletedAt:O} before it started");
        if (execution.Status >= ExecutionStatus.Completed != execution.CompletedAt is not null) yield return new Violation("times", execution.Id, $"is {execution.Status} and has {(execution.CompletedAt is null ? "no" : "an")} end time");
    }

    /// <summary>I3: a task that has ended never runs again.</summary>
    private static IEnumerable<Violation> NothingStartsAfterTheEnd(RecordedExecution execution, TaskShape task)
    {
        var end = IndexOf(execution, e => IsOutcome(e, task.Ref));
        if (end >= 0 && execution.Events.Skip(end + 1).Any(e => e is TaskStarted started && started.Ref == task.Ref))
            yield return new Violation("again", $"{execution.Id}.{task.Ref}", "starts again after it has ended");
    }

    /// <summary>I4: one outcome for each task of what has ended.</summary>
    private static IEnumerable<Violation> HasOneOutcome(RecordedExecution execution, TaskShape task)
    {
        var outcomes = execution.Events.Where(e => IsOutcome(e, task.Ref)).Select(e => e.GetType().Name).ToList();
        if (outcomes.Count != 1) yield return new Violation("outcome", $"{execution.Id}.{task.Ref}", $"has {outcomes.Count} outcomes{(outcomes.Count == 0 ? "" : ": ")}{string.Join(", ", outcomes)}");
    }

    /// <summary>I4: attempts are numbered without a gap, and there are no more than the retries, the deaths and the fallback account for.</summary>
    private static IEnumerable<Violation> AttemptsAreCounted(RecordedExecution execution, TaskShape task)
    {
        var attempts = execution.Of<TaskStarted>(task.Ref).Select(started => started.Attempt).ToList();
        if (!attempts.SequenceEqual(Enumerable.Range(1, attempts.Count))) yield return new Violation("attempts", $"{execution.Id}.{task.Ref}", $"are numbered {string.Join(", ", attempts)}");
        var most = 1 + task.Retries + execution.Of<TaskInterrupted>(task.Ref).Count() + execution.Of<TaskFellBack>(task.Ref).Count();
        if (attempts.Count > most) yield return new Violation("attempts", $"{execution.Id}.{task.Ref}", $"are {attempts.Count}; {most} are accounted for");
        var fallbacks = execution.Of<TaskFellBack>(task.Ref).Count();
        if (fallbacks > (task.Fallback ? 1 : 0)) yield return new Violation("attempts", $"{execution.Id}.{task.Ref}", $"fell back {fallbacks} times");
    }

    /// <summary>I5: a task starts when all it depends on have ended.</summary>
    private static IEnumerable<Violation> StartsAfterItsDependencies(RecordedExecution execution, TaskShape task)
    {
        var first = IndexOf(execution, e => e is TaskStarted started && started.Ref == task.Ref);
        if (first < 0) yield break;
        foreach (var before in task.DependsOn)
            if (!execution.Events.Take(first).Any(e => IsOutcome(e, before))) yield return new Violation("order", $"{execution.Id}.{task.Ref}", $"starts before {before} has ended");
    }

    /// <summary>The world saw a completed task at least once and no more often than it was attempted: once, if it had one attempt.</summary>
    private static IEnumerable<Violation> EffectsAreCounted(RecordedExecution execution, TaskShape task, Func<string, int> effectsOf)
    {
        if (task.Type != "Http.Request") yield break;
        var (seen, attempts) = (effectsOf($"{execution.Id}.{task.Ref}"), execution.Of<TaskStarted>(task.Ref).Count(started => !started.Fallback));
        if (seen > attempts) yield return new Violation("effects", $"{execution.Id}.{task.Ref}", $"reached the world {seen} times in {attempts} attempts");
        if (seen == 0 && execution.Of<TaskCompleted>(task.Ref).Any() && !execution.Of<TaskFellBack>(task.Ref).Any()) yield return new Violation("effects", $"{execution.Id}.{task.Ref}", "is completed and never reached the world");
    }

    private static bool IsOutcome(ExecutionEvent e, string taskRef) =>
        e is TaskCompleted or TaskFailed or TaskSkipped or TaskCancelled or TaskReused && RecordedExecution.RefOf(e) == taskRef;

    private static ExecutionStatus? StatusAfter(ExecutionEvent e) => e switch
    {
        ExecutionQueued => ExecutionStatus.Pending,
        ExecutionStarted => ExecutionStatus.Running,
        ExecutionCompleted => ExecutionStatus.Completed,
        ExecutionFailed => ExecutionStatus.Failed,
        ExecutionCancelled => ExecutionStatus.Cancelled,
        _ => null,
    };

    private static int IndexOf(RecordedExecution execution, Func<ExecutionEvent, bool> such)
    {
        for (var i = 0; i < execution.Events.Length; i++)
            if (such(execution.Events[i])) return i;
        return -1;
    }
}
