using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Executions;

/// <summary>One thing that an execution waits for.</summary>
/// <param name="Words">A sentence.</param>
/// <param name="Ref">The task that waits; <c>null</c>: the execution.</param>
/// <param name="Holders">The executions that hold what it waits for.</param>
public sealed record WaitReason(string Words, string? Ref, ImmutableArray<string> Holders);

/// <summary>The answer to "why is it waiting?". Pure.</summary>
internal static class WaitReasons
{
    /// <summary>Before this, a pending execution is not waiting: it is on its way.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>More waiting tasks than this are counted, not listed.</summary>
    private const int MostTasks = 5;

    /// <param name="execution">As it is shown.</param>
    /// <param name="hold">What the dispatcher says; nothing about a moment of the past.</param>
    /// <param name="now">The time of the picture.</param>
    /// <param name="zone">Of the reader.</param>
    /// <returns>Empty: it has ended, or something runs.</returns>
    public static ImmutableArray<WaitReason> Of(Execution execution, ExecutionHold hold, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (execution.IsFinished) return [];
        var reasons = ImmutableArray.CreateBuilder<WaitReason>();
        var busy = execution.Tasks.Count(IsBusy);
        if (execution.PausedAt is { } paused)
            reasons.Add(new($"Paused since {TimeText.Upcoming(paused, now, zone)}: no further attempt starts until it is resumed.{(busy > 0 ? $" {Tasks(busy)} under way {(busy == 1 ? "goes" : "go")} on to the end." : "")}", null, []));
        if (OfHold(execution, hold, now) is { } held) reasons.Add(held);
        if (busy > 0 || execution.Status == ExecutionStatus.Pending) return reasons.ToImmutable();

        var waiting = execution.Tasks.Where(run => run is { Status: TaskRunStatus.Running }).ToList();
        foreach (var run in waiting.Take(MostTasks))
            if (Of(run, now, zone) is { } words) reasons.Add(new(words, run.Ref, []));
        if (waiting.Count > MostTasks) reasons.Add(new($"and {waiting.Count - MostTasks} more tasks like these.", null, []));
        return reasons.ToImmutable();
    }

    /// <summary>An attempt is under way and does something.</summary>
    private static bool IsBusy(TaskRun run) => run is { Status: TaskRunStatus.Running, AttemptStartedAt: not null, WaitUntil: null, Interrupted: false };

    private static string? Of(TaskRun run, DateTimeOffset now, TimeZoneInfo zone) => run switch
    {
        { WaitUntil: { } until } => $"waits until {TimeText.Upcoming(until, now, zone)}{Left(until, now)}, as its input says.",
        { RetryAt: { } at } => $"is tried again at {TimeText.Upcoming(at, now, zone)}{Left(at, now)}{(run.Failure is { } failure ? $": attempt {run.Attempt} failed with {failure.Code}" : "")}.",
        { Interrupted: true } => "was under way when the server stopped; it is decided at once when its turn comes whether it is repeated.",
        { Fallback: true } => "failed; its fallback task starts next.",
        _ => null,
    };

    private static WaitReason? OfHold(Execution execution, ExecutionHold hold, DateTimeOffset now) => hold.Kind switch
    {
        HoldKind.Slot => new($"It waits for a free place: {hold.Used} of {hold.Most} executions are under way on this server (DataFlow:MaxConcurrentExecutions). It starts by itself as soon as one ends or waits.", null, []),
        HoldKind.ConcurrencyLimit => new($"Its workflow allows {(hold.Most == 1 ? "one execution" : $"{hold.Most} executions")} at once (concurrency), and {(hold.Used == 1 ? "this one has" : "these have")} not ended:", null, hold.Holders),
        HoldKind.CrashSuspect => new("The server died while a task of it ran. Such executions go on one after the other, so that a task that kills the server is found; its turn comes within seconds.", null, []),
        HoldKind.Turn when now - execution.CreatedAt > Soon => new("There is a place for it: it is about to be started.", null, []),
        _ => null,
    };

    private static string Tasks(int count) => count == 1 ? "The task" : $"The {count} tasks";

    private static string Left(DateTimeOffset at, DateTimeOffset now) => at > now ? $", in {TimeText.Ticking(at - now)}" : "";
}
