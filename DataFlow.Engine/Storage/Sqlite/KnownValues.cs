using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Hashes of values written lately: one task's output is the next one's input, and need not be compressed again to find that out. Only a guess: the writer makes
/// sure.
/// </summary>
internal sealed class KnownValues
{
    private const int Most = 4_096;

    private readonly ConcurrentDictionary<UInt128, byte> _hashes = new();
    private readonly ConcurrentQueue<UInt128> _order = new();

    public bool Contains(byte[] hash) => _hashes.ContainsKey(Short(hash));

    public void Add(byte[] hash)
    {
        if (!_hashes.TryAdd(Short(hash), 0))
            return;
        _order.Enqueue(Short(hash));
        if (_order.Count > Most && _order.TryDequeue(out var oldest))
            _hashes.TryRemove(oldest, out _);
    }

    private static UInt128 Short(byte[] hash) => MemoryMarshal.Read<UInt128>(hash);
}
