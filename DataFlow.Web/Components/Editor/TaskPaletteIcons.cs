using DataFlow.Engine.TaskTypes;
using MudBlazor;

namespace DataFlow.Web.Components.Editor;

/// <summary>Icons of task types: by category, but for those whose work is another kind of thing. What is not named here gets the general one.</summary>
internal static class TaskPaletteIcons
{
    private static readonly Dictionary<string, string> s_drawings = new(StringComparer.Ordinal)
    {
        ["web"] = Icons.Material.Outlined.Language,
        ["http"] = Icons.Material.Outlined.SyncAlt,
        ["text"] = Icons.Material.Outlined.TextFields,
        ["openai"] = Icons.Material.Outlined.AutoAwesome,
        ["json"] = Icons.Material.Outlined.DataObject,
        ["flow"] = Icons.Material.Outlined.AltRoute,
        ["wait"] = Icons.Material.Outlined.HourglassEmpty,
        ["fail"] = Icons.Material.Outlined.Dangerous,
        ["other"] = Icons.Material.Outlined.Extension,
    };

    /// <summary>All of them by name, to be drawn once and used on every card.</summary>
    public static IReadOnlyDictionary<string, string> All => s_drawings;

    public static string Of(string category) => s_drawings.GetValueOrDefault(category.ToLowerInvariant(), s_drawings["other"]);

    public static string Of(TaskSpecification? specification) => s_drawings[NameOf(specification)];

    public static string NameOf(TaskSpecification? specification) => specification switch
    {
        null => "other",
        { Type: "Flow.Wait" } => "wait",
        { Type: "Flow.Fail" } => "fail",
        { Category: var category } when s_drawings.ContainsKey(category.ToLowerInvariant()) => category.ToLowerInvariant(),
        _ => "other",
    };
}
