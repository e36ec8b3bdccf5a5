namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>How large the database is, in pages.</summary>
/// <param name="All">Of the file, once the log is written back.</param>
/// <param name="Free">Of them, holding nothing.</param>
/// <param name="Size">Bytes of one.</param>
internal readonly record struct DatabasePages(long All, long Free, long Size)
{
    private static readonly Sql s_all = new("PRAGMA page_count");
    private static readonly Sql s_free = new("PRAGMA freelist_count");
    private static readonly Sql s_size = new("PRAGMA page_size");

    public long UsedBytes => (All - Free) * Size;

    public static DatabasePages Read(Connection connection) => new(connection[s_all].ReadLong(), connection[s_free].ReadLong(), connection[s_size].ReadLong());
}
