using DataFlow.Tests.Support;
using Microsoft.Data.Sqlite;

namespace DataFlow.Tests.Chaos;

/// <summary>A server that cannot start says so in one line, and touches nothing.</summary>
[Collection(ChaosTests.Name)]
public sealed class StartTests : IDisposable
{
    /// <summary>EX_CONFIG of sysexits.</summary>
    private const int WrongConfiguration = 78;

    private readonly AppPlace place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public async Task A_second_server_on_a_data_directory_ends_with_one_line_that_names_the_first()
    {
        await using var first = await AppProcess.StartAsync(place);
        await using var second = AppProcess.Launch(place, null, "ASPNETCORE_URLS=http://127.0.0.1:0");

        Assert.Contains($"in use by process {first.Id}", await RefusalAsync(second), StringComparison.Ordinal);
        Assert.Equal(0, await first.StopAsync());
    }

    [Fact]
    public async Task A_data_directory_that_cannot_be_made_ends_the_start_with_one_line()
    {
        await File.WriteAllTextAsync(place.DataFolder, "a file where the folder should be", TestContext.Current.CancellationToken);
        await using var server = AppProcess.Launch(place);

        Assert.Contains(place.DataFolder, await RefusalAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_data_directory_that_is_read_only_ends_the_start_with_one_line()
    {
        Tool.Require("unshare");
        Assert.SkipUnless(await Tool.WorksAsync("unshare", "-m", "true"), "Mounting needs root.");
        Directory.CreateDirectory(place.DataFolder);
        string[] prefix = ["unshare", "-m", "sh", "-c", $"mount -t tmpfs -o ro none {place.DataFolder} && exec \"$@\"", "sh"];
        await using var server = AppProcess.Launch(place, prefix);

        Assert.Contains(place.DataFolder, await RefusalAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_database_ends_the_start_with_one_line_and_is_left_as_it_is()
    {
        await using (var server = await AppProcess.StartAsync(place))
        {
            var client = new ChaosClient(server.Client);
            for (var i = 0; i < 20; i++) await client.CreateAsync(ChaosWorkflows.Pure, TestContext.Current.CancellationToken);
            Assert.Equal(0, await server.StopAsync());
        }
        DamageEveryPageButTheFirst();
        var damaged = await File.ReadAllBytesAsync(place.Database, TestContext.Current.CancellationToken);
        await using var again = AppProcess.Launch(place);

        var line = await RefusalAsync(again);
        Assert.Contains(place.Database, line, StringComparison.Ordinal);
        Assert.Contains("backup", line, StringComparison.Ordinal);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(place.Database, TestContext.Current.CancellationToken));
    }

    /// <summary>The one line.</summary>
    private static async Task<string> RefusalAsync(AppProcess server)
    {
        Assert.False(await server.ListensAsync(), "It started.");
        Assert.Equal(WrongConfiguration, await server.EndAsync());
        Assert.DoesNotContain("   at ", server.Output + server.Errors, StringComparison.Ordinal);
        return Assert.Single(server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    private void DamageEveryPageButTheFirst()
    {
        // What the last server left in its log goes into the file first: only then the damage is what the next one reads.
        using (var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = place.Database, Pooling = false }.ToString()))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA wal_checkpoint(TRUNCATE)";
            command.ExecuteNonQuery();
        }
        using var file = new FileStream(place.Database, FileMode.Open, FileAccess.ReadWrite);
        const int Page = 4_096;
        for (var page = 1; page < file.Length / Page; page++)
        {
            file.Position = (page * Page) + 8;
            file.Write([0xFF, 0xFF, 0xFF, 0xFF]);
        }
    }
}
