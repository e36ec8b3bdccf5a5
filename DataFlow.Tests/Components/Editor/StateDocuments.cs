using System.Text.Json.Nodes;
using CsCheck;
using DataFlow.Web.Components.Editor;

namespace DataFlow.Tests.Components.Editor;

/// <summary>Definitions for the editor's tests.</summary>
internal static class StateDocuments
{
    /// <summary>Tasks written short: <c>a b(a) c()</c> are three; only those with brackets have <c>depends_on</c>.</summary>
    public static DefinitionDocument Of(string tasks)
    {
        var list = new JsonArray();
        foreach (var word in tasks.Split(' ', StringSplitOptions.RemoveEmptyEntries)) list.Add(TaskOf(word));
        return DefinitionDocument.Parse(new JsonObject { ["name"] = "t", ["tasks"] = list }.ToJsonString())!;
    }

    public static JsonObject TaskOf(string word)
    {
        var open = word.IndexOf('(', StringComparison.Ordinal);
        var task = new JsonObject { ["ref"] = open < 0 ? word : word[..open], ["type"] = "Echo", ["input"] = new JsonObject { ["value"] = 1 } };
        if (open >= 0) task["depends_on"] = new JsonArray([.. word[(open + 1)..^1].Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => (JsonNode)name)]);
        return task;
    }

    /// <summary>The tasks in the same short form.</summary>
    public static string Short(this DefinitionDocument document) =>
        string.Join(' ', TaskLinks.Of(document).Tasks.Select(task => task.IsImplied ? task.Ref : $"{task.Ref}({string.Join(',', task.DependsOn)})"));

    /// <summary>Up to eight tasks, some of which name earlier ones.</summary>
    public static readonly Gen<DefinitionDocument> Any =
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 255]).Array[0, 8].Select(parts => Of(string.Join(' ', parts.Select((part, i) =>
            part.Item1 == 0 ? $"t{i}({string.Join(',', Enumerable.Range(0, i).Where(other => (part.Item2 >> other & 1) == 1).Select(other => $"t{other}"))})" : $"t{i}"))));

    /// <summary>Steps of work by number, on whatever tasks there are then.</summary>
    public static DefinitionEdit EditOf(DefinitionDocument document, int kind, int one, int two)
    {
        var refs = DefinitionEdits.Refs(document);
        string Pick(int number) => refs.Length == 0 ? "none" : refs[number % refs.Length];
        return new DefinitionEdit($"{kind}", was => kind switch
        {
            0 => DefinitionEdits.InsertTask(was, TaskOf(DefinitionEdits.FreeRef(was, "new")), one % (refs.Length + 1)),
            1 => DefinitionEdits.MoveTask(was, Pick(one), two % Math.Max(1, refs.Length)),
            2 => DefinitionEdits.RemoveTasks(was, [Pick(one)]).Document,
            3 => DefinitionEdits.DuplicateTasks(was, [Pick(one), Pick(two)]).Document,
            4 => DefinitionEdits.RenameRef(was, Pick(one), DefinitionEdits.FreeRef(was, "other")),
            5 => DefinitionEdits.MakesCircle(was, Pick(one), Pick(two)) ? was : DefinitionEdits.Connect(was, Pick(one), Pick(two)),
            6 => DefinitionEdits.Disconnect(was, Pick(one), Pick(two)),
            7 => DefinitionEdits.MoveToEdge(was, Pick(one), Pick(two), null),
            _ => DefinitionEdits.SetMember(was, one, "labels", $"k{two % 3}"),
        });
    }
}
