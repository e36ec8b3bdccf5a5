using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Chaos;

/// <summary>The real server, killed again and again while clients keep it busy.</summary>
[Collection(ChaosTests.Name)]
public sealed class KillTests(ITestOutputHelper output)
{
    private static readonly TimeSpan s_mostDelay = TimeSpan.FromSeconds(5);

    [Fact(Timeout = 600_000)]
    public async Task Server_killed_at_random_moments_under_load_loses_and_repeats_nothing()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var seed = ChaosSettings.Seed;
        output.WriteLine($"CHAOS_SEED={seed} CHAOS_KILLS={ChaosSettings.Kills}");
        var random = new Random(seed);
        await using var sink = await EffectSink.StartAsync();
        sink.OnEffect = BehaveAsync;
        using var place = new AppPlace();
        using var http = AppProcess.NewClient(place.Address);
        var client = new ChaosClient(http);
        using var enough = new CancellationTokenSource();
        var lives = ImmutableArray.CreateBuilder<Lifetime>();

        var server = await StartAsync(place);
        var workflows = new List<string>();
        foreach (var definition in ChaosWorkflows.All(sink)) workflows.Add(await client.CreateAsync(definition, cancellationToken));
        var load = new Load(client, workflows, new Uri(sink.Address, "webhook").ToString(), seed);
        var clients = load.RunAsync(enough.Token, cancellationToken);
        for (var kill = 0; kill < ChaosSettings.Kills; kill++)
        {
            var duringStart = kill > 0 && random.Next(5) == 0;
            if (!duringStart) await WaitToListenAsync(server);
            // Long enough to be at work again, short enough to die at something else each time.
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(100, 1_500)), TimeProvider.System, cancellationToken);
            await server.KillAsync();
            lives.Add(new Lifetime(server.ListeningAt == default ? null : server.ListeningAt, TimeProvider.System.GetUtcNow()));
            await server.DisposeAsync();
            server = Launch(place);
        }
        await WaitToListenAsync(server);
        await enough.CancelAsync();
        await clients;
        await client.RestAsync(cancellationToken);
        using (var stored = new StoredRun(place.Database))
            await ChaosClient.UntilAsync("no message is on its way", () => Task.FromResult(stored.PendingDeliveries() == 0), cancellationToken);
        await AssertAllEndedByApiAsync(client, load, cancellationToken);
        Assert.Equal(0, await server.StopAsync());
        lives.Add(new Lifetime(server.ListeningAt, TimeProvider.System.GetUtcNow()));
        await server.DisposeAsync();

        var evidence = Collect(place, sink, load);
        var resumptions = Lifetimes.Resumptions(lives.DrainToImmutable(), evidence.Executions).ToList();
        Report(evidence, sink, resumptions);
        Assert.True(Invariants.Check(evidence) is [], $"CHAOS_SEED={seed}\n{string.Join('\n', Invariants.Check(evidence).Take(20))}");
        Assert.True(resumptions.Count > 0, "No kill hit an attempt: the test proved nothing.");
        Assert.True(sink.Messages.Count > 0, "No webhook message arrived: the test proved nothing.");
        Assert.True(resumptions.Max(resumption => resumption.Listened) < s_mostDelay, $"CHAOS_SEED={seed}\n{resumptions.MaxBy(resumption => resumption.Listened)}");
        Assert.All(evidence.Executions.SelectMany(execution => execution.Of<ExecutionFailed>()), failed => Assert.Equal("crash_loop", failed.Failure.Code));
    }

    /// <summary>Takes some milliseconds, so that a kill may find an effect that is seen and not yet recorded.</summary>
    private static async Task<int> BehaveAsync(Effect effect)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(5 + (effect.Key.Length + effect.Key[^5]) % 40), TimeProvider.System);
        return effect.Path switch
        {
            "/flaky" when effect.Number == 1 => 503,
            "/broken" => 500,
            _ => 200,
        };
    }

    private static AppProcess Launch(AppPlace place) => AppProcess.Launch(place, null, "DataFlow__Webhooks__PerHostConcurrency=16");

    private static async Task<AppProcess> StartAsync(AppPlace place)
    {
        var server = Launch(place);
        await WaitToListenAsync(server);
        return server;
    }

    private static async Task WaitToListenAsync(AppProcess server) =>
        Assert.True(await server.ListensAsync(), $"The server did not start.\n{server.Output}\n{server.Errors}");

    private static async Task AssertAllEndedByApiAsync(ChaosClient client, Load load, CancellationToken cancellationToken)
    {
        var statuses = new Dictionary<string, string>();
        for (string? cursor = ""; cursor is not null;)
        {
            var page = await client.GetAsync($"/executions?limit=100{(cursor.Length > 0 ? "&cursor=" + Uri.EscapeDataString(cursor) : "")}", cancellationToken);
            foreach (var row in page.GetProperty("executions").EnumerateArray()) statuses.Add(row.GetProperty("execution_id").GetString()!, row.GetProperty("status").GetString()!);
            cursor = page.GetProperty("next_cursor").GetString();
        }
        Assert.All(load.Acknowledged.Values, id => Assert.Contains(statuses.GetValueOrDefault(id, "lost"), (string[])["COMPLETED", "FAILED"]));
    }

    private static Evidence Collect(AppPlace place, EffectSink sink, Load load)
    {
        using var stored = new StoredRun(place.Database);
        return stored.Evidence(load.Acknowledged, sink) with { Sightings = [.. load.Sightings] };
    }

    private void Report(Evidence evidence, EffectSink sink, List<Resumption> resumptions)
    {
        output.WriteLine($"{evidence.Executions.Length} executions: {string.Join(", ", evidence.Executions.CountBy(execution => execution.Status))}");
        output.WriteLine($"{sink.Effects.Count} effects, {sink.Effects.Count(effect => effect.Number > 1)} of them repetitions; {sink.Messages.Count} messages, {sink.Messages.Count - sink.Messages.DistinctBy(message => message.Id).Count()} of them repetitions");
        output.WriteLine($"{resumptions.Count} attempts cut short, taken up at the latest {resumptions.Select(resumption => resumption.Listened.TotalMilliseconds).DefaultIfEmpty().Max():0} ms after listening; {evidence.Sightings.Length} outputs seen");
    }
}
