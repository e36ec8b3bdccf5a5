using System.Text;
using static SQLitePCL.raw;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>A prepared statement. Values are given in the order of its parameters.</summary>
internal sealed class Statement(Connection connection, SQLitePCL.sqlite3_stmt handle) : IDisposable
{
    private int _next = 1;

    public Statement Add(long value)
    {
        connection.Check(sqlite3_bind_int64(handle, _next++, value));
        return this;
    }

    public Statement Add(long? value) => value is { } number ? Add(number) : AddNull();

    public Statement Add(string? value)
    {
        if (value is null)
            return AddNull();
        Span<byte> bytes = stackalloc byte[512];
        if (Encoding.UTF8.TryGetBytes(value, bytes, out var length))
            connection.Check(sqlite3_bind_text(handle, _next++, bytes[..length]));
        else
            connection.Check(sqlite3_bind_text(handle, _next++, Encoding.UTF8.GetBytes(value).AsSpan()));
        return this;
    }

    public Statement Add(ReadOnlySpan<byte> value)
    {
        // SQLite takes a blob without an address for NULL.
        connection.Check(value.IsEmpty ? sqlite3_bind_zeroblob(handle, _next++, 0) : sqlite3_bind_blob(handle, _next++, value));
        return this;
    }

    public Statement AddOptional(byte[]? value) => value is null ? AddNull() : Add(value);

    public Statement AddNull()
    {
        connection.Check(sqlite3_bind_null(handle, _next++));
        return this;
    }

    /// <summary>To the next row; false when there is none.</summary>
    public bool Step() => sqlite3_step(handle) switch
    {
        SQLITE_ROW => true,
        SQLITE_DONE => Done(),
        var code => throw Fail(code),
    };

    /// <summary>Runs a statement that gives no rows.</summary>
    public void Run()
    {
        Step();
        Reset();
    }

    /// <summary>The first column of the only row.</summary>
    public long ReadLong() => ReadOptionalLong() ?? throw new InvalidOperationException("The statement gave no number.");

    /// <summary>The first column of the first row; <c>null</c> when there is none.</summary>
    public long? ReadOptionalLong()
    {
        var number = Step() ? OptionalLong(0) : null;
        Reset();
        return number;
    }

    public bool IsNull(int column) => sqlite3_column_type(handle, column) == SQLITE_NULL;

    public long Long(int column) => sqlite3_column_int64(handle, column);

    public int Int(int column) => sqlite3_column_int(handle, column);

    public long? OptionalLong(int column) => IsNull(column) ? null : Long(column);

    public int? OptionalInt(int column) => IsNull(column) ? null : Int(column);

    public string Text(int column) => sqlite3_column_text(handle, column).utf8_to_string() ?? "";

    public string? OptionalText(int column) => IsNull(column) ? null : Text(column);

    /// <summary>Valid until the next step.</summary>
    public ReadOnlySpan<byte> Bytes(int column) => sqlite3_column_blob(handle, column);

    public byte[]? OptionalBytes(int column) => IsNull(column) ? null : Bytes(column).ToArray();

    /// <summary>Lets go of the row it stands on: a statement left standing would keep its read transaction open.</summary>
    public void Reset()
    {
        // Its code repeats the error of the last step, which has been reported.
        sqlite3_reset(handle);
        _next = 1;
    }

    public void Dispose() => sqlite3_finalize(handle);

    private bool Done()
    {
        Reset();
        return false;
    }

    private Microsoft.Data.Sqlite.SqliteException Fail(int code)
    {
        var error = connection.Error(code);
        Reset();
        return error;
    }
}
