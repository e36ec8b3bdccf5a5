using System.Net;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.InMemory;
using DataFlow.Engine.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookFairnessTests
{
    private const string Dead = "https://dead.example.com/hook";

    [Fact]
    public async Task A_dead_host_costs_a_probe_now_and_then_and_delays_nobody_else()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = (message, stop) => message.Url == Dead ? ScriptedReceiver.Hang(message, stop) : ScriptedReceiver.Answer(HttpStatusCode.OK)(message, stop);
        await harness.CommitAsync(Dead, count: 2_000);
        await ArrivalAsync(harness, message => message.Url == Dead);

        var delays = new List<TimeSpan>();
        for (var second = 0; second < 240; second++)
        {
            var committed = harness.Clock.GetUtcNow();
            var id = Assert.Single(await harness.CommitAsync($"https://live-{second % 7}.example.com/hook"));
            delays.Add((await ArrivalAsync(harness, message => message.Id == id)).At - committed);
            harness.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(delays.Order().ElementAt(delays.Count * 95 / 100), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        // Two at once until the fifth failure in a row, one probe now and then after it: in four minutes a handful, not 24.
        Assert.InRange(harness.Receiver.All.Count(message => message.Url == Dead), 6, 10);
    }

    [Fact]
    public async Task While_ten_thousand_messages_wait_for_a_real_host_that_never_answers_others_arrive_in_their_order()
    {
        await using var sink = await HostileSink.StartAsync();
        using var silent = HostilePeer.Silent();
        var database = new InMemoryDatabase();
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddSingleton<IIdGenerator, RandomIdGenerator>()
            .AddSingleton<ISecretProtector, KeyRing>()
            .AddSingleton<IWebhookStore>(new InMemoryWebhookStore(database))
            .AddSingleton<IExecutionStore>(new InMemoryExecutionStore(database))
            .AddLoopbackEgress()
            .AddWebhooks()
            .BuildServiceProvider();
        await Outbox.CommitAsync(database, HostilePeer.UrlOf(silent), 10_000, TimeProvider.System.GetUtcNow());
        var dispatcher = services.GetServices<IHostedService>().OfType<WebhookDispatcher>().Single();
        await dispatcher.StartAsync(TestContext.Current.CancellationToken);

        for (var message = 0; message < 100; message++)
        {
            var id = Assert.Single(await Outbox.CommitAsync(database, $"{sink.Http}/hook", 1, TimeProvider.System.GetUtcNow()));
            services.GetRequiredService<IWebhookSignal>().Raise();
            var arrived = await sink.Arrived.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest, TestContext.Current.CancellationToken);
            Assert.Equal(id, arrived.Id);
        }

        silent.Stop();
        await dispatcher.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_hosts_pause_counts_from_its_last_failure_however_late_the_loop_hears_of_it()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Break;
        var failures = 0;
        harness.Store.OnRecorded = () =>
        {
            if (Interlocked.Increment(ref failures) == 5) harness.Clock.Advance(TimeSpan.FromMinutes(10));
        };
        await harness.CommitAsync(Dead, count: 6);
        for (var message = 0; message < 5; message++)
            await harness.Receiver.NextAsync();

        // The pause of half a minute went by while the fifth failure was stored: nothing keeps the sixth back any more.
        await harness.Receiver.NextAsync();
    }

    [Fact]
    public async Task A_dead_hosts_backlog_goes_out_when_it_is_back()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Break;
        await harness.CommitAsync(Dead, count: 200);
        for (var failure = 0; failure < 5; failure++)
            await harness.Store.NextAsync();

        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.OK);
        var delivered = new HashSet<string>();
        while (delivered.Count < 200)
        {
            var recorded = await harness.DriveAsync(harness.Store.NextAsync());
            if (recorded.Status is DeliveryStatus.Delivered)
                delivered.Add(recorded.DeliveryId);
        }

        Assert.Equal(200, harness.Receiver.All.Select(message => message.Id).Distinct().Count());
    }

    [Fact]
    public async Task No_more_attempts_are_under_way_than_allowed_to_one_host_and_in_all()
    {
        await using var harness = await WebhookHarness.StartAsync(configure: options => (options.Concurrency, options.PerHostConcurrency) = (5, 2));
        var (underWay, most, mostPerHost) = (0, 0, 0);
        var perHost = new Dictionary<string, int>();
        harness.Receiver.Behaviour = async (message, _) =>
        {
            lock (perHost)
            {
                most = Math.Max(most, ++underWay);
                mostPerHost = Math.Max(mostPerHost, perHost[message.Url] = perHost.GetValueOrDefault(message.Url) + 1);
            }

            await Task.Yield();
            lock (perHost)
            {
                underWay--;
                perHost[message.Url]--;
            }

            return new HttpResponseMessage(HttpStatusCode.OK);
        };

        foreach (var host in Enumerable.Range(1, 10))
            await harness.CommitAsync($"https://host-{host}.example.com/", count: 30);
        foreach (var _ in Enumerable.Range(0, 300))
            await harness.Store.NextAsync();

        Assert.Equal(300, harness.Receiver.All.Select(message => message.Id).Distinct().Count());
        Assert.InRange(most, 2, 5);
        Assert.InRange(mostPerHost, 1, 2);
    }

    [Fact]
    public void The_default_options_leave_room_for_many_hosts() =>
        Assert.True(new WebhookOptions() is var options && options.Concurrency >= 16 * options.PerHostConcurrency);

    private static async Task<Received> ArrivalAsync(WebhookHarness harness, Func<Received, bool> wanted)
    {
        while (true)
        {
            var message = await harness.Receiver.NextAsync();
            if (wanted(message))
                return message;
        }
    }
}
