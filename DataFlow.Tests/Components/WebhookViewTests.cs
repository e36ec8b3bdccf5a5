using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Components.Webhooks;

namespace DataFlow.Tests.Components;

public sealed class WebhookViewTests
{
    private static readonly Webhook Healthy = new("we-1", "https://example.com/hook", true, null, ["execution.failed"], null, PageContext.Noon);

    [Fact]
    public void A_webhook_without_trouble_is_active_and_says_no_more()
    {
        var view = WebhookView.Of(Healthy);
        Assert.Equal("Active", view.Chip.Word);
        Assert.False(view.NeedsAttention);
    }

    [Theory]
    [InlineData(WebhookDisabledReason.Asked, "Somebody disabled it", "cancelled")]
    [InlineData(WebhookDisabledReason.Gone, "410", "failed")]
    [InlineData(WebhookDisabledReason.OnlyFailures, "for days", "failed")]
    public void Why_it_is_disabled_is_said_before_anything_else(WebhookDisabledReason reason, string words, string tone)
    {
        var view = WebhookView.Of(Healthy with { DisabledAt = PageContext.Noon, DisabledReason = reason, FailingSince = PageContext.Noon.AddDays(-5), HasSecret = false });
        Assert.Equal(("Disabled", tone, (DateTimeOffset?)PageContext.Noon), (view.Chip.Word, view.Chip.Tone, view.Since));
        Assert.Contains(words, view.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_cannot_be_read_explains_the_failures_that_follow_from_it() =>
        Assert.Equal("Secret unreadable", WebhookView.Of(Healthy with { HasSecret = false, FailingSince = PageContext.Noon }).Chip.Word);

    [Fact]
    public void A_failure_is_told_with_its_beginning()
    {
        var view = WebhookView.Of(Healthy with { FailingSince = PageContext.Noon });
        Assert.Equal(("Failing", (DateTimeOffset?)PageContext.Noon), (view.Chip.Word, view.Since));
    }

    [Fact]
    public void Many_events_are_counted_and_few_are_named()
    {
        Assert.Equal("execution.failed", WebhookView.EventsOf(Healthy));
        Assert.Equal("every execution event", WebhookView.EventsOf(Healthy with { Events = [.. WorkflowEngine.WebhookEvents.Where(type => type.IsDefault).Select(type => type.Name)] }));
        Assert.Equal("4 execution and 6 task events", WebhookView.EventsOf(Healthy with { Events = [.. WorkflowEngine.WebhookEvents.Select(type => type.Name)] }));
    }
}
