using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Editor;

/// <summary>An output that a test needs while it is being filled in.</summary>
internal sealed class TrialField
{
    /// <summary>What is known and longer than this is used as it is, without being shown.</summary>
    public const int LongestShown = 20_000;

    public TrialField(TrialOutput output, JsonElement? known)
    {
        (Ref, IsKnown) = (output.Ref, known is not null);
        if (known is { } value && value.GetRawText().Length > LongestShown) Kept = value;
        else Text = known is { } shown ? JsonText.Pretty(shown) : Skeleton(output.Named);
    }

    public string Ref { get; }

    /// <summary>Whether it has given an output before, which the field begins with.</summary>
    public bool IsKnown { get; }

    /// <summary>As typed.</summary>
    public string Text { get; set; } = "";

    /// <summary>A value too long to be shown; it is used until another is given.</summary>
    public JsonElement? Kept { get; private set; }

    /// <summary>What is wrong with the text.</summary>
    public string? Wrong { get; private set; }

    /// <summary>The value that was kept is not to be used.</summary>
    public void Replace() => (Kept, Text) = (null, "{}");

    /// <summary>The value; <c>null</c>: see <see cref="Wrong"/>.</summary>
    public JsonElement? Read()
    {
        if (Kept is { } kept) return kept;
        (var value, Wrong) = Parse(Text);
        return value;
    }

    public static (JsonElement? Value, string? Wrong) Parse(string text)
    {
        try
        {
            return (JsonElement.Parse(text, EngineJson.DocumentOptions), null);
        }
        catch (JsonException exception)
        {
            return (null, $"This is not JSON yet (line {exception.LineNumber + 1}).");
        }
    }

    /// <summary>An object with the members that are named, for somebody to fill in.</summary>
    private static string Skeleton(ImmutableArray<ImmutableArray<string>> named)
    {
        var root = new JsonObject();
        foreach (var path in named)
        {
            var at = root;
            for (var i = 0; i < path.Length && at is not null; i++)
            {
                if (i == path.Length - 1) at.TryAdd(path[i], null);
                else at = (at[path[i]] ??= new JsonObject()) as JsonObject;
            }
        }
        return JsonText.Pretty(JsonElement.Parse(root.ToJsonString()));
    }
}
