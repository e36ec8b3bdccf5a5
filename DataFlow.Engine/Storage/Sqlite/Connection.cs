using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>A statement's text; prepared once for each connection.</summary>
internal sealed class Sql(string text)
{
    private static int s_count;

    public string Text { get; } = text;

    public int Number { get; } = Interlocked.Increment(ref s_count) - 1;
}

/// <summary>One SQLite connection with its prepared statements. For one thread at a time.</summary>
/// <remarks>
/// Straight on SQLite's own calls: ADO.NET's cost for each statement is of the size of the statement itself, and it answers a busy database by sleeping.
/// </remarks>
internal sealed class Connection : IDisposable
{
    /// <summary><c>SQLITE_CHECKPOINT_NOOP</c> of SQLite 3.51, which has no name here yet.</summary>
    private const int CheckpointNothing = -1;

    private readonly SQLitePCL.sqlite3 _handle;
    private readonly List<Statement?> _statements = [];

    static Connection() => SQLitePCL.Batteries_V2.Init();

    private Connection(SQLitePCL.sqlite3 handle) => _handle = handle;

    /// <exception cref="SqliteException">It is no database, or cannot be opened.</exception>
    public static Connection Open(string path, bool create)
    {
        var code = sqlite3_open_v2(path, out var handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | (create ? SQLITE_OPEN_CREATE : 0), null);
        var connection = new Connection(handle);
        if (code == SQLITE_OK)
            return connection;
        var error = connection.Error(code);
        connection.Dispose();
        throw error;
    }

    /// <summary>Rows changed since it was opened.</summary>
    public int TotalChanges => sqlite3_total_changes(_handle);

    /// <summary>Told of every statement before it is prepared; for tests of query plans.</summary>
    public Action<string>? Preparing { get; set; }

    public int Changes => sqlite3_changes(_handle);

    public long LastInsertedKey => sqlite3_last_insert_rowid(_handle);

    /// <summary>The prepared statement, ready to be given its values.</summary>
    public Statement this[Sql sql]
    {
        get
        {
            while (_statements.Count <= sql.Number)
                _statements.Add(null);
            var statement = _statements[sql.Number] ??= Prepare(sql.Text);
            statement.Reset();
            return statement;
        }
    }

    /// <summary>A statement used once, for the caller to dispose.</summary>
    public Statement Prepare(string sql)
    {
        Preparing?.Invoke(sql);
        Check(sqlite3_prepare_v3(_handle, sql, SQLITE_PREPARE_PERSISTENT, out var statement));
        return new Statement(this, statement);
    }

    public void Execute(string sql)
    {
        using var statement = Prepare(sql);
        while (statement.Step())
        {
        }
    }

    /// <summary>After a commit that leaves so many pages in the log, it is written back by whoever committed.</summary>
    public void SetCheckpoint(int pages) => Check(sqlite3_wal_autocheckpoint(_handle, pages));

    /// <summary>How much there is in the log. Touches no file.</summary>
    public LogPages ReadLog() => Checkpoint(CheckpointNothing);

    /// <summary>Writes back what can be without waiting for anybody, beside those who read and write. Where somebody else is at it, nothing.</summary>
    public LogPages WriteBackLog() => Checkpoint(SQLITE_CHECKPOINT_PASSIVE);

    private LogPages Checkpoint(int mode)
    {
        var code = sqlite3_wal_checkpoint_v2(_handle, "main", mode, out var all, out var writtenBack);
        if (code != SQLITE_BUSY)
            Check(code);
        return new LogPages(Math.Max(0, all), Math.Max(0, writtenBack));
    }

    /// <summary>Any number of statements.</summary>
    public void ExecuteScript(string script) => Check(sqlite3_exec(_handle, script));

    /// <summary>The first column of the first row as text, or <c>null</c>.</summary>
    public string? Scalar(string sql)
    {
        using var statement = Prepare(sql);
        return statement.Step() ? statement.Text(0) : null;
    }

    public void SetBusyTimeout(TimeSpan timeout) => Check(sqlite3_busy_timeout(_handle, (int)timeout.TotalMilliseconds));

    public void Check(int code)
    {
        if (code != SQLITE_OK)
            throw Error(code);
    }

    public SqliteException Error(int code) =>
        new($"SQLite: {sqlite3_errmsg(_handle).utf8_to_string()}", code & 0xff, sqlite3_extended_errcode(_handle));

    public void Dispose()
    {
        foreach (var statement in _statements)
            statement?.Dispose();
        _statements.Clear();
        sqlite3_close_v2(_handle);
    }
}
