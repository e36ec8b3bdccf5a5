using System.Text;
using DataFlow.Engine.Webhooks;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookSignerTests
{
    private const string Id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private const long Timestamp = 1614265330;
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(Timestamp);
    private static readonly byte[] Body = """{"test": 2432232314}"""u8.ToArray();

    [Fact]
    public void Sign_gives_the_signature_of_the_official_test_vector()
    {
        Assert.True(WebhookSecret.TryParse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", out var secret));

        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", WebhookSigner.Sign([secret], Id, Timestamp, Body));
    }

    [Fact]
    public void Sign_is_accepted_by_an_independent_receiver()
    {
        var secret = WebhookSecret.Generate();
        var signature = WebhookSigner.Sign([secret], Id, Timestamp, Body);

        Assert.True(StandardWebhooksReceiver.Accepts(secret.Reveal(), Id, $"{Timestamp}", signature, Body, At));
    }

    [Fact]
    public void Sign_leaves_nothing_that_can_be_changed_unnoticed()
    {
        var secret = WebhookSecret.Generate();
        var signature = WebhookSigner.Sign([secret], Id, Timestamp, Body);
        byte[] tampered = [.. Body];
        tampered[^2] ^= 1;

        Assert.False(StandardWebhooksReceiver.Accepts(secret.Reveal(), Id, $"{Timestamp}", signature, tampered, At));
        Assert.False(StandardWebhooksReceiver.Accepts(secret.Reveal(), Id + "x", $"{Timestamp}", signature, Body, At));
        Assert.False(StandardWebhooksReceiver.Accepts(secret.Reveal(), Id, $"{Timestamp + 1}", signature, Body, At));
        Assert.False(StandardWebhooksReceiver.Accepts(WebhookSecret.Generate().Reveal(), Id, $"{Timestamp}", signature, Body, At));
    }

    [Fact]
    public void Sign_with_two_secrets_is_accepted_by_receivers_of_either()
    {
        var (old, fresh) = (WebhookSecret.Generate(), WebhookSecret.Generate());
        var signatures = WebhookSigner.Sign([fresh, old], Id, Timestamp, Body);

        Assert.Equal(2, signatures.Split(' ').Length);
        Assert.True(StandardWebhooksReceiver.Accepts(old.Reveal(), Id, $"{Timestamp}", signatures, Body, At));
        Assert.True(StandardWebhooksReceiver.Accepts(fresh.Reveal(), Id, $"{Timestamp}", signatures, Body, At));
    }

    [Fact]
    public void Sign_refuses_an_id_with_a_full_stop() =>
        Assert.Throws<ArgumentException>(() => WebhookSigner.Sign([WebhookSecret.Generate()], "msg.1", Timestamp, Body));

    [Fact]
    public void Sign_covers_bodies_of_any_bytes()
    {
        var secret = WebhookSecret.Generate();
        foreach (var body in new[] { [], [0, 255, 10, 13], Encoding.UTF8.GetBytes(new string('ž', 40_000)) })
            Assert.True(StandardWebhooksReceiver.Accepts(secret.Reveal(), Id, $"{Timestamp}", WebhookSigner.Sign([secret], Id, Timestamp, body), body, At));
    }
}
