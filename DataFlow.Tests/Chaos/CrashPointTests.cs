using System.Globalization;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Chaos;

/// <summary>
/// The server dies at its n-th write to the disk, for one n after another: no moment between two states of the file is left to luck. <c>scripts/crash-points.sh</c>
/// goes through all of them.
/// </summary>
[Collection(ChaosTests.Name)]
public sealed class CrashPointTests(ITestOutputHelper output)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>
    /// Numbers are of the thread that makes the call: of the one that makes the database, then of the one writer. Which of the two calls SQLite makes depends on
    /// how it was built. No seccomp filter, though it would be faster: with one, strace does not send the signal.
    /// </summary>
    private static string[] DyingAt(int sync) =>
    [
        "strace", "-D", "-f", "-qqq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync",
        "-e", string.Create(CultureInfo.InvariantCulture, $"inject=fsync,fdatasync:signal=KILL:when={sync}"),
    ];

    public static TheoryData<int> Points => [.. ChaosSettings.CrashPoints];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Server_that_dies_before_a_write_to_the_disk_loses_and_repeats_nothing(int sync)
    {
        Tool.Require("strace");
        await using var sink = await EffectSink.StartAsync();
        sink.OnEffect = static effect => Task.FromResult(effect.Path == "/flaky" && effect.Number == 1 ? 503 : 200);
        using var place = new AppPlace();
        // A database is there before: its making, which every start does alone, has its own test below.
        await using (var first = await AppProcess.StartAsync(place)) Assert.Equal(0, await first.StopAsync());

        using var http = AppProcess.NewClient(place.Address);
        var script = new Script(new ChaosClient(http), sink, (sync / Script.LeastWrites) + 1);
        var acknowledged = new Dictionary<string, string>();
        await using (var dying = AppProcess.Launch(place, DyingAt(sync)))
        {
            var running = script.RunAsync(acknowledged, Cancelled);
            var death = dying.EndAsync();
            Assert.True(await Task.WhenAny(running, death) == death, "It lived to the end of the script, which makes more writes than that.");
            output.WriteLine($"write {sync}: died with {acknowledged.Count} acknowledged, {sink.Effects.Count} effects seen");
            await using var next = await AppProcess.StartAsync(place);
            // The same script goes on: whatever request had no answer is asked again.
            await running;
            await new ChaosClient(next.Client).RestAsync(Cancelled);
            await ChaosClient.UntilAsync("no message is on its way", () => Task.FromResult(Pending(place) == 0), Cancelled);
            Assert.Equal(0, await next.StopAsync());
        }
        using var stored = new StoredRun(place.Database);
        Assert.Empty(Invariants.Check(stored.Evidence(acknowledged, sink)));
        Assert.Equal(script.Length, acknowledged.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    public async Task Server_that_dies_while_it_makes_its_database_makes_it_at_the_next_start(int sync)
    {
        Tool.Require("strace");
        using var place = new AppPlace();
        await using (var dying = AppProcess.Launch(place, DyingAt(sync))) Assert.False(await dying.ListensAsync(), "A new database takes fewer writes than that.");

        await using (var next = await AppProcess.StartAsync(place))
        {
            await new ChaosClient(next.Client).CreateAsync(ChaosWorkflows.Pure, Cancelled);
            Assert.Equal(0, await next.StopAsync());
        }
        using var stored = new StoredRun(place.Database);
        Assert.Empty(stored.Problems());
        Assert.Single(stored.Shapes());
    }

    private static int Pending(AppPlace place)
    {
        using var stored = new StoredRun(place.Database);
        return stored.PendingDeliveries();
    }

    /// <summary>Three workflows, executed one after the other with webhook messages, as many rounds as it takes.</summary>
    private sealed class Script(ChaosClient client, EffectSink sink, int rounds)
    {
        /// <summary>Of one round: each execution accepted, started and ended, at the very least; how many writes go together is a matter of chance.</summary>
        public const int LeastWrites = 9;

        private readonly string[] definitions = [ChaosWorkflows.Pure, ChaosWorkflows.Flaky(sink), ChaosWorkflows.Parallel(sink)];

        public int Length => rounds * definitions.Length;

        public async Task RunAsync(Dictionary<string, string> acknowledged, CancellationToken cancellationToken)
        {
            var workflows = new List<string>();
            foreach (var definition in definitions) workflows.Add(await client.CreateAsync(definition, cancellationToken));
            for (var n = 0; n < Length; n++)
            {
                var key = $"script-{n}";
                acknowledged[key] = await client.ExecuteAsync(workflows[n % workflows.Count], key, new Uri(sink.Address, "webhook").ToString(), cancellationToken);
                await client.EndAsync(acknowledged[key], cancellationToken);
            }
        }
    }
}
