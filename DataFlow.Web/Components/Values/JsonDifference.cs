using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Web.Components.Values;

/// <summary>A place where two values differ.</summary>
/// <param name="Path"><c>rows[3].name</c>; empty: the whole value.</param>
/// <param name="Before">What stood there; <c>null</c>: nothing.</param>
/// <param name="After">What stands there now; <c>null</c>: nothing.</param>
public sealed record JsonDifference(string Path, JsonElement? Before, JsonElement? After)
{
    /// <summary>Nobody reads more.</summary>
    public const int Most = 200;

    /// <summary>Where two values differ, in their order, at most <see cref="Most"/> places. Lists are compared entry by entry, by place.</summary>
    public static ImmutableArray<JsonDifference> Between(JsonElement? before, JsonElement? after)
    {
        var found = ImmutableArray.CreateBuilder<JsonDifference>();
        Compare("", before, after, found);
        return found.ToImmutable();
    }

    private static void Compare(string path, JsonElement? before, JsonElement? after, ImmutableArray<JsonDifference>.Builder found)
    {
        if (found.Count >= Most || (before is null && after is null)) return;
        if (before is not { } old || after is not { } now || old.ValueKind != now.ValueKind || now.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
        {
            if (before is not { } was || after is not { } isNow || !JsonElement.DeepEquals(was, isNow)) found.Add(new JsonDifference(path, before, after));
            return;
        }
        if (now.ValueKind == JsonValueKind.Array)
        {
            for (var i = 0; i < Math.Max(old.GetArrayLength(), now.GetArrayLength()); i++) Compare($"{path}[{i}]", EntryOf(old, i), EntryOf(now, i), found);
            return;
        }
        foreach (var member in old.EnumerateObject()) Compare(Join(path, member.Name), member.Value, now.TryGetProperty(member.Name, out var same) ? same : null, found);
        foreach (var member in now.EnumerateObject())
            if (!old.TryGetProperty(member.Name, out _)) Compare(Join(path, member.Name), null, member.Value, found);
    }

    private static JsonElement? EntryOf(JsonElement list, int index) => index < list.GetArrayLength() ? list[index] : null;

    /// <summary>As a reference in an expression would name it.</summary>
    private static string Join(string path, string name) =>
        !name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || name.Length == 0 || char.IsAsciiDigit(name[0]) ? $"{path}[\"{name}\"]"
        : path.Length == 0 ? name : $"{path}.{name}";
}
