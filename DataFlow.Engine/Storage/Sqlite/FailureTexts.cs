using DataFlow.Engine.Executions;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Finds failed executions by any part of their failure's code, task or message: an index of every three characters in a row. Only what failed is written to it,
/// so what goes well costs nothing.
/// </summary>
internal static class FailureTexts
{
    /// <summary>The executions in it that have a text, newest first, between two keys.</summary>
    public const string Chosen = "SELECT rowid FROM failure_text WHERE failure_text MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC";

    /// <summary>Characters of an entry; shorter texts cannot be asked for.</summary>
    private const int Length = 3;

    /// <summary>A long text is found by its beginning.</summary>
    private const int MostParts = 32;

    private static readonly Sql s_add = new("INSERT INTO failure_text (rowid, text) VALUES (?, ?)");

    private static readonly Sql s_remove = new("DELETE FROM failure_text WHERE rowid = ?");

    public static void Add(Connection connection, long executionKey, string? code, string? failedRef, string? message) =>
        // Upper case here and in what is asked for, by the same rules as all lists compare: the index itself knows no case.
        connection[s_add].Add(executionKey).Add(Lists.Fold($"{code}\n{failedRef}\n{message}")).Run();

    public static void Add(Connection connection, long executionKey, ExecutionSummary summary) => Add(connection, executionKey, summary.FailureCode, summary.FailedRef, summary.FailureMessage);

    public static void Remove(Connection connection, long executionKey) => connection[s_remove].Add(executionKey).Run();

    /// <summary>
    /// What to ask the index for: the text's characters three by three. It may name executions that have them all elsewhere, and misses none that has the text.
    /// <c>null</c>: it cannot be asked for this.
    /// </summary>
    public static string? Asked(string text)
    {
        var characters = Lists.Fold(text).EnumerateRunes().Select(character => character.ToString()).ToList();
        if (characters.Count < Length || text.Contains('\0', StringComparison.Ordinal))
            return null;
        var parts = Enumerable.Range(0, characters.Count - Length + 1).Select(at => string.Concat(characters.GetRange(at, Length))).Distinct().Take(MostParts);
        return string.Join(" AND ", parts.Select(part => $"\"{part.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));
    }
}
