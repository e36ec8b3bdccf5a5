using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace DataFlow.Tests.Support;

/// <summary>The sample clients of the docs, copied out of the repository and made ready to run, as somebody who takes them does.</summary>
public sealed class ClientSamples : IAsyncLifetime
{
    private const string NpmUrl = "https://registry.npmjs.org/npm/-/npm-12.2.0.tgz";
    private const string NpmSha512 = "ZsJjKpTnlmSXOLLXiU1xDCzC4Wlok4IwZmh/aw2KUuXytU7q6qMv/cUT7MoeSf95Slwuw/lRXYefGzGCspHPNQ==";

    private readonly string _folder = Directory.CreateTempSubdirectory("dataflow-clients-").FullName;

    /// <summary>Node as Playwright brings it.</summary>
    private static string Node => Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, ".playwright", "node"), "node", SearchOption.AllDirectories).First();

    public ValueTask InitializeAsync()
    {
        Copy(RepositoryFiles.Of("docs", "clients"), _folder);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>Builds the sample; answers what starts it.</summary>
    public async Task<ProcessStartInfo> DotNetAsync()
    {
        var folder = Path.Combine(_folder, "dotnet");
        // Helpers that the build leaves behind would hold the other end of its output.
        await RunAsync(Start("dotnet", folder, "build", "-v", "q", "-nodeReuse:false", "-p:UseSharedCompilation=false", "-o", Path.Combine(folder, "out")));
        return Start("dotnet", folder, Path.Combine(folder, "out", "Watch.dll"));
    }

    /// <summary>Installs its packages; answers what starts it. Skips the test when there is no npm and none can be had.</summary>
    public async Task<ProcessStartInfo> JavaScriptAsync()
    {
        var folder = Path.Combine(_folder, "javascript");
        var npm = Path.Combine(_folder, "npm", "package", "bin", "npm-cli.js");
        Assert.SkipUnless(File.Exists(npm) || await TryFetchNpmAsync(), "The npm registry cannot be reached.");
        await RunAsync(Start(Node, folder, npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"));
        return Start(Node, folder, "watch.js");
    }

    private async Task<bool> TryFetchNpmAsync()
    {
#pragma warning disable RS0030 // npm itself is fetched from its registry, which no product code does.
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(60) };
#pragma warning restore RS0030
        byte[] package;
        try
        {
            package = await client.GetByteArrayAsync(new Uri(NpmUrl), TestContext.Current.CancellationToken);
        }
        catch (HttpRequestException)
        {
            return false;
        }
        Assert.Equal(NpmSha512, Convert.ToBase64String(SHA512.HashData(package)));
        Directory.CreateDirectory(Path.Combine(_folder, "npm"));
        await using var unzipped = new GZipStream(new MemoryStream(package), CompressionMode.Decompress);
        await TarFile.ExtractToDirectoryAsync(unzipped, Path.Combine(_folder, "npm"), overwriteFiles: true, TestContext.Current.CancellationToken);
        return true;
    }

    private static ProcessStartInfo Start(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        // The test host's own settings are not the sample's.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToList()) start.Environment.Remove(name);
        start.Environment["PATH"] = $"{Path.GetDirectoryName(Node)}{Path.PathSeparator}{start.Environment["PATH"]}";
        return start;
    }

    private static async Task RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{start.FileName} {string.Join(' ', start.ArgumentList)}\n{await output}\n{await errors}");
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var relative = Path.GetRelativePath(from, file);
            if (relative.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules")) continue;
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, relative))!);
            File.Copy(file, Path.Combine(to, relative));
        }
    }
}
