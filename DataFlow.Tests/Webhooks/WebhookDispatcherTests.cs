using System.Net;
using System.Net.Http.Headers;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Webhooks;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookDispatcherTests
{
    private static readonly TimeSpan[] Schedule =
    [
        TimeSpan.Zero, TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5),
        TimeSpan.FromHours(10), TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24),
    ];

    public static TheoryData<string, double> Failures
    {
        get
        {
            var data = new TheoryData<string, double>();
            foreach (var failure in new[] { "500", "404", "302", "timeout", "break" })
            {
                foreach (var chance in new[] { 0.0, 0.5, 0.999 })
                    data.Add(failure, chance);
            }

            return data;
        }
    }

    [Fact]
    public async Task A_committed_message_is_sent_at_once_signed_and_recorded()
    {
        await using var harness = await WebhookHarness.StartAsync();
        var committed = harness.Clock.GetUtcNow();
        var id = Assert.Single(await harness.CommitAsync());

        var message = await harness.Receiver.NextAsync();
        var recorded = await harness.Store.NextAsync();

        Assert.Equal((id, WebhookHarness.Url, committed), (message.Id, message.Url, message.At));
        Assert.True(StandardWebhooksReceiver.Accepts(await SecretAsync(harness), message.Id, message.Timestamp, message.Signature, message.Body, committed));
        Assert.Equal((await harness.DeliveryAsync(id)).Body.ToArray(), message.Body);
        Assert.Equal((DeliveryStatus.Delivered, 200, "noted", null), (recorded.Status, recorded.Attempt.StatusCode, recorded.Attempt.ResponseBody, recorded.NextAttemptAt));
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_message_that_fails_is_sent_exactly_ten_times_on_schedule_with_the_same_id_and_bytes(string failure, double chance)
    {
        await using var harness = await WebhookHarness.StartAsync(chance);
        harness.Receiver.Behaviour = Fails(failure);
        await harness.CommitAsync();

        var attempts = new List<Received>();
        for (Recorded? recorded = null; recorded?.Status is null or DeliveryStatus.Pending;)
        {
            if (recorded is not null)
                await harness.ReachAsync(recorded.NextAttemptAt);
            attempts.Add(await harness.Receiver.NextAsync());
            if (failure == "timeout")
                await harness.Clock.ReachAsync(attempts[^1].At.AddSeconds(20));
            recorded = await harness.Store.NextAsync();
        }

        await QuietAsync(harness, TimeSpan.FromDays(30));
        Assert.Equal(10, harness.Receiver.All.Count(message => message.Id == attempts[0].Id));
        var previous = attempts[0].At;
        foreach (var (attempt, wait) in attempts.Zip(Schedule))
        {
            Assert.InRange((attempt.At - previous).TotalSeconds, wait.TotalSeconds * 0.8, (wait.TotalSeconds * 1.2) + (failure == "timeout" ? 20 : 0));
            previous = attempt.At;
        }

        var secret = await SecretAsync(harness);
        Assert.All(attempts, attempt =>
        {
            Assert.Equal(attempts[0].Id, attempt.Id);
            Assert.Equal(attempts[0].Body, attempt.Body);
            Assert.True(StandardWebhooksReceiver.Accepts(secret, attempt.Id, attempt.Timestamp, attempt.Signature, attempt.Body, attempt.At));
            Assert.Equal($"{attempt.At.ToUnixTimeSeconds()}", attempt.Timestamp);
        });
    }

    [Fact]
    public async Task What_comes_due_between_a_look_and_the_wait_for_it_is_sent_at_once()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.InternalServerError);
        harness.Store.OnNextDue = next =>
        {
            if (next > harness.Clock.GetUtcNow()) harness.Clock.SetUtcNow(next.Value);
        };
        await harness.CommitAsync();

        // Nobody moves the clock once the next is due, and nobody tells.
        for (var attempt = 1; attempt <= 10; attempt++) await harness.Receiver.NextAsync();
    }

    [Theory]
    [InlineData(200)]
    [InlineData(202)]
    [InlineData(204)]
    [InlineData(299)]
    public async Task Any_2xx_is_an_acceptance(int status)
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Answer((HttpStatusCode)status);
        await harness.CommitAsync();

        Assert.Equal(DeliveryStatus.Delivered, (await harness.Store.NextAsync()).Status);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(304)]
    [InlineData(308)]
    [InlineData(400)]
    [InlineData(503)]
    public async Task Anything_else_is_a_failure_with_its_status(int status)
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Answer((HttpStatusCode)status, response => response.Headers.Location = new Uri("https://example.com/elsewhere"));
        await harness.CommitAsync();

        var recorded = await harness.Store.NextAsync();

        Assert.Equal((DeliveryStatus.Pending, status, null), (recorded.Status, recorded.Attempt.StatusCode, recorded.Attempt.Error));
        Assert.Single(harness.Receiver.All);
    }

    [Fact]
    public async Task Gone_ends_the_delivery_and_disables_the_endpoint()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.Gone);
        await harness.CommitAsync();
        Assert.Equal(DeliveryStatus.Failed, (await harness.Store.NextAsync()).Status);
        Assert.Equal(WebhookHarness.Url, await harness.Store.NextDisabledAsync());

        await harness.CommitAsync();
        await QuietAsync(harness, TimeSpan.FromDays(1));

        Assert.NotNull((await harness.EndpointAsync()).DisabledAt);
        Assert.Single(harness.Receiver.All, message => message.Url == WebhookHarness.Url);
    }

    [Theory]
    [InlineData(429, 3_600, 3_600)]
    [InlineData(502, 3_600, 3_600)]
    [InlineData(503, 3_600, 3_600)]
    [InlineData(504, 3_600, 3_600)]
    [InlineData(429, 1, 5)]
    [InlineData(429, 1_000_000, 86_400)]
    [InlineData(500, 3_600, 5)]
    public async Task Retry_After_is_honoured_where_it_means_slow_down(int status, int askedSeconds, int expectedSeconds)
    {
        await using var harness = await WebhookHarness.StartAsync();
        foreach (var value in new[] { new RetryConditionHeaderValue(TimeSpan.FromSeconds(askedSeconds)), new(harness.Clock.GetUtcNow().AddSeconds(askedSeconds)) })
        {
            harness.Receiver.Behaviour = ScriptedReceiver.Answer((HttpStatusCode)status, response => response.Headers.RetryAfter = value);
            await harness.CommitAsync($"https://{value.Delta is null}.example.com");

            Assert.Equal(harness.Clock.GetUtcNow().AddSeconds(expectedSeconds), (await harness.Store.NextAsync()).NextAttemptAt);
        }
    }

    [Fact]
    public async Task No_answer_in_20_seconds_is_the_failure_timeout()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Hang;
        await harness.CommitAsync();
        var sent = await harness.Receiver.NextAsync();
        await harness.Clock.ReachAsync(sent.At.AddSeconds(20));

        var recorded = await harness.Store.NextAsync();

        Assert.Equal((null, "timeout", 20_000, sent.At), (recorded.Attempt.StatusCode, recorded.Attempt.Error, recorded.Attempt.DurationMilliseconds, recorded.Attempt.At));
    }

    [Fact]
    public async Task An_endpoint_that_only_fails_for_5_days_gets_nothing_more()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = Fails("500");
        await harness.CommitAsync();
        await harness.Store.NextAsync();
        harness.Advance(TimeSpan.FromDays(4.9));
        await harness.Store.NextAsync();
        await QuietAsync(harness, TimeSpan.FromSeconds(1));
        Assert.Null((await harness.EndpointAsync()).DisabledAt);

        harness.Advance(TimeSpan.FromDays(0.2));

        Assert.Equal(WebhookHarness.Url, await harness.Store.NextDisabledAsync());
        Assert.Equal(harness.Clock.GetUtcNow(), (await harness.EndpointAsync()).DisabledAt);
    }

    [Fact]
    public async Task One_success_keeps_an_endpoint_from_being_disabled()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Receiver.Behaviour = Fails("500");
        await harness.CommitAsync();
        await harness.Store.NextAsync();
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.OK);
        await harness.CommitAsync();
        await harness.Store.NextAsync();
        Assert.Null((await harness.EndpointAsync()).FailingSince);

        harness.Receiver.Behaviour = Fails("500");
        harness.Advance(TimeSpan.FromDays(6));
        await harness.Store.NextAsync();
        await QuietAsync(harness, TimeSpan.FromSeconds(1));

        Assert.Null((await harness.EndpointAsync()).DisabledAt);
    }

    [Fact]
    public async Task A_secret_whose_key_is_lost_is_a_failure_until_the_key_is_back()
    {
        await using var harness = await WebhookHarness.StartAsync();
        harness.Keys.IsLost = true;
        await harness.CommitAsync();
        var recorded = await harness.Store.NextAsync();
        Assert.Equal((DeliveryStatus.Pending, "secret_unreadable"), (recorded.Status, recorded.Attempt.Error));
        Assert.Empty(harness.Receiver.All);
        Assert.Equal("secret_unreadable", (await harness.Deliveries.GetSecretAsync(WebhookHarness.Url, TestContext.Current.CancellationToken)).Refusal?.Code);

        harness.Keys.IsLost = false;
        await harness.ReachAsync(recorded.NextAttemptAt);

        Assert.Equal(DeliveryStatus.Delivered, (await harness.Store.NextAsync()).Status);
    }

    [Fact]
    public async Task A_secret_is_untold_until_somebody_asks_for_it()
    {
        await using var harness = await WebhookHarness.StartAsync();
        await harness.CommitAsync();
        await harness.Store.NextAsync();
        Assert.True((await harness.EndpointAsync()).IsSecretUntold);

        var told = await SecretAsync(harness);

        Assert.False((await harness.EndpointAsync()).IsSecretUntold);
        Assert.Equal(told, await SecretAsync(harness));
    }

    [Fact]
    public async Task During_a_rotation_messages_carry_a_signature_for_each_secret()
    {
        await using var harness = await WebhookHarness.StartAsync();
        WebhookSecret[] secrets = [WebhookSecret.Generate(), WebhookSecret.Generate()];
        await harness.Store.GetOrAddEndpointAsync(WebhookHarness.Url, "we-1", harness.Keys.Protect(WebhookSecrets.Of(secrets).Format()), harness.Clock.GetUtcNow(), TestContext.Current.CancellationToken);
        await harness.CommitAsync();

        var message = await harness.Receiver.NextAsync();

        Assert.Equal(secrets[0].Reveal(), await SecretAsync(harness));
        Assert.All(secrets, secret => Assert.True(StandardWebhooksReceiver.Accepts(secret.Reveal(), message.Id, message.Timestamp, message.Signature, message.Body, message.At)));
    }

    private static Behaviour Fails(string how) => how switch
    {
        "timeout" => ScriptedReceiver.Hang,
        "break" => ScriptedReceiver.Break,
        _ => ScriptedReceiver.Answer((HttpStatusCode)int.Parse(how)),
    };

    private static async Task<string> SecretAsync(WebhookHarness harness) =>
        (await harness.Deliveries.GetSecretAsync(WebhookHarness.Url, TestContext.Current.CancellationToken)).Value!;

    // A message to somebody else that goes through and back is the proof that whatever else was due has been looked at.
    private static async Task QuietAsync(WebhookHarness harness, TimeSpan time)
    {
        var behaviour = harness.Receiver.Behaviour;
        harness.Receiver.Behaviour = ScriptedReceiver.Answer(HttpStatusCode.OK);
        harness.Advance(time);
        foreach (var round in Enumerable.Range(1, 2))
        {
            var id = Assert.Single(await harness.CommitAsync($"https://quiet-{round}.example.net"));
            while ((await harness.Store.NextAsync()).DeliveryId != id)
            {
            }
        }

        harness.Receiver.Behaviour = behaviour;
    }
}
