using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Webhooks;

/// <summary>What we send, judged by the library that the authors of Standard Webhooks wrote for receivers.</summary>
public sealed class IndependentReceiverTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private AppServer Server => fixture.Server;

    [Fact]
    public async Task The_official_library_accepts_what_is_sent_and_the_sample_knows_what_it_has_handled()
    {
        await using var place = await Placed.OfAsync(Server);
        await using var receiver = await NodeReceiver.StartAsync(place.Secret, place.Port);
        var execution = (await Server.PostAsync($"/workflows/{place.Workflow}/execute", "{}")).Json.GetProperty("execution_id").GetString();

        string[] said = [await receiver.NextAsync(), await receiver.NextAsync()];
        var deliveries = (await Server.GetAsync($"/executions/{execution}/webhooks")).Json.GetProperty("deliveries").EnumerateArray().ToArray();
        var first = deliveries[0].GetProperty("delivery_id").GetString();
        await Server.PostAsync($"/webhooks/{place.Webhook}/deliveries/{first}/redeliver");

        Assert.Equal(2, deliveries.Length);
        Assert.Contains($"handled: {deliveries[1].GetProperty("delivery_id").GetString()} execution.completed COMPLETED", said);
        Assert.Contains(said, line => line.Contains($"{first} execution.started RUNNING", StringComparison.Ordinal));
        Assert.Equal($"known: {first} execution.started RUNNING", await receiver.NextAsync());
    }

    [Fact]
    public async Task The_official_library_refuses_what_was_tampered_with()
    {
        await using var place = await Placed.OfAsync(Server);
        using var genuine = await place.CatchAsync();
        await using var receiver = await NodeReceiver.StartAsync(place.Secret);

        await AssertRefusedAsync(receiver, "No matching signature", genuine with { Body = genuine.Body.Replace("webhook.test", "webhook.tesT", StringComparison.Ordinal) });
        await AssertRefusedAsync(receiver, "No matching signature", genuine with { Id = "msg_another" });
        await AssertRefusedAsync(receiver, "No matching signature", genuine with { Timestamp = Shifted(genuine.Timestamp, 1) });
        await AssertRefusedAsync(receiver, "too old", genuine with { Timestamp = Shifted(genuine.Timestamp, -3_600) });
        await AssertRefusedAsync(receiver, "too new", genuine with { Timestamp = Shifted(genuine.Timestamp, 3_600) });
        await AssertRefusedAsync(receiver, "No matching signature", genuine with { Signature = "v1," + Convert.ToBase64String(new byte[32]) });
        await using var stranger = await NodeReceiver.StartAsync("whsec_" + Convert.ToBase64String(new byte[32]));
        await AssertRefusedAsync(stranger, "No matching signature", genuine);

        Assert.Equal(HttpStatusCode.NoContent, await genuine.PostAsync(receiver.Url));
        Assert.StartsWith($"handled: {genuine.Id} webhook.test", await receiver.NextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task During_a_rotation_it_accepts_by_either_secret_and_after_it_by_the_new_one()
    {
        await using var place = await Placed.OfAsync(Server);
        var second = await RotateAsync(place, "{}");
        using var overlapping = await place.CatchAsync();
        await using var withFirst = await NodeReceiver.StartAsync(place.Secret);
        await using var withSecond = await NodeReceiver.StartAsync(second);

        Assert.Equal(2, overlapping.Signature.Split(' ').Length);
        Assert.Equal(HttpStatusCode.NoContent, await overlapping.PostAsync(withFirst.Url));
        Assert.Equal(HttpStatusCode.NoContent, await overlapping.PostAsync(withSecond.Url));

        var third = await RotateAsync(place, """{"overlap":0}""");
        using var after = await place.CatchAsync();
        await using var withThird = await NodeReceiver.StartAsync(third);
        Assert.Equal(HttpStatusCode.NoContent, await after.PostAsync(withThird.Url));
        Assert.Equal(HttpStatusCode.Unauthorized, await after.PostAsync(withFirst.Url));
        Assert.Equal(HttpStatusCode.Unauthorized, await after.PostAsync(withSecond.Url));
    }

    private async Task<string> RotateAsync(Placed place, string body)
    {
        var reply = await Server.PostAsync($"/webhooks/{place.Webhook}/rotate-secret", body);
        Assert.True(reply.Status == 200, reply.ToString());
        return reply.Json.GetProperty("secret").GetString()!;
    }

    private static async Task AssertRefusedAsync(NodeReceiver receiver, string why, Caught message)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await message.PostAsync(receiver.Url));
        var said = await receiver.NextAsync();
        Assert.StartsWith("refused: ", said, StringComparison.Ordinal);
        Assert.Contains(why, said, StringComparison.Ordinal);
    }

    private static string Shifted(string timestamp, long seconds) => (long.Parse(timestamp, CultureInfo.InvariantCulture) + seconds).ToString(CultureInfo.InvariantCulture);

    /// <summary>A message as it arrived, to be sent on, changed or not.</summary>
    private sealed record Caught(string Id, string Timestamp, string Signature, string Body) : IDisposable
    {
#pragma warning disable RS0030 // A stranger who sends on what it has caught.
        private readonly HttpClient client = new();
#pragma warning restore RS0030

        public async Task<HttpStatusCode> PostAsync(string url)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) };
            request.Headers.Add("webhook-id", Id);
            request.Headers.Add("webhook-timestamp", Timestamp);
            request.Headers.Add("webhook-signature", Signature);
            using var reply = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return reply.StatusCode;
        }

        public void Dispose() => client.Dispose();
    }

    /// <summary>A workflow with a webhook to a port that a receiver can take.</summary>
    private sealed record Placed(AppServer Server, string Workflow, string Webhook, string Secret, int Port) : IAsyncDisposable
    {
        public static async Task<Placed> OfAsync(AppServer server)
        {
            int port;
            using (var free = HostilePeer.Silent()) port = ((IPEndPoint)free.LocalEndpoint).Port;
            var workflow = await server.CreateAsync(Definitions.Nothing);
            var made = await server.PostAsync($"/workflows/{workflow}/webhooks", $$"""{"url":"http://127.0.0.1:{{port}}/hook"}""");
            Assert.True(made.Status == 201, made.ToString());
            return new Placed(server, workflow, made.Json.GetProperty("webhook_id").GetString()!, made.Json.GetProperty("secret").GetString()!, port);
        }

        /// <summary>A test message as it arrives.</summary>
        public async Task<Caught> CatchAsync()
        {
            await using var receiver = await HookReceiver.StartAsync(Port);
            var sent = await Server.PostAsync($"/webhooks/{Webhook}/test");
            Assert.True(sent.Status == 202, sent.ToString());
            var message = await receiver.NextAsync();
            Assert.Equal(sent.Json.GetProperty("delivery_id").GetString(), message.Id);
            Assert.Equal("webhook.test", JsonElement.Parse(message.Body).GetProperty("type").GetString());
            return new Caught(message.Id, message.Timestamp, message.Signature, message.Body);
        }

        public async ValueTask DisposeAsync() => await Server.SendAsync(HttpMethod.Delete, $"/webhooks/{Webhook}");
    }
}
