using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Executions;

/// <summary>One of two executions that are compared.</summary>
/// <param name="History">With its journal.</param>
/// <param name="Definition">Of the version it ran; <c>null</c>: not known any more.</param>
public sealed record ComparedExecution(ExecutionHistory History, DefinitionDocument? Definition)
{
    /// <summary>The fold.</summary>
    public Execution Execution => History.Execution;
}

/// <summary>A task in both executions, or in one.</summary>
/// <param name="Ref">Its name.</param>
/// <param name="Before">In the one compared with.</param>
/// <param name="After">In the one compared.</param>
/// <param name="Input">Where its inputs differ.</param>
/// <param name="Output">Where its outputs differ.</param>
/// <param name="BeforeSpans">Its timeline before.</param>
/// <param name="AfterSpans">Its timeline after.</param>
public sealed record TaskComparison(
    string Ref, TaskRun? Before, TaskRun? After, ImmutableArray<JsonDifference> Input, ImmutableArray<JsonDifference> Output,
    ImmutableArray<TimelineSpan> BeforeSpans, ImmutableArray<TimelineSpan> AfterSpans)
{
    /// <summary>In one of them it did not run: a replay took its end over, and an end has no input.</summary>
    public bool IsTakenOver => Before?.Reused is true || After?.Reused is true;

    /// <summary>It ended in the same way and with the same values; how long it took does not count.</summary>
    public bool IsSame => Before?.Status == After?.Status && Before?.Failure?.Code == After?.Failure?.Code && Input.IsEmpty && Output.IsEmpty;
}

/// <summary>Two executions of a workflow, part by part. Pure.</summary>
/// <param name="Definition">What differs between the versions.</param>
/// <param name="Input">Where the inputs differ.</param>
/// <param name="Output">Where the outputs differ.</param>
/// <param name="Tasks">In the order of the one compared, then those that only the other has.</param>
/// <param name="Length">Of the longer one, so that both timelines can have one scale.</param>
public sealed record ExecutionComparison(
    ImmutableArray<DefinitionDifference> Definition, ImmutableArray<JsonDifference> Input, ImmutableArray<JsonDifference> Output, ImmutableArray<TaskComparison> Tasks, TimeSpan Length)
{
    public static ExecutionComparison Of(ComparedExecution before, ComparedExecution after, DateTimeOffset now)
    {
        var (old, recent) = (before.Execution, after.Execution);
        var (oldSpans, recentSpans) = (TaskHistory.Read(before.History.Events), TaskHistory.Read(after.History.Events));
        var names = recent.Tasks.Select(run => run.Ref).Union(old.Tasks.Select(run => run.Ref), StringComparer.Ordinal);
        var (oldScale, recentScale) = (TimeScale.Of(old, now), TimeScale.Of(recent, now));
        return new ExecutionComparison(
            before.Definition is null || after.Definition is null || old.WorkflowVersion == recent.WorkflowVersion ? [] : DefinitionDocumentDiff.Between(before.Definition, after.Definition),
            JsonDifference.Between(old.Input, recent.Input),
            JsonDifference.Between(old.Output, recent.Output),
            [.. names.Select(name => Compare(name, old.FindTask(name), recent.FindTask(name)))],
            oldScale.Length > recentScale.Length ? oldScale.Length : recentScale.Length);

        TaskComparison Compare(string name, TaskRun? was, TaskRun? isNow) => new(
            name, was, isNow, was?.Reused is true || isNow?.Reused is true ? [] : JsonDifference.Between(was?.Input, isNow?.Input), JsonDifference.Between(was?.Output, isNow?.Output),
            oldSpans.GetValueOrDefault(name, TaskHistory.Empty).Spans, recentSpans.GetValueOrDefault(name, TaskHistory.Empty).Spans);
    }
}
