using System.Diagnostics;

namespace DataFlow.Benchmarks.Load;

/// <summary>The product as it is published, run as a process of its own.</summary>
internal static class Product
{
    /// <summary>Publishes a project; answers its program.</summary>
    public static async Task<string> BuildAsync(string project, string output, string dll)
    {
        // Built outside the source tree: the limit program may lie in a folder that cannot be written.
        var build = Process.Start("dotnet", ["publish", project, "-c", "Release", "-o", output, "-v", "q", "--nologo", $"-p:ArtifactsPath={output}-artifacts", "-p:UseArtifactsOutput=true"]);
        await build.WaitForExitAsync();
        return build.ExitCode == 0 ? Path.Combine(output, dll) : throw new InvalidOperationException($"{project} does not build.");
    }

    /// <summary>Publishes the server.</summary>
    public static Task<string> BuildAsync(string output) => BuildAsync(Path.Combine(Repository.Root, "DataFlow.Web"), output, "DataFlow.Web.dll");

    /// <summary>Starts it on a free port and a data folder of its own.</summary>
    public static Task<Server> StartAsync(string dll, string folder, params (string Key, string Value)[] environment)
    {
        var port = Server.FreePort();
        Directory.CreateDirectory(folder);
        return Server.StartAsync(
            dll, ["--urls", $"http://127.0.0.1:{port}"], port, folder,
            [("ASPNETCORE_ENVIRONMENT", "Production"), ("DataFlow__DataDirectory", folder), ("Logging__LogLevel__Default", "Warning"), .. environment]);
    }

    /// <summary>A client of it.</summary>
    public static HttpClient Client(Server server)
    {
#pragma warning disable RS0030 // The driver is a client on loopback, not the product: no egress to guard.
        return new HttpClient { BaseAddress = new Uri(server.Address) };
#pragma warning restore RS0030
    }
}
