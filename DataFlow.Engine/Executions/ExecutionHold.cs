using System.Collections.Immutable;

namespace DataFlow.Engine.Executions;

/// <summary>What keeps an execution from being run, beside what its journal tells.</summary>
public enum HoldKind
{
    /// <summary>Nothing: it has ended, or goes on by what its journal tells.</summary>
    None,

    /// <summary>As many executions are under way as the server allows (<c>MaxConcurrentExecutions</c>).</summary>
    Slot,

    /// <summary>As many executions of its workflow have not ended as the workflow's <c>concurrency</c> allows.</summary>
    ConcurrencyLimit,

    /// <summary>The process died while it ran, so it goes on alone, after others like it.</summary>
    CrashSuspect,

    /// <summary>There is a place: it is about to be started.</summary>
    Turn,
}

/// <summary>Why an execution does not run now.</summary>
/// <param name="Kind">What it waits for.</param>
/// <param name="Used">How many places are taken.</param>
/// <param name="Most">How many places there are.</param>
/// <param name="Holders">For <see cref="HoldKind.ConcurrencyLimit"/>: the executions that hold them.</param>
public sealed record ExecutionHold(HoldKind Kind, int Used, int Most, ImmutableArray<string> Holders)
{
    /// <summary>It is not held.</summary>
    public static ExecutionHold None { get; } = new(HoldKind.None, 0, 0, []);
}
