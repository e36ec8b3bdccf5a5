namespace DataFlow.Web.Hosting;

/// <summary>
/// Gives memory back to the machine when the server has nothing to do. What hundreds of tabs and watchers have used is freed by a collection, and a server that rests
/// allocates too little for one ever to come: their memory would stay taken until the next busy hour.
/// </summary>
internal sealed class IdleMemory(IProcessMemory memory, TimeProvider clock) : IHostedService, IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(20);

    /// <summary>Allocating less than this between two looks, a server rests.</summary>
    private const long Rest = 16_000_000;

    /// <summary>A collection of everything stops the server for a moment; it must be worth it.</summary>
    private const double Worth = 1.1;

    private ITimer? _timer;
    private long _allocated;
    private long _committed;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _allocated = memory.Allocated;
        _timer = clock.CreateTimer(_ => Look(), null, Period, Period);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _timer?.Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        var (before, now) = (_allocated, memory.Allocated);
        _allocated = now;
        if (now - before > Rest || memory.Committed <= _committed * Worth) return;
        memory.GiveBack();
        (_allocated, _committed) = (memory.Allocated, memory.Committed);
    }
}

/// <summary>The memory of this process, so far as its collector knows it.</summary>
internal interface IProcessMemory
{
    /// <summary>Bytes allocated since it started.</summary>
    long Allocated { get; }

    /// <summary>Bytes taken from the machine.</summary>
    long Committed { get; }

    /// <summary>Collects everything, closes the gaps and gives back what is free.</summary>
    void GiveBack();
}

/// <inheritdoc/>
internal sealed class ProcessMemory : IProcessMemory
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    public long Committed => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    public void GiveBack() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
}
