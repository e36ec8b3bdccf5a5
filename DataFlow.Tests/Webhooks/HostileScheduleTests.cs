using DataFlow.Engine.Egress;
using DataFlow.Engine.Storage;

namespace DataFlow.Tests.Webhooks;

/// <summary>Every wrong thing a receiver can do, on real sockets and through the whole schedule of three days, which a driven clock makes pass.</summary>
public sealed class HostileScheduleTests
{
    /// <summary>Seconds a receiver has to answer; the slow ones take longer.</summary>
    private const int Patient = 20;

    private static readonly TimeSpan[] s_waits =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    private static readonly Dictionary<string, (Hostility Behaviour, int? Status, string? Error, bool TakesTime)> s_hosts = new()
    {
        ["500"] = (HostileHost.Answering(500), 500, null, false),
        ["a redirect"] = (HostileHost.Redirecting, 307, null, false),
        ["no answer in 25 s"] = (HostileHost.Silent, null, "timeout", true),
        ["a reset"] = (HostileHost.Resetting, null, "connection_lost", false),
        ["a body that drips"] = (HostileHost.Dripping, 500, null, true),
        ["a body of a gigabyte"] = (HostileHost.Gigabyte, 500, null, false),
        ["a body without end"] = (HostileHost.Endless, 500, null, false),
        ["a certificate nobody trusts"] = (HostileHost.Untrusted, null, "tls_failed", false),
    };

    public static TheoryData<string> Hosts => [.. s_hosts.Keys];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Hosts))]
    public async Task Ten_attempts_are_made_at_their_times_and_then_it_is_given_up_for_everybody_to_see(string name)
    {
        var (behaviour, status, error, takesTime) = s_hosts[name];
        await using var host = new HostileHost(behaviour, error == "tls_failed" ? "https" : "http");
        await using var harness = await WebhookHarness.StartAsync(realSockets: true);
        var id = Assert.Single(await harness.CommitAsync(host.Url));

        var attempts = new List<Recorded>();
        do
        {
            if (attempts.Count > 0) await harness.ReachAsync(attempts[^1].NextAttemptAt);
            if (takesTime)
            {
                await host.NextRequestAsync();
                // Egress has begun to count how long the body says nothing: the status has come in.
                if (status is not null) await harness.Clock.AwaitedAsync(harness.Clock.GetUtcNow().AddSeconds(new EgressOptions().IdleSeconds));
                await harness.Clock.ReachAsync(harness.Clock.GetUtcNow().AddSeconds(Patient));
            }
            attempts.Add(await harness.Store.NextAsync());
            if (name.StartsWith("a body of", StringComparison.Ordinal)) Assert.Equal(16 * 1024, await host.NextBodyAsync());
            // What lies in the socket's buffers cannot be taken back; a megabyte is what the platform would read to save the connection.
            if (name.StartsWith("a body without", StringComparison.Ordinal)) Assert.InRange(await host.NextBodyAsync(), 16 * 1024, 1_000_000);
        }
        while (attempts[^1].Status == DeliveryStatus.Pending);

        Assert.All(attempts, attempt => Assert.Equal((status, error), (attempt.Attempt.StatusCode, attempt.Attempt.Error)));
        AssertWaits(attempts, s_waits);
        Assert.Equal(10, host.Connections);
        await AssertGivenUpAsync(harness, id, 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.999)]
    public async Task Waits_are_drawn_around_the_schedule(double chance)
    {
        await using var host = new HostileHost(HostileHost.Answering(500));
        await using var harness = await WebhookHarness.StartAsync(chance, realSockets: true);
        await harness.CommitAsync(host.Url);

        AssertWaits(await FollowAsync(harness), s_waits);
    }

    [Theory]
    [InlineData(600)]
    [InlineData(1_000_000)]
    public async Task A_receiver_that_asks_for_time_gets_it_up_to_a_day_and_never_less_than_the_schedule_gives(int seconds)
    {
        await using var host = new HostileHost(HostileHost.Answering(429, $"Retry-After: {seconds}\r\n"));
        // Nine days of failures would disable it before the last attempt.
        await using var harness = await WebhookHarness.StartAsync(configure: options => options.DisableAfterDays = 30, realSockets: true);
        var id = Assert.Single(await harness.CommitAsync(host.Url));

        var attempts = await FollowAsync(harness);

        var asked = TimeSpan.FromSeconds(Math.Min(seconds, 86_400));
        for (var i = 0; i < s_waits.Length; i++)
            if (asked > s_waits[i] * 1.2) Assert.Equal(asked, Wait(attempts, i));
        AssertWaits(attempts, [.. s_waits.Select(wait => wait > asked ? wait : asked)]);
        await AssertGivenUpAsync(harness, id, 10);
    }

    [Fact]
    public async Task A_receiver_that_is_gone_is_asked_once_and_its_webhook_disabled()
    {
        await using var host = new HostileHost(HostileHost.Answering(410));
        await using var harness = await WebhookHarness.StartAsync(realSockets: true);
        var id = Assert.Single(await harness.CommitAsync(host.Url));

        Assert.Equal(410, (await harness.Store.NextAsync()).Attempt.StatusCode);
        Assert.Equal(host.Url, await harness.Store.NextDisabledAsync());

        await AssertGivenUpAsync(harness, id, 1);
        Assert.Equal(WebhookDisabledReason.Gone, (await harness.EndpointAsync(host.Url)).DisabledReason);
        await harness.CommitAsync(host.Url);
        Assert.Null(await harness.Store.NextDueAsync(Token));
        Assert.Equal(1, host.Connections);
    }

    private static async Task<List<Recorded>> FollowAsync(WebhookHarness harness)
    {
        List<Recorded> attempts = [await harness.Store.NextAsync()];
        while (attempts[^1].NextAttemptAt is { } next)
        {
            await harness.ReachAsync(next);
            attempts.Add(await harness.Store.NextAsync());
        }
        return attempts;
    }

    /// <summary>From the end of an attempt to the next, which comes a millisecond after its time: timers round down.</summary>
    private static TimeSpan Wait(List<Recorded> attempts, int index) =>
        attempts[index + 1].Attempt.At - attempts[index].Attempt.At.AddMilliseconds(attempts[index].Attempt.DurationMilliseconds + 1);

    private static void AssertWaits(List<Recorded> attempts, TimeSpan[] waits)
    {
        Assert.Equal(waits.Length + 1, attempts.Count);
        for (var i = 0; i < waits.Length; i++) Assert.InRange(Wait(attempts, i), waits[i] * 0.8, waits[i] * 1.2);
    }

    private static async Task AssertGivenUpAsync(WebhookHarness harness, string id, int attempts)
    {
        var delivery = await harness.DeliveryAsync(id);
        Assert.Equal((DeliveryStatus.Failed, attempts, null), (delivery.Status, delivery.Attempts.Length, delivery.NextAttemptAt));
        Assert.Null(await harness.Store.NextDueAsync(Token));
        // It is said after it is on record.
        await harness.Logs.AwaitedAsync(line => line.Message.StartsWith($"Gave up webhook message {id}", StringComparison.Ordinal) && line.Message.Contains($"after {attempts} attempts", StringComparison.Ordinal));
    }
}
