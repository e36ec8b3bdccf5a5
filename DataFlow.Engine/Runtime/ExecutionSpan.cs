using System.Collections.Immutable;

namespace DataFlow.Engine.Runtime;

/// <summary>What a span is of.</summary>
internal enum SpanKind
{
    Execution,
    Task,
    Attempt,
}

/// <summary>Something that began and ended, as the journal says; nothing of what was worked on.</summary>
/// <param name="Kind">What.</param>
/// <param name="Ref">The task's <c>ref</c>; empty for the execution.</param>
/// <param name="Attempt">Number of the attempt; 0 for others.</param>
/// <param name="Start">Began.</param>
/// <param name="End">Ended.</param>
/// <param name="FailureCode">Set when it failed.</param>
/// <param name="Attributes">Names and values.</param>
/// <param name="Events">What happened in between.</param>
internal sealed record ExecutionSpan(
    SpanKind Kind, string Ref, int Attempt, DateTimeOffset Start, DateTimeOffset End, string? FailureCode,
    ImmutableArray<KeyValuePair<string, object?>> Attributes, ImmutableArray<ExecutionSpanEvent> Events);

/// <summary>A moment of a span.</summary>
internal sealed record ExecutionSpanEvent(DateTimeOffset At, string Name, ImmutableArray<KeyValuePair<string, object?>> Attributes);
