using System.Net;
using DataFlow.Engine.Egress;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Egress;

public sealed class RedirectTests
{
    private static readonly FakeResolver Names = new FakeResolver().With("a.test", "127.0.0.2").With("b.test", "127.0.0.2").With("private.test", "127.0.0.1");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static EgressClientFactory Open() => TestEgress.Create(new() { AllowCidrs = ["127.0.0.2/32"] }, resolver: Names);

    [Theory]
    [InlineData("GET", 301, "GET")]
    [InlineData("POST", 301, "GET")]
    [InlineData("POST", 302, "GET")]
    [InlineData("PUT", 302, "PUT")]
    [InlineData("PUT", 303, "GET")]
    [InlineData("DELETE", 303, "GET")]
    [InlineData("HEAD", 303, "HEAD")]
    [InlineData("POST", 307, "POST")]
    [InlineData("POST", 308, "POST")]
    [InlineData("PATCH", 308, "PATCH")]
    public async Task Methods_and_bodies_follow_the_fetch_standard(string method, int status, string then)
    {
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Redirect("/from", "/to", status).Page("/to", "there");
        using var egress = Open();
        using var request = new HttpRequestMessage(new(method), site.At("/from"));
        if (method is not ("GET" or "HEAD")) request.Content = new StringContent("the body");

        using var response = await egress.For(EgressPurpose.Tasks).SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        var last = site.Requests.Last();
        Assert.Equal((then, "/to"), (last.Method, last.Path));
        Assert.Equal(then is "GET" or "HEAD" ? "" : "the body", last.Body);
        Assert.Equal(then is not ("GET" or "HEAD"), last.Headers.ContainsKey("Content-Type"));
        Assert.Equal(site.At("/to"), response.RequestMessage!.RequestUri!.AbsoluteUri);
    }

    [Fact]
    public async Task Nothing_that_may_be_secret_crosses_to_another_origin()
    {
        await using var other = (await TestSite.StartAsync("127.0.0.2")).Page("/", "there");
        await using var site = await TestSite.StartAsync("127.0.0.2");
        site.Redirect("/same", "/out").Redirect("/out", $"http://b.test:{other.Port}/");
        using var egress = Open();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://a.test:{site.Port}/same");
        foreach (var name in (string[])["Authorization", "Cookie", "Proxy-Authorization", "X-Api-Key", "Private-Token"]) request.Headers.TryAddWithoutValidation(name, "CANARY");
        request.Headers.TryAddWithoutValidation("Accept-Language", "nl");
        request.Headers.TryAddWithoutValidation("Idempotency-Key", "ex-1.a");

        using var response = await egress.For(EgressPurpose.Tasks).SendAsync(request, Stop);

        Assert.All(site.Requests, got => Assert.Equal(("CANARY", "CANARY"), (got.Headers["Authorization"], got.Headers["X-Api-Key"])));
        Assert.Equal(2, site.Requests.Count);
        var crossed = Assert.Single(other.Requests);
        Assert.DoesNotContain("CANARY", string.Join('\n', crossed.Headers), StringComparison.Ordinal);
        Assert.Equal(("nl", "ex-1.a", $"b.test:{other.Port}"), (crossed.Headers["Accept-Language"], crossed.Headers["Idempotency-Key"], crossed.Headers["Host"]));
    }

    [Theory]
    [InlineData("http://169.254.169.254/latest/meta-data", "egress_denied")]
    [InlineData("http://10.0.0.1/", "egress_denied")]
    [InlineData("file:///etc/passwd", "url_scheme")]
    [InlineData("ftp://a.test/", "url_scheme")]
    [InlineData("http://user:pw@b.test/", "url_userinfo")]
    [InlineData("http://b.test:25/", "url_port")]
    [InlineData("http://[::ffff:127.0.0.1]/", "egress_denied")]
    public async Task Each_hop_is_checked_like_a_first_request(string location, string code)
    {
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Redirect("/", location);
        using var egress = Open();

        var denied = await Assert.ThrowsAsync<EgressDeniedException>(() => egress.For(EgressPurpose.Tasks).GetAsync(site.Url, Stop));

        Assert.Equal(code, denied.Refusal.Code);
    }

    [Fact]
    public async Task A_redirect_to_a_private_address_sends_it_not_a_byte()
    {
        await using var sink = new ByteSink();
        await using var site = await TestSite.StartAsync("127.0.0.2");
        site.Redirect("/literal", $"http://127.0.0.1:{sink.Port}/").Redirect("/name", $"http://private.test:{sink.Port}/").Redirect("/local", $"http://localhost:{sink.Port}/");
        using var egress = Open();

        foreach (var path in (string[])["/literal", "/name", "/local"])
            await Assert.ThrowsAsync<EgressDeniedException>(() => egress.For(EgressPurpose.Tasks).GetAsync(site.At(path), Stop));

        Assert.Equal((0, 0), await sink.CountedAsync(Stop));
    }

    [Fact]
    public async Task Where_loopback_is_allowed_only_loopback_may_redirect_to_it()
    {
        await using var local = (await TestSite.StartAsync()).Page("/", "local").Redirect("/self", "/");
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Redirect("/", local.At("/"));
        using var egress = TestEgress.Create(new() { AllowCidrs = ["127.0.0.2/32"] }, allowLoopback: true, resolver: Names);
        var http = egress.For(EgressPurpose.Tasks);

        Assert.Equal("local", await http.GetStringAsync(local.At("/self"), Stop));
        await Assert.ThrowsAsync<EgressDeniedException>(() => http.GetAsync($"http://a.test:{site.Port}/", Stop));
    }

    [Fact]
    public async Task Five_redirects_are_followed_and_a_sixth_is_not()
    {
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Page("/0", "there").Redirect("/loop", "/loop");
        for (var i = 1; i <= 6; i++) site.Redirect($"/{i}", $"/{i - 1}");
        using var egress = Open();
        var http = egress.For(EgressPurpose.Tasks);

        Assert.Equal("there", await http.GetStringAsync(site.At("/5"), Stop));
        Assert.Equal("too_many_redirects", (await Assert.ThrowsAsync<EgressLimitException>(() => http.GetAsync(site.At("/6"), Stop))).Failure.Code);
        Assert.Equal("too_many_redirects", (await Assert.ThrowsAsync<EgressLimitException>(() => http.GetAsync(site.At("/loop"), Stop))).Failure.Code);
    }

    [Theory]
    [InlineData(EgressPurpose.Webhooks)]
    [InlineData(EgressPurpose.OpenAI)]
    public async Task Webhooks_and_models_follow_no_redirect(EgressPurpose purpose)
    {
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Redirect("/", "/elsewhere", 307);
        using var egress = Open();

        using var response = await egress.For(purpose).PostAsync(site.Url, new StringContent("x"), Stop);

        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Single(site.Requests);
    }

    [Fact]
    public async Task A_redirect_without_a_target_is_the_answer()
    {
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Page("/", "choose", status: 302);
        using var egress = Open();

        using var response = await egress.For(EgressPurpose.Tasks).GetAsync(site.Url, Stop);

        Assert.Equal((HttpStatusCode.Found, "choose"), (response.StatusCode, await response.Content.ReadAsStringAsync(Stop)));
    }
}
