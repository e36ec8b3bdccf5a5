using DataFlow.Engine.Webhooks;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookSecretTests
{
    [Fact]
    public void Generate_draws_32_bytes_never_the_same_twice()
    {
        var (one, other) = (WebhookSecret.Generate(), WebhookSecret.Generate());

        Assert.Equal(32, one.Key.Length);
        Assert.NotEqual(one.Reveal(), other.Reveal());
    }

    [Theory]
    [InlineData(24)]
    [InlineData(32)]
    [InlineData(64)]
    public void TryParse_reads_what_the_specification_allows(int bytes)
    {
        var text = "whsec_" + Convert.ToBase64String(new byte[bytes]);

        Assert.True(WebhookSecret.TryParse(text, out var secret));
        Assert.Equal(bytes, secret.Key.Length);
        Assert.Equal(text, secret.Reveal());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("whsec_")]
    [InlineData("whsec_not base64!")]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    public void TryParse_refuses_anything_else(string? text) => Assert.False(WebhookSecret.TryParse(text, out _));

    [Theory]
    [InlineData(23)]
    [InlineData(65)]
    public void TryParse_refuses_keys_that_are_too_short_or_too_long(int bytes) =>
        Assert.False(WebhookSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[bytes]), out _));

    [Fact]
    public void ToString_tells_nothing()
    {
        var secret = WebhookSecret.Generate();

        Assert.DoesNotContain(secret.Reveal()["whsec_".Length..], $"{secret}", StringComparison.Ordinal);
    }
}
