using System.Text.Json;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Api;

public sealed class DeliveriesTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private AppServer Server => fixture.Server;

    [Fact]
    public async Task The_log_tells_every_delivery_and_one_can_be_sent_again_with_the_same_id_and_bytes()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        var execution = (await Server.PostAsync($"/workflows/{workflow}/execute", $$"""{"webhook_url":"{{receiver.Url}}"}""")).Json.GetProperty("execution_id").GetString();
        var received = new List<HookReceiver.Message> { await receiver.NextAsync(), await receiver.NextAsync() };

        var deliveries = await DeliveriesAsync(execution!, 2);
        var last = deliveries.First(row => row.GetProperty("type").GetString() == "execution.completed");
        var redelivery = await Server.PostAsync($"/executions/{execution}/webhooks/{last.GetProperty("delivery_id").GetString()}/redeliver");
        var again = await receiver.NextAsync();

        Assert.Equal(received.Select(message => message.Id).Order(StringComparer.Ordinal), deliveries.Select(row => row.GetProperty("delivery_id").GetString()).Order(StringComparer.Ordinal));
        Assert.All(deliveries, row => Assert.Equal((receiver.Url, 204), (row.GetProperty("url").GetString(), row.GetProperty("attempts")[0].GetProperty("status_code").GetInt32())));
        Assert.True(redelivery.Status == 202, redelivery.ToString());
        Assert.Equal("PENDING", redelivery.Json.GetProperty("status").GetString());
        var first = received.Single(message => message.Id == again.Id);
        Assert.Equal((last.GetProperty("delivery_id").GetString(), first.Body), (again.Id, again.Body));
    }

    [Fact]
    public async Task The_secret_is_one_for_the_address_and_absent_without_one()
    {
        await using var receiver = await HookReceiver.StartAsync();
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        var secrets = new List<string?>();
        for (var i = 0; i < 2; i++)
        {
            var execution = (await Server.PostAsync($"/workflows/{workflow}/execute", $$"""{"webhook_url":"{{receiver.Url}}"}""")).Json.GetProperty("execution_id").GetString();
            await receiver.NextAsync();
            secrets.Add((await Server.GetAsync($"/executions/{execution}/webhooks/secret")).Json.GetProperty("secret").GetString());
        }
        var without = (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString();

        Assert.StartsWith("whsec_", Assert.Single(secrets.Distinct()), StringComparison.Ordinal);
        Assert.Equal(404, (await Server.GetAsync($"/executions/{without}/webhooks/secret")).Status);
        Assert.Empty((await Server.GetAsync($"/executions/{without}/webhooks")).Json.GetProperty("deliveries").EnumerateArray());
    }

    /// <summary>The attempt is recorded after the receiver has answered, so the log is asked until it tells of that many.</summary>
    private async Task<JsonElement[]> DeliveriesAsync(string execution, int delivered)
    {
        while (true)
        {
            var all = (await Server.GetAsync($"/executions/{execution}/webhooks")).Json.GetProperty("deliveries").EnumerateArray().ToArray();
            if (all.Count(row => row.GetProperty("status").GetString() == "DELIVERED") >= delivered) return all;
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        }
    }
}
