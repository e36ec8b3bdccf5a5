using System.Text;
using DataFlow.Engine.Webhooks;

namespace DataFlow.Tests.Webhooks;

public sealed class WebhookSecretsTests
{
    private static readonly DateTimeOffset Now = new(2026, 10, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly WebhookSecret[] drawn = [.. Enumerable.Range(0, 7).Select(_ => WebhookSecret.Generate())];

    [Fact]
    public void The_secret_before_signs_until_the_overlap_ends()
    {
        var secrets = WebhookSecrets.Of(drawn[0]).Rotate(drawn[1], Now, Day);

        Assert.Equal([drawn[1], drawn[0]], secrets.At(Now));
        Assert.Equal([drawn[1], drawn[0]], secrets.At(Now + Day - TimeSpan.FromSeconds(1)));
        Assert.Equal([drawn[1]], secrets.At(Now + Day));
        Assert.Equal(Now + Day, secrets.PreviousUntil(Now));
        Assert.Null(secrets.PreviousUntil(Now + Day));
        Assert.Same(drawn[1], secrets.Newest);
    }

    [Fact]
    public void Without_an_overlap_all_before_are_forgotten() =>
        Assert.Equal([drawn[2]], WebhookSecrets.Of(drawn[0]).Rotate(drawn[1], Now, Day).Rotate(drawn[2], Now, TimeSpan.Zero).At(Now));

    [Fact]
    public void A_second_rotation_keeps_the_first_secret_no_longer_than_the_first_one_said()
    {
        var secrets = WebhookSecrets.Of(drawn[0]).Rotate(drawn[1], Now, Day).Rotate(drawn[2], Now + (Day / 2), Day);

        Assert.Equal([drawn[2], drawn[1], drawn[0]], secrets.At(Now + (Day / 2)));
        Assert.Equal([drawn[2], drawn[1]], secrets.At(Now + Day));
        Assert.Equal([drawn[2]], secrets.At(Now + (Day * 1.5)));
    }

    [Fact]
    public void No_more_than_five_sign_at_once() =>
        Assert.Equal(drawn[2..].Reverse(), drawn[1..].Aggregate(WebhookSecrets.Of(drawn[0]), (secrets, next) => secrets.Rotate(next, Now, Day)).At(Now));

    [Fact]
    public void Parse_reads_what_Format_wrote()
    {
        var read = WebhookSecrets.Parse(WebhookSecrets.Of(drawn[0]).Rotate(drawn[1], Now, Day).Format());

        Assert.Equal([drawn[1].Reveal(), drawn[0].Reveal()], read!.At(Now).Select(secret => secret.Reveal()));
        Assert.Equal(Now + Day, read.PreviousUntil(Now));
    }

    [Fact]
    public void Parse_reads_what_was_kept_before_there_were_rotations() => Assert.Equal(drawn[0].Reveal(), WebhookSecrets.Parse(Encoding.UTF8.GetBytes(drawn[0].Reveal()))!.Newest.Reveal());

    [Theory]
    [InlineData("")]
    [InlineData("whsec_short")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw;tomorrow")]
    [InlineData("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw;1;2")]
    public void Parse_of_garbage_is_null(string text) => Assert.Null(WebhookSecrets.Parse(Encoding.UTF8.GetBytes(text)));
}
