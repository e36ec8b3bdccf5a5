using System.Diagnostics;
using System.Runtime.InteropServices;

namespace DataFlow.Web.Hosting;

/// <summary>
/// The first SIGTERM or Ctrl-C lets attempts end for a while; whoever sends a second one does not want to wait for that. Dying at once loses nothing: it is what
/// recovery is for.
/// </summary>
internal sealed class SecondSignal : IDisposable
{
    private readonly PosixSignalRegistration[] registrations;
    private int signals;

    public SecondSignal() => registrations = [PosixSignalRegistration.Create(PosixSignal.SIGTERM, Count), PosixSignalRegistration.Create(PosixSignal.SIGINT, Count)];

    public void Dispose()
    {
        foreach (var registration in registrations) registration.Dispose();
    }

    private void Count(PosixSignalContext context)
    {
        if (Interlocked.Increment(ref signals) < 2) return;
        using var self = Process.GetCurrentProcess();
        self.Kill();
    }
}
