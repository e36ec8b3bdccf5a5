using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace DataFlow.Benchmarks.Load;

/// <summary>One round's figures.</summary>
/// <param name="PerSecond">Replies per second.</param>
/// <param name="Count">Replies in all.</param>
/// <param name="P50">Milliseconds.</param>
/// <param name="P95">Milliseconds.</param>
/// <param name="P99">Milliseconds.</param>
/// <param name="Bad">Replies other than 2xx, and broken connections.</param>
internal sealed record Round(double PerSecond, long Count, double P50, double P95, double P99, long Bad);

/// <summary>Drives a server with wrk: its own cost is small beside what it measures.</summary>
internal static partial class Wrk
{
    private const string Script = """
        wrk.method = "POST"
        wrk.headers["Content-Type"] = "application/json"
        wrk.headers["Prefer"] = "wait=30"
        wrk.body = '{"input":{"webpage_url":"https://example.com/a/b/c","pad":"' .. string.rep("x", 100) .. '"}}'
        function done(s, l, r)
          io.write(string.format("RESULT %.1f %d %.3f %.3f %.3f %d\n", s.requests / (s.duration / 1e6), s.requests,
            l:percentile(50) / 1e3, l:percentile(95) / 1e3, l:percentile(99) / 1e3,
            s.errors.status + s.errors.connect + s.errors.read + s.errors.write + s.errors.timeout))
        end
        """;

    public static async Task<Round> RunAsync(string url, int clients, int seconds)
    {
        var script = Path.Combine(Path.GetTempPath(), $"dataflow-load-{Environment.ProcessId}.lua");
        await File.WriteAllTextAsync(script, Script);
        using var wrk = Process.Start(new ProcessStartInfo("wrk", ["-t1", $"-c{clients}", $"-d{seconds}s", "-s", script, url]) { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("wrk is not installed (Debian package wrk).");
        var output = await wrk.StandardOutput.ReadToEndAsync();
        await wrk.WaitForExitAsync();
        File.Delete(script);
        var found = Result().Match(output);
        if (!found.Success) throw new InvalidOperationException("wrk said: " + output);
        double Number(int group) => double.Parse(found.Groups[group].ValueSpan, CultureInfo.InvariantCulture);
        return new Round(Number(1), (long)Number(2), Number(3), Number(4), Number(5), (long)Number(6));
    }

    [GeneratedRegex(@"RESULT (\S+) (\S+) (\S+) (\S+) (\S+) (\S+)")]
    private static partial Regex Result();
}
