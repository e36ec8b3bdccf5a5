using System.Collections.Immutable;

namespace DataFlow.Engine.Storage;

/// <summary><c>key</c> or <c>key=value</c>.</summary>
internal readonly record struct LabelFilter(string Key, string? Value)
{
    public static LabelFilter? Of(string? text) => string.IsNullOrEmpty(text) ? null : text.IndexOf('=', StringComparison.Ordinal) switch
    {
        < 0 => new LabelFilter(text, null),
        var at => new LabelFilter(text[..at], text[(at + 1)..]),
    };

    public bool Matches(ImmutableSortedDictionary<string, string> labels) =>
        labels.TryGetValue(Key, out var value) && (Value is null || Value == value);
}
