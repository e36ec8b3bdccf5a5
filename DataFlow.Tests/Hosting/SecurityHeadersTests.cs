using DataFlow.Tests.Support;

namespace DataFlow.Tests.Hosting;

public sealed class SecurityHeadersTests(AppFixture fixture) : IClassFixture<AppFixture>
{
    [Theory]
    [InlineData("/workflows", 200)]
    [InlineData("/nothing", 404)]
    [InlineData("/health/live", 200)]
    [InlineData("/openapi/v1.json", 200)]
    public async Task A_reply_of_the_API_is_not_stored_and_not_run(string path, int status)
    {
        var reply = await fixture.Server.GetAsync(path);

        Assert.Equal(status, reply.Status);
        Assert.Equal("nosniff", reply.Header("X-Content-Type-Options"));
        Assert.Equal("no-store", reply.Header("Cache-Control"));
        Assert.Contains("default-src 'none'", reply.Header("Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Null(reply.Header("Server"));
        Assert.EndsWith("json", reply.MediaType, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_may_load_only_what_is_ours()
    {
        var reply = await fixture.Server.GetAsync("/samples/pages/the-lens-that-reached-the-horizon.html");

        Assert.Equal((200, "text/html"), (reply.Status, reply.MediaType));
        var policy = reply.Header("Content-Security-Policy")!;
        Assert.Contains("script-src 'self';", policy, StringComparison.Ordinal);
        Assert.Contains("object-src 'none'", policy, StringComparison.Ordinal);
        Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
        Assert.Equal("no-referrer", reply.Header("Referrer-Policy"));
        Assert.Equal("same-origin", reply.Header("Cross-Origin-Opener-Policy"));
        Assert.NotNull(reply.Header("Permissions-Policy"));
    }
}
