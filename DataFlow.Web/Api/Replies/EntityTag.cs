using System.Globalization;

namespace DataFlow.Web.Api.Replies;

/// <summary>A workflow's version as an entity tag: <c>"3"</c>.</summary>
internal static class EntityTag
{
    public static string Of(int version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Reads one strong tag of ours.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out int version)
    {
        version = 0;
        return text is ['"', .. var digits, '"'] && int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out version) && version > 0;
    }
}
