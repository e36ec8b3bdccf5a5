using System.Text;
using Bunit;
using DataFlow.Engine.Storage;
using DataFlow.Web.Components.Executions;

namespace DataFlow.Tests.Components;

public sealed class DeliveryListTests
{
    private static readonly WebhookDelivery Delivery = new(
        "msg_1", "ex-1", 3, "https://example.com/hook", "execution.failed", Encoding.UTF8.GetBytes("""{"type":"execution.failed"}"""), PageContext.Noon,
        DeliveryStatus.Failed, 2, null,
        [new DeliveryAttempt(PageContext.Noon, 20_000, null, "timeout", null), new DeliveryAttempt(PageContext.Noon, 12, 500, null, "out of <b>order</b>")])
    {
        WebhookId = "we-1",
    };

    [Fact]
    public async Task Attempts_are_seen_at_once_and_the_message_and_replies_when_asked_for()
    {
        await using var context = PageContext.Create();
        var list = context.Render<DeliveryList>(p => p.Add(l => l.Deliveries, [Delivery]));
        Assert.Equal(["timeout in 20 s", "answered 500 in 12 ms"], list.FindAll("ol li").Select(line => line.TextContent.Trim().Split(": ")[1]));
        Assert.Empty(list.FindAll(".value"));

        var message = list.Find("button[aria-expanded]");
        message.Click();

        Assert.Equal("true", list.Find("button[aria-expanded]").GetAttribute("aria-expanded"));
        var values = list.FindAll(".value").Select(value => value.TextContent).ToArray();
        Assert.Equal(2, values.Length);
        Assert.Contains("out of <b>order</b>", values[0], StringComparison.Ordinal);
        Assert.Contains("\"type\": \"execution.failed\"", values[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task On_an_execution_it_leads_to_the_webhook_and_on_the_webhook_to_the_execution()
    {
        await using var context = PageContext.Create();
        var list = context.Render<DeliveryList>(p => p.Add(l => l.Deliveries, [Delivery]));
        Assert.Equal("/app/settings/webhooks?webhook=we-1", list.Find("a").GetAttribute("href"));
        list.Render(p => p.Add(l => l.OfWebhook, true));
        Assert.Equal("/app/executions/ex-1?view=webhooks", list.Find("a").GetAttribute("href"));
    }

    [Fact]
    public async Task Redeliver_says_which()
    {
        await using var context = PageContext.Create();
        string? asked = null;
        var list = context.Render<DeliveryList>(p => p.Add(l => l.Deliveries, [Delivery]).Add(l => l.OnRedeliver, id => asked = id));
        list.Find("[aria-label='Redeliver msg_1']").Click();
        Assert.Equal("msg_1", asked);
    }
}
