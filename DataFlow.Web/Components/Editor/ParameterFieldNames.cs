using System.Globalization;
using System.Text.Json.Nodes;

namespace DataFlow.Web.Components.Editor;

/// <summary>Names for what is added: two entries of a list must not be called the same.</summary>
internal static class ParameterFieldNames
{
    public static string Free(ParameterFieldPlace list, DefinitionDocument document, string word)
    {
        var taken = list.Find(document).Node is JsonArray items ? items.OfType<JsonObject>().Select(item => ParameterFieldText.TextOf(item["name"])).ToHashSet(StringComparer.Ordinal) : [];
        for (var number = taken.Count + 1; ; number++)
            if (!taken.Contains($"{word}_{number.ToString(CultureInfo.InvariantCulture)}")) return $"{word}_{number.ToString(CultureInfo.InvariantCulture)}";
    }
}
