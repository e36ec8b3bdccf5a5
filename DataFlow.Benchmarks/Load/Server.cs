using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace DataFlow.Benchmarks.Load;

/// <summary>A server process under measurement.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process _process;

    private Server(Process process, string address, string folder) => (_process, Address, Folder) = (process, address, folder);

    public string Address { get; }

    /// <summary>Its data.</summary>
    public string Folder { get; }

    /// <summary>Resident memory, MB.</summary>
    public double ResidentMegabytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64 / 1e6;
        }
    }

    /// <summary>Bytes of all database files.</summary>
    public long StoredBytes => Directory.EnumerateFiles(Folder, "*.db*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it and returns when it accepts connections.</summary>
    public static async Task<Server> StartAsync(string dll, IEnumerable<string> args, int port, string folder, params (string Key, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [dll, .. args]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in environment) start.Environment[key] = value;
        var process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        process.ErrorDataReceived += static (_, line) => { if (line.Data is { Length: > 0 }) Console.Error.WriteLine(line.Data); };
        process.BeginErrorReadLine();
        for (var i = 0; ; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port);
                return new Server(process, $"http://127.0.0.1:{port}", folder);
            }
            catch (SocketException) when (i < 6_000 && !process.HasExited)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System);
            }
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
