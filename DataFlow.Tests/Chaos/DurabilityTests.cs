using DataFlow.Tests.Support;

namespace DataFlow.Tests.Chaos;

/// <summary>What was acknowledged is on the disk: seen from outside, by the calls the server makes.</summary>
[Collection(ChaosTests.Name)]
public sealed class DurabilityTests
{
    [Fact]
    public async Task An_execution_is_acknowledged_only_after_the_disk_has_it()
    {
        Tool.Require("strace");
        var cancelled = TestContext.Current.CancellationToken;
        using var place = new AppPlace();
        var trace = Path.Combine(place.Folder, "trace");
        string[] prefix = ["strace", "-D", "-f", "--seccomp-bpf", "-qqq", "-s", "64", "-o", trace, "-e", "trace=fsync,fdatasync,recvfrom,recvmsg,sendto,sendmsg,writev"];
        await using (var server = await AppProcess.StartAsync(place, prefix))
        {
            var client = new ChaosClient(server.Client);
            var workflow = await client.CreateAsync(ChaosWorkflows.Pure, cancelled);
            await client.ExecuteAsync(workflow, "one", null, cancelled);
            Assert.Equal(0, await server.StopAsync());
        }
        var calls = (await File.ReadAllLinesAsync(trace, cancelled)).ToList();
        var asked = calls.FindIndex(call => call.Contains("/execute HTTP/1.1", StringComparison.Ordinal));
        var answered = calls.FindIndex(asked + 1, call => call.Contains("HTTP/1.1 202", StringComparison.Ordinal));
        Assert.True(asked >= 0 && answered > asked, string.Join('\n', calls.TakeLast(60)));
        Assert.Contains(calls[asked..answered], static call => IsDone(call));
    }

    /// <summary>With its result: a call that another thread's call interrupts in the trace is told in two lines.</summary>
    private static bool IsDone(string call) => (call.Contains("fsync(", StringComparison.Ordinal) || call.Contains("fdatasync(", StringComparison.Ordinal) || call.Contains("sync resumed>", StringComparison.Ordinal)) && call.EndsWith("= 0", StringComparison.Ordinal);
}
