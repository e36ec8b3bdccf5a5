namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// The places of appends among those of all executions. They are cursors of readers outside, so none is given twice, also when the last ones were removed:
/// a removal leaves the highest place behind, where SQLite keeps such numbers itself.
/// </summary>
internal static class JournalPlaces
{
    /// <summary>The highest that was given.</summary>
    public const string Last =
        "SELECT max(coalesce((SELECT max(key) FROM journal), 0), coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'journal'), 0))";

    private static readonly Sql s_begin = new("INSERT INTO sqlite_sequence (name, seq) SELECT 'journal', 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'journal')");

    private static readonly Sql s_keep = new("UPDATE sqlite_sequence SET seq = max(seq, (SELECT coalesce(max(key), 0) FROM journal)) WHERE name = 'journal'");

    /// <summary>Before rows are removed, in the same transaction.</summary>
    public static void Keep(Connection connection)
    {
        connection[s_begin].Run();
        connection[s_keep].Run();
    }
}
