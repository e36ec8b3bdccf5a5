using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DataFlow.Tests.Storage;

/// <summary>Opening a data directory, or refusing it.</summary>
public sealed class SqliteDatabaseTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("dataflow-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Database => Path.Combine(_directory, SqliteDatabase.FileName);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(Durability.Full, 2)]
    [InlineData(Durability.Relaxed, 1)]
    public async Task Pragmas_are_in_force(Durability durability, int synchronous)
    {
        using var stores = new SqliteStores(_directory, durability);
        Assert.Equal(
            $"journal_mode=wal, synchronous={synchronous}, foreign_keys=1, journal_size_limit=67108864, auto_vacuum=2, wal_autocheckpoint=16000, cache_size=-32768, page_size=4096",
            await stores.Database.WriteAsync(session => Pragmas.Report(session.Connection)));
    }

    [Fact]
    public async Task Everything_is_found_again_after_opening_it_again()
    {
        var creation = Sample.New("ex-1") with { ProtectedCredentials = [7] };
        using (var stores = new SqliteStores(_directory))
        {
            await stores.Workflows.CreateAsync("wf-aaaaaaaa", Sample.Content("A"), Sample.Noon, Token);
            await stores.Executions.CreateAsync(creation, Token);
            await stores.Executions.AppendAsync(Sample.Start(creation.Execution) with { Outbox = [Sample.Message("msg_1", creation.Execution)] }, Token);
            await stores.Executions.CreateAsync(Sample.New("ex-2"), Token);
        }
        using var again = new SqliteStores(_directory);
        Assert.Equal("A", (await again.Workflows.GetAsync("wf-aaaaaaaa", null, Token))!.Name);
        var journal = (await again.Executions.ReadAsync("ex-1", 0, Token))!;
        Assert.Equal((2, 7), (journal.Events.Length, journal.ProtectedCredentials!.Single()));
        Assert.Single(await again.Webhooks.ListByExecutionAsync("ex-1", Token));
        Assert.Equal(2, await again.Executions.CountUnfinishedAsync("wf-aaaaaaaa", Token));
        await again.Executions.CreateAsync(Sample.New("ex-3"), Token);
        Assert.Equal(["ex-2", "ex-3"], (await again.Executions.ListUnfinishedAsync(ExecutionStatus.Pending, 0, 10, Token)).Select(e => e.ExecutionId));
        Assert.Equal("ex-1", Assert.Single(await again.Executions.ListUnfinishedAsync(ExecutionStatus.Running, 0, 10, Token)).ExecutionId);
    }

    [Fact]
    public void A_directory_is_made_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("File modes are Unix's.");
            return;
        }
        var made = Path.Combine(_directory, "a", "b");
        using var stores = new SqliteStores(made);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(made));
    }

    [Fact]
    public void A_directory_in_use_is_refused_with_the_owner_and_free_again_afterwards()
    {
        using (var first = new SqliteStores(_directory))
        {
            var error = Assert.Throws<DataDirectoryInUseException>(() => new SqliteStores(_directory));
            Assert.Equal($"data directory {_directory} is in use by process {Environment.ProcessId}", error.Message);
        }
        new SqliteStores(_directory).Dispose();
    }

    [Fact]
    public void A_lock_file_left_by_a_dead_process_means_nothing()
    {
        File.WriteAllText(Path.Combine(_directory, DataDirectoryLock.FileName), "999999");
        new SqliteStores(_directory).Dispose();
    }

    [Fact]
    public void A_file_in_place_of_the_directory_is_refused_in_one_line()
    {
        var file = Path.Combine(_directory, "file");
        File.WriteAllText(file, "");
        var error = Assert.Throws<StartupException>(() => new SqliteStores(file));
        Assert.StartsWith($"data directory {file} cannot be used: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_and_left_alone()
    {
        File.WriteAllText(Database, "This is not a database, but somebody may need it.");
        var error = Assert.Throws<StartupException>(() => new SqliteStores(_directory));
        Assert.Contains(Database, error.Message, StringComparison.Ordinal);
        Assert.Contains("Restore it from a backup", error.Message, StringComparison.Ordinal);
        Assert.Equal("This is not a database, but somebody may need it.", File.ReadAllText(Database));
    }

    [Fact]
    public async Task A_damaged_page_is_refused_and_left_alone()
    {
        using (var stores = new SqliteStores(_directory))
        {
            for (var i = 0; i < 50; i++)
                await stores.Executions.CreateAsync(Sample.New($"ex-{i}"), Token);
            await stores.Database.MaintainAsync();
        }
        var bytes = File.ReadAllBytes(Database);
        // Not the first pages: the header and the schema stay readable.
        Array.Fill<byte>(bytes, 0xAB, bytes.Length - 4 * 4_096, 4_096);
        File.WriteAllBytes(Database, bytes);
        var error = Assert.Throws<StartupException>(() => new SqliteStores(_directory));
        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.Equal(bytes, File.ReadAllBytes(Database));
        // The directory is let go.
        File.Delete(Database);
        new SqliteStores(_directory).Dispose();
    }

    [Fact]
    public void A_database_of_a_newer_program_is_refused()
    {
        new SqliteStores(_directory).Dispose();
        Run("INSERT INTO __EFMigrationsHistory VALUES ('29990101000000_Future', '99')");
        Assert.Contains("29990101000000_Future", Assert.Throws<StartupException>(() => new SqliteStores(_directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_database_of_another_program_is_refused()
    {
        Run("CREATE TABLE theirs (x)");
        Assert.Contains("a table theirs", Assert.Throws<StartupException>(() => new SqliteStores(_directory)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_is_backed_up_before_it_is_migrated()
    {
        Run("CREATE TABLE __EFMigrationsHistory (MigrationId TEXT NOT NULL PRIMARY KEY, ProductVersion TEXT NOT NULL)");
        using (var stores = new SqliteStores(_directory))
            Assert.Same(CreateOutcome.Created, await stores.Executions.CreateAsync(Sample.New("ex-1"), Token));
        using var backup = Connection.Open($"{Database}.before-{DatabaseSchema.Known[0]}", create: false);
        Assert.Equal("0", backup.Scalar("SELECT count(*) FROM __EFMigrationsHistory"));
        Assert.Equal("ok", backup.Scalar("PRAGMA integrity_check"));
    }

    [Fact]
    public void The_model_has_no_changes_without_a_migration()
    {
        using var context = StorageContext.Open(Database);
        Assert.False(context.Database.HasPendingModelChanges());
        Assert.Equal(context.Database.GetMigrations(), DatabaseSchema.Known);
    }

    [Fact]
    public void A_new_database_is_what_the_migrations_make()
    {
        using var context = StorageContext.Open(Database);
        var script = context.GetService<IMigrator>().GenerateScript();
        Assert.Equal(script.ReplaceLineEndings("\n").Trim(), NewDatabaseScript.Text.ReplaceLineEndings("\n").Trim());
    }

    [Fact]
    public async Task Registered_stores_work_once_the_database_is_initialised()
    {
        await using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System)
            .AddSingleton(Options.Create(new EngineOptions { DataDirectory = _directory })).AddSqliteStorage().BuildServiceProvider();
        var database = services.GetRequiredService<SqliteDatabase>();
        await Assert.ThrowsAsync<InvalidOperationException>(() => services.GetRequiredService<IWorkflowStore>().GetAsync("wf-1", null, Token));
        await database.InitializeAsync(Token);
        await database.InitializeAsync(Token);
        Assert.True(database.IsHealthy);
        Assert.Null(await services.GetRequiredService<IWorkflowStore>().GetAsync("wf-1", null, Token));
        Assert.Empty(await services.GetRequiredService<IWebhookStore>().ListSubscriptionsAsync(Token));
        Assert.Same(CreateOutcome.Created, await services.GetRequiredService<IExecutionStore>().CreateAsync(Sample.New("ex-1"), Token));
    }

    [Fact]
    public async Task After_closing_writes_are_refused()
    {
        var stores = new SqliteStores(_directory);
        stores.Dispose();
        await Assert.ThrowsAsync<StorageUnavailableException>(() => stores.Executions.CreateAsync(Sample.New("ex-1"), Token).AsTask());
    }

    private void Run(string sql)
    {
        using var connection = Connection.Open(Database, create: true);
        connection.Execute(sql);
    }
}
