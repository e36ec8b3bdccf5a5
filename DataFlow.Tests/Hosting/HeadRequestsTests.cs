using DataFlow.Tests.Support;

namespace DataFlow.Tests.Hosting;

public sealed class HeadRequestsTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    private AppServer Server => fixture.Server;

    [Theory]
    [InlineData("/workflows")]
    [InlineData("/executions")]
    [InlineData("/task-types")]
    [InlineData("/health/ready")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/workflows/wf-00000000")]
    [InlineData("/nobody/knows")]
    [InlineData("/")]
    public async Task A_head_is_answered_as_a_get_without_its_body(string path)
    {
        using var client = Server.NewClient();
        using var get = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var head = await client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (head.StatusCode, head.Content.Headers.ContentType));
        // How a body is framed is no header of a reply that has none.
        Assert.Equal(get.Headers.Select(header => header.Key).Except(["Transfer-Encoding"]).Order(), head.Headers.Select(header => header.Key).Order());
        // The client counts a body that came in pieces; what is left of a disk differs from one moment to the next.
        if (get.Headers.TransferEncodingChunked != true && get.Content.Headers.ContentLength is { } length && path != "/health/ready") Assert.Equal(length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_head_of_a_stream_ends()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);
        var execution = (await Server.RunAsync(workflow)).GetProperty("execution_id").GetString();

        var reply = await Server.SendAsync(HttpMethod.Head, $"/executions/{execution}/events", null, ("Accept", "text/event-stream"));

        Assert.Equal((200, ""), (reply.Status, reply.Text));
    }

    [Fact]
    public async Task A_head_where_nothing_can_be_got_is_refused()
    {
        var workflow = await Server.CreateAsync(Definitions.Nothing);

        var reply = await Server.SendAsync(HttpMethod.Head, $"/workflows/{workflow}/execute");

        Assert.Equal((405, "POST"), (reply.Status, reply.Header("Allow")));
    }
}
