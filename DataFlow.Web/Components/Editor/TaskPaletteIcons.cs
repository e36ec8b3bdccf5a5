using MudBlazor;

namespace DataFlow.Web.Components.Editor;

/// <summary>Icons of categories. A category that is not named here gets the general one.</summary>
internal static class TaskPaletteIcons
{
    public static string Of(string category) => category switch
    {
        "Web" => Icons.Material.Outlined.Language,
        "Http" => Icons.Material.Outlined.SyncAlt,
        "Text" => Icons.Material.Outlined.TextFields,
        "OpenAI" => Icons.Material.Outlined.AutoAwesome,
        "Json" => Icons.Material.Outlined.DataObject,
        "Flow" => Icons.Material.Outlined.AltRoute,
        _ => Icons.Material.Outlined.Extension,
    };
}
