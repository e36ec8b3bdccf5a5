using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Labels as a column: a JSON object, or nothing when there are none.</summary>
internal static class StoredLabels
{
    public static ImmutableSortedDictionary<string, string> None { get; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>What lists may ask for: each label by its name, and by its name and value.</summary>
    public static IEnumerable<string> Asked(ImmutableSortedDictionary<string, string> labels) => labels.SelectMany(static label => (string[])[label.Key, $"{label.Key}={label.Value}"]);

    public static string? Write(ImmutableSortedDictionary<string, string> labels) =>
        labels.IsEmpty ? null : JsonSerializer.Serialize(labels, EngineJson.Options);

    public static ImmutableSortedDictionary<string, string> Read(string? json) => json is null
        ? None
        : JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string>>(json, EngineJson.Options)!;
}
