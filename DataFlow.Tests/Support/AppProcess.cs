using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace DataFlow.Tests.Support;

/// <summary>The real server as a process of its own, to be killed. Its data directory and port outlive it, so that the next one takes over.</summary>
internal sealed class AppProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_longestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_longestEnd = TimeSpan.FromSeconds(60);

    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder errors = new();
    private readonly TaskCompletionSource listening = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private AppProcess(AppPlace place, Process process)
    {
        (Place, this.process) = (place, process);
        StartedAt = TimeProvider.System.GetUtcNow();
        process.OutputDataReceived += (_, line) => Note(output, line.Data);
        process.ErrorDataReceived += (_, line) => Note(errors, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        Client = NewClient(place.Address);
    }

    public AppPlace Place { get; }

    public HttpClient Client { get; }

    public DateTimeOffset StartedAt { get; }

    /// <summary>When it said so; its recovery may have begun before.</summary>
    public DateTimeOffset ListeningAt { get; private set; }

    public int Id => process.Id;

    public bool HasExited => process.HasExited;

    public string Output
    {
        get { lock (output) return output.ToString(); }
    }

    /// <summary>What it wrote to standard error.</summary>
    public string Errors
    {
        get { lock (errors) return errors.ToString(); }
    }

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="place">Where.</param>
    /// <param name="prefix">A command that starts it in its turn and becomes it, such as <c>strace -D</c>; the process id must stay.</param>
    /// <param name="settings"><c>DataFlow__StopSeconds=2</c></param>
    public static async Task<AppProcess> StartAsync(AppPlace place, IReadOnlyList<string>? prefix = null, params string[] settings)
    {
        var app = Launch(place, prefix, settings);
        if (await app.ListensAsync()) return app;
        var code = await app.EndAsync();
        await app.DisposeAsync();
        throw new InvalidOperationException($"The server ended with {code} before it listened.\n{app.Output}\n{app.Errors}");
    }

    /// <summary>Starts it and does not wait.</summary>
    public static AppProcess Launch(AppPlace place, IReadOnlyList<string>? prefix = null, params string[] settings)
    {
        string[] command = [.. prefix ?? [], Muxer, ServerAssembly, "--urls", place.Address.GetLeftPart(UriPartial.Authority)];
        var start = new ProcessStartInfo(command[0], command[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = place.Folder };
        start.Environment["DataFlow__DataDirectory"] = place.DataFolder;
        start.Environment["DataFlow__Samples"] = "false";
        // Development lets tasks and webhooks reach loopback, where the sink is.
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        foreach (var setting in settings)
        {
            var (name, value) = setting.Split('=', 2) is [var left, var right] ? (left, right) : throw new ArgumentException(setting);
            start.Environment[name] = value;
        }
        return new AppProcess(place, Process.Start(start)!);
    }

    /// <summary>False: it ended instead.</summary>
    public async Task<bool> ListensAsync()
    {
        using var patience = new CancellationTokenSource(s_longestStart, TimeProvider.System);
        var ended = process.WaitForExitAsync(patience.Token);
        if (await Task.WhenAny(listening.Task, ended) == listening.Task) return true;
        await ended;
        return false;
    }

    /// <summary>No goodbye: SIGKILL, and waits until it is gone.</summary>
    public async Task KillAsync()
    {
        Send(Signal.Kill);
        await EndAsync();
    }

    /// <summary>As a supervisor stops it; answers the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Send(Signal.Terminate);
        return await EndAsync();
    }

    public void Send(Signal signal)
    {
        if (!process.HasExited && SendSignal(process.Id, (int)signal) != 0 && !process.HasExited)
            throw new InvalidOperationException($"kill({process.Id}, {signal}): errno {Marshal.GetLastPInvokeError()}");
    }

    /// <summary>Waits until it has ended; answers the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(s_longestEnd, TimeProvider.System);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited) await KillAsync();
        process.Dispose();
        Client.Dispose();
    }

    public static HttpClient NewClient(Uri address)
    {
#pragma warning disable RS0030 // The test is the outside world: it calls the server as a stranger does.
        return new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(5) })
        {
            BaseAddress = address, Timeout = TimeSpan.FromSeconds(60),
        };
#pragma warning restore RS0030
    }

    /// <summary>Built with the tests, in the folder beside theirs; with what a published program has beside it (settings, static files).</summary>
    private static string ServerAssembly { get; } = FindServer();

    /// <summary>The <c>dotnet</c> that runs the tests, which need not be on the path.</summary>
    private static string Muxer { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static string FindServer()
    {
        var tests = new DirectoryInfo(AppContext.BaseDirectory);
        var server = Path.Combine(tests.Parent!.Parent!.FullName, "DataFlow.Web", tests.Name, "DataFlow.Web.dll");
        return File.Exists(server) ? server : throw new FileNotFoundException("The server is built together with the tests, in the folder beside theirs.", server);
    }

    private void Note(StringBuilder lines, string? line)
    {
        if (line is null) return;
        lock (lines) lines.AppendLine(line);
        if (!line.Contains("Now listening on:", StringComparison.Ordinal)) return;
        ListeningAt = TimeProvider.System.GetUtcNow();
        listening.TrySetResult();
    }

#pragma warning disable SYSLIB1054 // A generated one needs unsafe code, which this project does not allow.
    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int pid, int signal);
#pragma warning restore SYSLIB1054

    /// <summary>Those the tests send, with their numbers on Linux.</summary>
    public enum Signal
    {
        Kill = 9,
        Terminate = 15,
    }
}
