using System.Diagnostics;

namespace DataFlow.Tests.Support;

/// <summary>Programs of the operating system that some tests need. Without one a test is skipped and says so; CI runs with skips as failures.</summary>
internal static class Tool
{
    public static void Require(string name)
    {
        var found = Environment.GetEnvironmentVariables()["PATH"] is string path && path.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, name)));
        Assert.SkipUnless(found, $"{name} is not installed.");
    }

    /// <summary>Whether it ends with 0.</summary>
    public static async Task<bool> WorksAsync(string name, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode == 0;
    }
}
