using System.Collections.Immutable;

namespace DataFlow.Engine.TaskTypes;

/// <summary>How much a line of a task matters.</summary>
public enum TaskLogLevel
{
    /// <summary>For whoever looks for a fault; kept only when the operator asks for it.</summary>
    Debug,

    /// <summary>What the task does.</summary>
    Information,

    /// <summary>It goes on, but somebody may want to know.</summary>
    Warning,

    /// <summary>Something did not work.</summary>
    Error,
}

/// <summary>A line that a task wrote while it ran.</summary>
/// <param name="Number">Its place among the lines of the execution: 1, 2, 3 … without a gap.</param>
/// <param name="At">When it was written.</param>
/// <param name="Ref">The task.</param>
/// <param name="Attempt">1 for the first try.</param>
/// <param name="Level">How much it matters.</param>
/// <param name="Text">What it says; secrets are replaced by <c>***</c>, a long one ends in <c>…</c>.</param>
public sealed record TaskLogLine(int Number, DateTimeOffset At, string Ref, int Attempt, TaskLogLevel Level, string Text);

/// <summary>How far an attempt has come. It is told to watchers and never stored.</summary>
/// <param name="Ref">The task.</param>
/// <param name="Attempt">1 for the first try.</param>
/// <param name="At">When it was reported.</param>
/// <param name="Percent">0 to 100; <c>null</c>: nobody knows how much there is to do.</param>
/// <param name="Done">How much is done, in <paramref name="Unit"/>.</param>
/// <param name="Total">How much there is to do; <c>null</c>: nobody knows.</param>
/// <param name="Unit"><c>bytes</c>, <c>items</c> …</param>
/// <param name="Note">What it is at, for a person.</param>
public sealed record TaskProgress(string Ref, int Attempt, DateTimeOffset At, double? Percent, long? Done, long? Total, string? Unit, string? Note);

/// <summary>What tasks of an execution tell while they run: new lines, or how far tasks have come, or both.</summary>
/// <param name="Lines">Lines after those told before, in order.</param>
/// <param name="Progress">The newest of each task that has reported since; older ones are left out.</param>
public sealed record TaskActivity(ImmutableArray<TaskLogLine> Lines, ImmutableArray<TaskProgress> Progress);

/// <summary>Which lines of an execution to list, oldest first.</summary>
/// <param name="ExecutionId"><c>ex-…</c></param>
/// <param name="Ref">Of this task.</param>
/// <param name="AtLeast">Of this level or above.</param>
/// <param name="Text">With this in them, whatever its case.</param>
/// <param name="Cursor">From the page before: the number of its last line.</param>
/// <param name="Limit">1 to 1,000.</param>
public sealed record TaskLogQuery(string ExecutionId, string? Ref = null, TaskLogLevel? AtLeast = null, string? Text = null, string? Cursor = null, int Limit = 100);
