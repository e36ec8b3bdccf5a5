using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Engine.Workflows;

namespace DataFlow.Web.Components.Editor;

/// <summary>
/// The definition under edit: the JSON the user would write, nothing added. Immutable; it may be incomplete or wrong at any time, the checker says so.
/// </summary>
public sealed class DefinitionDocument
{
    private readonly JsonObject _root;

    private DefinitionDocument(JsonObject root) => _root = root;

    /// <summary>Reads a JSON object; <c>null</c> when the text is no JSON object.</summary>
    public static DefinitionDocument? Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        // Strictly, as the engine reads: what it refuses as text (half a surrogate pair, a member twice) would throw from the tree when it is looked at.
        return JsonReading.Read(Encoding.UTF8.GetBytes(json)).Value is { ValueKind: JsonValueKind.Object } root ? new DefinitionDocument(JsonObject.Create(root)!) : null;
    }

    /// <summary>The document as a tree of its own, free to change.</summary>
    public JsonObject ToTree() => (JsonObject)_root.DeepClone();

    /// <summary>The tree for looking only.</summary>
    internal JsonObject Root => _root;

    /// <summary>The document after a change to a copy of its tree.</summary>
    public DefinitionDocument With(Action<JsonObject> change)
    {
        var copy = ToTree();
        change(copy);
        return new DefinitionDocument(copy);
    }

    /// <summary>As text, indented by two, in the order of the document's members.</summary>
    public string ToJson() => _root.ToJsonString(Indented);

    private static readonly JsonSerializerOptions Indented = new(EngineJson.Options) { WriteIndented = true, DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.Never };
}

/// <summary>One step of the user's work, undone as one.</summary>
/// <param name="Label">What it did, for the undo button: <c>Rename summarize_text</c>.</param>
/// <param name="Apply">The change. Pure.</param>
public sealed record DefinitionEdit(string Label, Func<DefinitionDocument, DefinitionDocument> Apply);
