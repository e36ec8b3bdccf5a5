using System.Runtime.InteropServices;

namespace DataFlow.Web.Hosting;

/// <summary>
/// Gives memory back to the machine when the server has nothing to do. What hundreds of tabs and watchers have used is freed by a collection, and a server that rests
/// allocates too little for one ever to come: their memory would stay taken until the next busy hour.
/// </summary>
internal sealed partial class IdleMemory(IProcessMemory memory, TimeProvider clock, ILogger<IdleMemory> logger) : IHostedService, IDisposable
{
    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(20);

    /// <summary>Whoever allocates no more than this rests.</summary>
    private const long Rest = 16_000_000;

    // Looks at rest after which it is done: at once, when tabs that were not closed properly have been given up, and when everything else has.
    private static readonly int[] s_when = [1, 5, 15];

    private ITimer? _timer;
    private long _allocated;
    private int _rested;

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
        if (memory.Allocated - _allocated > Rest)
        {
            (_allocated, _rested) = (memory.Allocated, 0);
            return;
        }
        if (!s_when.Contains(++_rested)) return;
        var before = memory.Committed;
        memory.GiveBack();
        LogGiven(before / 1_000_000, memory.Committed / 1_000_000);
        _allocated = memory.Allocated;
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Memory was given back at rest: from {Before} to {After} MB")]
    private partial void LogGiven(long before, long after);
}

/// <summary>The memory of this process, so far as its collector knows it.</summary>
internal interface IProcessMemory
{
    /// <summary>Bytes allocated since it started.</summary>
    long Allocated { get; }

    /// <summary>Bytes the collector holds of the machine's memory, as of the last collection.</summary>
    long Committed { get; }

    /// <summary>Collects everything, closes the gaps and gives back what is free. The server stands still for as long as that takes.</summary>
    void GiveBack();
}

/// <inheritdoc/>
internal sealed class ProcessMemory : IProcessMemory
{
    public long Allocated => GC.GetTotalAllocatedBytes();

    public long Committed => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;

    public void GiveBack()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // What sockets and their compression had outside the collector's heap: glibc keeps it for the next ones unless it is asked. Other C libraries do not.
        s_trim?.Invoke(0);
    }

    [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
    private delegate int Trim(nuint left);

    private static readonly Trim? s_trim = OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out var address)
        ? Marshal.GetDelegateForFunctionPointer<Trim>(address)
        : null;
}
