namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>How it is.</summary>
internal sealed partial class SqliteDatabase : IStoreHealth
{
    public StoreFigures Read() => new(IsHealthy, _writer?.Waiting ?? 0, LengthOf(Path), LengthOf(Path + "-wal"), FreeBytes(), _counts?.Running ?? 0);

    public Task ProbeAsync() => WriteAsync(static _ => true);

    private static long LengthOf(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? file.Length : 0;
    }

    private long? FreeBytes()
    {
        try
        {
            return new DriveInfo(System.IO.Path.GetDirectoryName(Path)!).AvailableFreeSpace;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
