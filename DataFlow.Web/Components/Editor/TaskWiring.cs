using System.Text.Json.Nodes;
using DataFlow.Engine.TaskTypes;

namespace DataFlow.Web.Components.Editor;

/// <summary>What a task that is put behind another one most likely reads.</summary>
internal static class TaskWiring
{
    /// <summary>
    /// Lets a new task read the one it follows, where there can be no doubt: fields take the output of their own name, and a text takes the main output.
    /// Everything else stays as the task type's example has it.
    /// </summary>
    public static void Wire(JsonObject task, TaskSpecification specification, DefinitionDocument document, string? before, ITaskCatalog catalog)
    {
        if (before is null || task["input"] is not JsonObject input || TypeOf(document, before) is not { } type || !catalog.TryGet(type, out var known)) return;
        var source = known.Specification;
        foreach (var field in (specification.Input.Properties ?? []).Where(field => field.Required))
        {
            var output = source.Output.Find(field.Name) is not null ? field.Name : field.Name == "text" ? source.MainOutput : null;
            if (output is not null && source.Output.Find(output)!.Schema.Type == field.Schema.Type) input[field.Name] = $"{{{{refs.{before}.output.{output}}}}}";
        }
    }

    private static string? TypeOf(DefinitionDocument document, string taskRef) =>
        (document.Root["tasks"] as JsonArray ?? []).OfType<JsonObject>().Where(task => DefinitionEdits.RefOf(task) == taskRef).Select(task => DefinitionEdits.TextOf(task["type"])).FirstOrDefault();
}
