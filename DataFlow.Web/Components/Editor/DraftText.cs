using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Engine.Workflows;

namespace DataFlow.Web.Components.Editor;

/// <summary>The text a draft stands for: what the page had, and in it what was typed into fields and never reached the server. Pure.</summary>
internal static class DraftText
{
    // What fields that take numbers are called, where nothing is there yet that could tell.
    private static readonly string[] s_numbers = ["timeout", "attempts", "delay", "multiplier", "max_delay", "jitter", "limit", "minimum", "maximum"];

    /// <param name="draft">As it was kept.</param>
    /// <param name="saved">The text of the version it was made on.</param>
    public static string Of(Draft draft, string saved)
    {
        var text = draft.Text ?? saved;
        if (draft.Typed is not { IsEmpty: false } typed || DefinitionDocument.Parse(text) is not { } document) return text;
        var after = typed.Aggregate(document, (was, field) => Put(was, [.. JsonPointer.Segments(field.Key)], field.Value));
        return JsonNode.DeepEquals(after.Root, document.Root) ? text : after.ToJson();
    }

    private static DefinitionDocument Put(DefinitionDocument document, string[] path, string typed)
    {
        if (path.Length == 0) return document;
        var place = ParameterFieldPlace.Of(path);
        var (exists, node) = place.Find(document);
        // Nothing typed means that it is left out, except where a list or a required name would change its shape by that.
        if (typed.Length == 0) return exists && ParameterFieldText.TextOf(node) is not "" && !IsEntry(path) ? place.Remove(document) : document;
        if (ParameterFieldText.TextOf(node) == typed) return document;
        var isText = exists ? ParameterFieldText.TextOf(node) is not null : !s_numbers.Contains(path[^1]);
        return place.Set(document, isText || Read(typed) is not { } value ? JsonValue.Create(typed) : value);
    }

    private static bool IsEntry(string[] path) => int.TryParse(path[^1], NumberStyles.None, CultureInfo.InvariantCulture, out _);

    private static JsonNode? Read(string typed)
    {
        try
        {
            return JsonNode.Parse(typed, documentOptions: EngineJson.DocumentOptions);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
