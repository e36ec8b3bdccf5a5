using DataFlow.Engine.Executions;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Chaos;

/// <summary>A task whose every attempt is the death of the server.</summary>
[Collection(ChaosTests.Name)]
public sealed class CrashLoopTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_task_that_kills_the_server_is_given_up_after_three_deaths_and_the_others_go_on()
    {
        await using var sink = await EffectSink.StartAsync();
        using var place = new AppPlace();
        using var http = AppProcess.NewClient(place.Address);
        var client = new ChaosClient(http);
        AppProcess? server = null;
        sink.OnEffect = effect =>
        {
            if (effect.Path == "/deadly") server!.Send(AppProcess.Signal.Kill);
            return Task.FromResult(200);
        };

        server = await AppProcess.StartAsync(place);
        var waiting = await client.CreateAsync(ChaosWorkflows.Wait(sink), Cancelled);
        var deadly = await client.CreateAsync(ChaosWorkflows.EffectAt("/deadly", sink), Cancelled);
        var keys = new Dictionary<string, string> { ["bystander"] = await client.ExecuteAsync(waiting, "bystander", null, Cancelled) };
        keys["deadly"] = await client.ExecuteAsync(deadly, "deadly", null, Cancelled);
        for (var death = 1; death <= ExecutionDecider.MostDeaths; death++)
        {
            // By the sink, which has seen the effect: the death falls between the effect and its record.
            await server.EndAsync();
            await server.DisposeAsync();
            Assert.Equal(death, sink.CountOf($"{keys["deadly"]}.effect"));
            server = AppProcess.Launch(place);
        }
        Assert.True(await server.ListensAsync(), server.Output);
        keys["later"] = await client.ExecuteAsync(waiting, "later", null, Cancelled);
        await client.RestAsync(Cancelled);

        var given = await client.EndAsync(keys["deadly"], Cancelled);
        Assert.Equal("FAILED", given.GetProperty("status").GetString());
        Assert.Equal("crash_loop", given.GetProperty("error").GetProperty("code").GetString());
        foreach (var other in (string[])["bystander", "later"])
            Assert.Equal("COMPLETED", (await client.EndAsync(keys[other], Cancelled)).GetProperty("status").GetString());
        Assert.Equal(0, await server.StopAsync());
        await server.DisposeAsync();
        using var stored = new StoredRun(place.Database);
        Assert.Empty(Invariants.Check(stored.Evidence(keys, sink)));
        Assert.Equal(ExecutionDecider.MostDeaths, sink.CountOf($"{keys["deadly"]}.effect"));
    }
}
