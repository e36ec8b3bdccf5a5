using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Web.Components.Executions;

/// <summary>The graph of the version that ran: its picture, and what each task waits for.</summary>
public sealed class ExecutionGraph
{
    private readonly FrozenDictionary<string, ImmutableArray<string>> before;
    private readonly FrozenDictionary<string, int> retries;

    private ExecutionGraph(DefinitionDocument document, CanvasModel model)
    {
        (Document, Model) = (document, model);
        before = TaskLinks.Of(document).Tasks.DistinctBy(task => task.Ref).ToFrozenDictionary(task => task.Ref, task => task.DependsOn);
        retries = model.Cards.DistinctBy(card => card.Ref).ToFrozenDictionary(card => card.Ref, card => card.Retries);
    }

    public static ExecutionGraph? Of(JsonElement definition, ITaskCatalog catalog) =>
        DefinitionDocument.Parse(definition.GetRawText()) is { } document ? new ExecutionGraph(document, CanvasModel.Of(document, catalog, [])) : null;

    public DefinitionDocument Document { get; }

    public CanvasModel Model { get; }

    /// <summary>The tasks that must have ended before it starts.</summary>
    public ImmutableArray<string> Before(string taskRef) => before.GetValueOrDefault(taskRef, []);

    /// <summary>How many attempts it may have; 1: it is not tried again.</summary>
    public int MostAttempts(string taskRef) => retries.GetValueOrDefault(taskRef) + 1;

    /// <summary>What a task that has not started still waits for.</summary>
    public IEnumerable<TaskRun> UnfinishedBefore(Execution execution, string taskRef) =>
        Before(taskRef).Select(execution.FindTask).OfType<TaskRun>().Where(run => !run.IsFinished);
}
