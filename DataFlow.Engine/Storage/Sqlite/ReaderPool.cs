using System.Collections.Concurrent;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>Connections to read with. In WAL a reader neither waits for the writer nor holds it up.</summary>
internal sealed class ReaderPool(Func<Connection> open) : IDisposable
{
    private readonly ConcurrentBag<Connection> _idle = [];
    private volatile bool _disposed;

    public T Read<T>(Func<Connection, T> read)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var connection = _idle.TryTake(out var idle) ? idle : open();
        try
        {
            var result = read(connection);
            Return(connection);
            return result;
        }
        catch
        {
            // Statements may stand anywhere; a fresh connection is cheaper than finding out.
            connection.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryTake(out var connection))
            connection.Dispose();
    }

    private void Return(Connection connection)
    {
        if (_disposed || _idle.Count >= Environment.ProcessorCount * 2)
            connection.Dispose();
        else
            _idle.Add(connection);
    }
}
