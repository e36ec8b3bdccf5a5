using System.Text;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Webhooks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookSenderTests : IAsyncLifetime
{
    private readonly DrivenClock clock = new();
    private ServiceProvider services = null!;
    private HostileSink sink = null!;

    public async ValueTask InitializeAsync()
    {
        sink = await HostileSink.StartAsync();
        services = new ServiceCollection().AddSingleton<TimeProvider>(clock).AddLoopbackEgress().BuildServiceProvider();
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await sink.DisposeAsync();
    }

    [Theory]
    [InlineData(200, true, false)]
    [InlineData(500, false, false)]
    [InlineData(410, false, true)]
    public async Task An_answer_is_logged_with_its_status_and_first_kilobyte(int status, bool accepted, bool gone)
    {
        var outcome = await SendAsync($"{sink.Http}/answer/{status}");

        Assert.Equal((status, null, accepted, gone, true), (outcome.Attempt.StatusCode, outcome.Attempt.Error, outcome.IsAccepted, outcome.IsGone, outcome.HostReached));
        Assert.Equal(new string('ž', 512), outcome.Attempt.ResponseBody);
    }

    [Fact]
    public async Task A_429_tells_how_long_to_wait() =>
        Assert.Equal(TimeSpan.FromMinutes(2), (await SendAsync($"{sink.Http}/slow-down")).RetryAfter);

    [Fact]
    public async Task A_redirect_is_a_failure_and_is_not_followed()
    {
        var outcome = await SendAsync($"{sink.Http}/redirect");

        Assert.Equal((307, false), (outcome.Attempt.StatusCode, outcome.IsAccepted));
        Assert.Equal(0, sink.Redirected);
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(500, false)]
    public async Task A_reply_that_drips_is_cut_off_after_20_seconds_and_its_status_counts(int status, bool accepted)
    {
        var at = clock.GetUtcNow();
        var sending = SendAsync($"{sink.Http}/drip/{status}");
        // Egress has begun to count how long the body says nothing: the status has come in.
        await clock.AwaitedAsync(at.AddSeconds(new EgressOptions().IdleSeconds));
        Assert.False(sending.IsCompleted);
        await clock.ReachAsync(at.AddSeconds(20));

        var outcome = await sending;

        Assert.Equal((status, accepted), (outcome.Attempt.StatusCode, outcome.IsAccepted));
        await sink.Aborted;
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(500, false)]
    public async Task A_reply_of_a_gigabyte_is_hung_up_on(int status, bool accepted)
    {
        var (listener, taken) = HostilePeer.Gigabyte(status);
        using var _ = listener;

        var outcome = await SendAsync(HostilePeer.UrlOf(listener));

        Assert.Equal((status, accepted, new string('\uFFFD', 1_024)), (outcome.Attempt.StatusCode, outcome.IsAccepted, outcome.Attempt.ResponseBody));
        // What lies in the buffers of both sockets cannot be taken back.
        Assert.InRange(await taken.WaitAsync(Patience.Longest, TestContext.Current.CancellationToken), 16 * 1024, 30_000_000);
    }

    [Fact]
    public async Task A_receiver_that_never_answers_is_a_timeout_after_20_seconds()
    {
        using var silent = HostilePeer.Silent();
        var at = clock.GetUtcNow();
        var sending = SendAsync(HostilePeer.UrlOf(silent));
        await clock.ReachAsync(at.AddSeconds(20));

        AssertFailed("timeout", false, await sending);
    }

    [Fact]
    public async Task A_reset_connection_is_a_failure()
    {
        using var resetting = HostilePeer.Resetting();

        AssertFailed("connection_lost", false, await SendAsync(HostilePeer.UrlOf(resetting)));
    }

    [Fact]
    public async Task A_closed_port_is_a_failure()
    {
        var closed = HostilePeer.Silent();
        var url = HostilePeer.UrlOf(closed);
        closed.Dispose();

        AssertFailed("connect_failed", false, await SendAsync(url));
    }

    [Fact]
    public async Task A_certificate_nobody_trusts_is_a_failure() => AssertFailed("tls_failed", false, await SendAsync($"{sink.Https}/answer/200"));

    [Fact]
    public async Task A_private_address_is_denied_and_says_nothing_about_the_host() => AssertFailed("egress_denied", null, await SendAsync("http://10.9.9.9/"));

    [Theory]
    [InlineData("")]
    [InlineData("/relative")]
    [InlineData("http://")]
    public async Task A_url_that_is_none_is_a_failure(string url) => Assert.NotNull((await SendAsync(url)).Attempt.Error);

    [Fact]
    public async Task A_stop_cuts_an_attempt_short_without_an_outcome()
    {
        using var silent = HostilePeer.Silent();
        using var stop = new CancellationTokenSource();
        var sending = SendAsync(HostilePeer.UrlOf(silent), stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    private static void AssertFailed(string code, bool? reached, SendOutcome outcome) =>
        Assert.Equal((code, null, null, reached, false), (outcome.Attempt.Error, outcome.Attempt.StatusCode, outcome.Attempt.ResponseBody, outcome.HostReached, outcome.IsAccepted));

    private Task<SendOutcome> SendAsync(string url, CancellationToken? stop = null)
    {
        var sender = new WebhookSender(services.GetRequiredService<IEgressClientFactory>(), clock, Options.Create(new WebhookOptions()));
        var delivery = new WebhookDelivery("msg_1", "ex-1a2b3c4d", 2, url, "execution.started", Encoding.UTF8.GetBytes("{}"), clock.GetUtcNow(), DeliveryStatus.Pending, 0, clock.GetUtcNow(), []);
        return sender.SendAsync(delivery, WebhookSecrets.Generate(), stop ?? TestContext.Current.CancellationToken);
    }
}
