using System.Collections.Immutable;
using System.Globalization;
using DataFlow.Engine.Runtime;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine;

/// <summary>How a part of the engine is.</summary>
public enum HealthStatus
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Busy with something that passes; work is taken meanwhile.</summary>
    Busy,

    /// <summary>No work should be sent.</summary>
    Failing,
}

/// <summary>What one check found.</summary>
/// <param name="Name"><c>store_read</c>, <c>store_write</c>, <c>disk_space</c>, <c>recovery</c></param>
/// <param name="Status">How it is.</param>
/// <param name="Detail">For whoever has to mend it; no paths, no values.</param>
public sealed record HealthCheck(string Name, HealthStatus Status, string Detail);

/// <summary>Whether the engine can take work, and what is wrong when it cannot.</summary>
public sealed class EngineHealth
{
    /// <summary>With less room than this on the disk of the data directory no work should be sent. 64 MiB: a full log and room to compact it.</summary>
    public const long LeastFreeBytes = 64 * 1024 * 1024;

    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(3);

    private readonly IWorkflowStore _workflows;
    private readonly IStoreHealth? _store;
    private readonly ExecutionDispatcher _dispatcher;
    private readonly TimeProvider _clock;

    internal EngineHealth(IWorkflowStore workflows, IStoreHealth? store, ExecutionDispatcher dispatcher, TimeProvider clock) =>
        (_workflows, _store, _dispatcher, _clock) = (workflows, store, dispatcher, clock);

    /// <summary>Every check, at most three seconds each, side by side.</summary>
    public async Task<ImmutableArray<HealthCheck>> CheckAsync(CancellationToken cancellationToken)
    {
        var read = ProbeAsync("store_read", "The store answers.", () => _workflows.ListAsync(new WorkflowQuery(Limit: 1), cancellationToken), cancellationToken);
        var write = ProbeAsync("store_write", "The store takes writes.", () => _store?.ProbeAsync() ?? Task.CompletedTask, cancellationToken);
        return [await read, await write, DiskSpace(), Recovery()];
    }

    private async Task<HealthCheck> ProbeAsync(string name, string good, Func<Task> probe, CancellationToken cancellationToken)
    {
        try
        {
            await probe().WaitAsync(LongestProbe, _clock, cancellationToken);
            return new HealthCheck(name, HealthStatus.Ok, good);
        }
        catch (TimeoutException)
        {
            return new HealthCheck(name, HealthStatus.Failing, string.Create(CultureInfo.InvariantCulture, $"The store did not answer within {LongestProbe.TotalSeconds:0} s."));
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // What exactly is wrong with the disk is the log's business.
            return new HealthCheck(name, HealthStatus.Failing, name == "store_read" ? "The store cannot be read; the log says why." : "The store cannot be written; the log says why.");
        }
    }

    private HealthCheck DiskSpace() => _store?.Read().FreeBytes switch
    {
        null => new("disk_space", HealthStatus.Ok, "The system does not say how much room is left."),
        < LeastFreeBytes and { } free => new("disk_space", HealthStatus.Failing, $"{Megabytes(free)} MB are left on the disk of the data directory; at least {Megabytes(LeastFreeBytes)} MB are needed."),
        { } free => new("disk_space", HealthStatus.Ok, $"{Megabytes(free)} MB are left on the disk of the data directory."),
    };

    private HealthCheck Recovery() => _dispatcher.HasRecovered
        ? new("recovery", HealthStatus.Ok, "Nothing is left to recover.")
        : new("recovery", HealthStatus.Busy, "What was under way when the process ended before is being taken up again; new executions are accepted and wait for it.");

    private static string Megabytes(long bytes) => (bytes / 1_000_000).ToString("N0", CultureInfo.InvariantCulture);
}
