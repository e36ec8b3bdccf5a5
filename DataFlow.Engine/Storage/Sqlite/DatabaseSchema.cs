using System.Reflection;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Migrations;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Brings a database file to the schema this program knows, or refuses it; never replaces one.</summary>
internal static class DatabaseSchema
{
    /// <summary>Up to this size every page is checked at the start; a larger file would hold the start up.</summary>
    private const long CheckedUpTo = 32 << 20;

    /// <summary>Names of the migrations in order. By reflection, because asking EF Core costs a third of a second at every start.</summary>
    public static IReadOnlyList<string> Known { get; } =
        [.. typeof(StorageContext).Assembly.GetTypes().Select(type => type.GetCustomAttribute<MigrationAttribute>()?.Id).OfType<string>().Order(StringComparer.Ordinal)];

    /// <exception cref="StartupException">It is damaged, not ours, or written by a newer program.</exception>
    public static void Prepare(string path)
    {
        var isNew = !File.Exists(path) || new FileInfo(path).Length == 0;
        try
        {
            List<string> pending;
            using (var connection = Connection.Open(path, create: isNew))
            {
                connection.SetBusyTimeout(TimeSpan.FromSeconds(5));
                if (isNew)
                {
                    Pragmas.ApplyToNew(connection);
                    connection.ExecuteScript(NewDatabaseScript.Text);
                    ListIndexBackfill.Run(connection);
                    return;
                }
                Check(connection, path);
                pending = Pending(connection, path);
                if (pending.Count == 0)
                {
                    ListIndexBackfill.Run(connection);
                    return;
                }
                BackUp(connection, path, pending[0]);
            }
            using (var context = StorageContext.Open(path))
                context.Database.Migrate();
            using var migrated = Connection.Open(path, create: false);
            ListIndexBackfill.Run(migrated);
        }
        catch (SqliteException error) when (error.SqliteErrorCode is SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_CORRUPT)
        {
            throw Damaged(path, error.Message, error);
        }
    }

    private static void Check(Connection connection, string path)
    {
        if (connection.Scalar("SELECT count(*) FROM sqlite_schema") is not null && new FileInfo(path).Length > CheckedUpTo)
            return;
        if (connection.Scalar("PRAGMA quick_check(1)") is var result and not "ok")
            throw Damaged(path, result ?? "no answer", null);
    }

    private static List<string> Pending(Connection connection, string path)
    {
        if (connection.Scalar("SELECT 1 FROM sqlite_schema WHERE name = '__EFMigrationsHistory'") is null)
        {
            return connection.Scalar("SELECT name FROM sqlite_schema WHERE type = 'table'") is { } table
                ? throw new StartupException($"database {path} was not written by this program: it has a table {table} and no migrations")
                : [.. Known];
        }
        var applied = new List<string>();
        using (var rows = connection.Prepare("SELECT MigrationId FROM __EFMigrationsHistory ORDER BY MigrationId"))
        {
            while (rows.Step())
                applied.Add(rows.Text(0));
        }
        if (applied.FirstOrDefault(migration => !Known.Contains(migration)) is { } unknown)
            throw new StartupException($"database {path} was written by a newer version of this program (it has {unknown}); start that version, or restore the backup made before the upgrade");
        return [.. Known.Except(applied)];
    }

    /// <summary>One file, consistent, next to the database.</summary>
    private static void BackUp(Connection connection, string path, string migration)
    {
        var backup = $"{path}.before-{migration}";
        File.Delete(backup);
        connection.Execute($"VACUUM INTO '{backup.Replace("'", "''", StringComparison.Ordinal)}'");
    }

    private static StartupException Damaged(string path, string reason, Exception? inner) =>
        new($"database {path} is damaged ({reason}); nothing was changed. Restore it from a backup: cp <backup> {path} and delete {path}-wal and {path}-shm", inner);
}
