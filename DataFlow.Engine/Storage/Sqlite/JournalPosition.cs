namespace DataFlow.Engine.Storage.Sqlite;

/// <summary>
/// Where an append lies in the journal table: execution key and first sequence in one integer, so that the table needs no second index, its rows may be as
/// large as a page, and one execution's rows lie together.
/// </summary>
internal static class JournalPosition
{
    /// <summary>16 million events for each of 500 thousand million executions.</summary>
    public const int SequenceBits = 24;

    public static long Of(long executionKey, int sequence) => sequence < 1 << SequenceBits
        ? executionKey << SequenceBits | (long)sequence
        : throw new InvalidOperationException($"A journal holds at most {1 << SequenceBits} events.");

    public static int Sequence(long position) => (int)(position & ((1 << SequenceBits) - 1));
}
