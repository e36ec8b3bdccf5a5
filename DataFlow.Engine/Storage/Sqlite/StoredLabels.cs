using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Labels as a column: a JSON object, or nothing when there are none.</summary>
internal static class StoredLabels
{
    public static string? Write(ImmutableSortedDictionary<string, string> labels) =>
        labels.IsEmpty ? null : JsonSerializer.Serialize(labels, EngineJson.Options);

    public static ImmutableSortedDictionary<string, string> Read(string? json) => json is null
        ? ImmutableSortedDictionary<string, string>.Empty
        : JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string>>(json, EngineJson.Options)!;
}
