using System.Security.Cryptography;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;

namespace DataFlow.Tests.Storage;

/// <summary>The log of the database, while the writer does not rest.</summary>
public sealed class CheckpointerTests : IDisposable
{
    private readonly SqliteStores _stores = new(durability: Engine.Durability.Relaxed);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _stores.Dispose();

    [Fact]
    public async Task A_writer_that_does_not_rest_does_not_make_the_log_grow_without_end()
    {
        for (var i = 0; _stores.Database.Checkpoints < 3; i++)
        {
            Assert.True(i < 100_000, "The log is not written back.");
            await _stores.Executions.CreateAsync(Sample.New($"ex-{i}", input: Sample.Json($"\"{Convert.ToHexString(RandomNumberGenerator.GetBytes(1_900))}\"")), Token);
        }
        var written = await _stores.Database.WriteAsync(session => session.Connection.PagesWritten);
        Assert.True(new FileInfo(_stores.Database.Path + "-wal").Length < written * 4_096L, $"{written} pages were written, and all are in the log.");
        Assert.Equal("ok", _stores.Database.Read(connection => connection.Scalar("PRAGMA integrity_check")));
    }
}
