namespace DataFlow.Engine.Storage;

/// <summary>How the store is, for health checks and metrics.</summary>
public interface IStoreHealth
{
    /// <summary>What can be told without waiting.</summary>
    StoreFigures Read();

    /// <summary>Goes through everything that a write goes through, and writes nothing.</summary>
    /// <exception cref="StorageUnavailableException">A write could not be made now.</exception>
    Task ProbeAsync();
}

/// <summary>Figures of the store.</summary>
/// <param name="TakesWrites">False after an error after which no write is taken any more.</param>
/// <param name="WaitingWrites">Operations that wait for the next transaction.</param>
/// <param name="DatabaseBytes">Size of the database file.</param>
/// <param name="LogBytes">Size of its write-ahead log.</param>
/// <param name="FreeBytes">Room left on its disk for this user; <c>null</c>: the system does not say.</param>
/// <param name="Running">Executions RUNNING.</param>
public sealed record StoreFigures(bool TakesWrites, int WaitingWrites, long DatabaseBytes, long LogBytes, long? FreeBytes, int Running);
