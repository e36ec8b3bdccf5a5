namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>How SQLite is set, and why.</summary>
internal static class Pragmas
{
    /// <summary>Said in the log and held by a test: what is set is one thing, what is in force another.</summary>
    private static readonly string[] s_reported =
        ["journal_mode", "synchronous", "foreign_keys", "journal_size_limit", "auto_vacuum", "wal_autocheckpoint", "cache_size", "page_size"];

    /// <summary>16 MB: rarer checkpoints write a page that was changed often only once, and the log still fits the page cache.</summary>
    public const int CheckpointPages = 4_000;

    /// <summary>Who tidies up waits until no more than this of what it changed is still to be written back: it is in no hurry, and the disk is everybody's.</summary>
    public const int CheckpointPagesOfTidying = 400;

    /// <summary>64 MB: a log that outgrows whoever writes it back is written back by the writer itself, however long that takes.</summary>
    private const int LargestLog = 16_000;

    /// <summary>For a database without tables: it cannot be changed later.</summary>
    public static void ApplyToNew(Connection connection)
    {
        // Pages freed by retention go back to the file system bit by bit.
        connection.Execute("PRAGMA auto_vacuum = INCREMENTAL");
        connection.Execute("PRAGMA journal_mode = WAL");
    }

    public static string ApplyToWriter(Connection connection, Durability durability)
    {
        connection.SetBusyTimeout(TimeSpan.FromSeconds(5));
        connection.Execute("PRAGMA journal_mode = WAL");
        // FULL: an fsync for each commit, so that what was acknowledged outlives a power cut.
        connection.Execute($"PRAGMA synchronous = {(durability == Durability.Full ? "FULL" : "NORMAL")}");
        connection.Execute("PRAGMA foreign_keys = ON");
        // A WAL that once grew large is cut back at the next checkpoint.
        connection.Execute("PRAGMA journal_size_limit = 67108864");
        connection.SetCheckpoint(LargestLog);
        connection.Execute("PRAGMA cache_size = -32768");
        connection.Execute("PRAGMA temp_store = MEMORY");
        return Report(connection);
    }

    public static void ApplyToReader(Connection connection)
    {
        connection.SetBusyTimeout(TimeSpan.FromSeconds(5));
        connection.Execute("PRAGMA query_only = ON");
        connection.Execute("PRAGMA cache_size = -4096");
        connection.Execute("PRAGMA temp_store = MEMORY");
    }

    public static string Report(Connection connection) =>
        string.Join(", ", s_reported.Select(name => $"{name}={connection.Scalar($"PRAGMA {name}")}"));
}
