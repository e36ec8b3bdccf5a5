using System.Net;
using DataFlow.Engine.Egress;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Egress;

/// <summary>127.0.0.2 plays the public internet (its range is allowed), 127.0.0.1 what must not be reached.</summary>
public sealed class EgressConnectTests
{
    private static readonly EgressOptions PublicIs2 = new() { AllowCidrs = ["127.0.0.2/32"] };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_that_resolves_to_a_private_address_is_denied_and_the_address_hears_nothing()
    {
        await using var sink = new ByteSink();
        using var egress = TestEgress.Create(resolver: new FakeResolver().With("127.0.0.1.nip.io", "127.0.0.1"));
        Assert.Null(egress.Check($"http://127.0.0.1.nip.io:{sink.Port}/"));

        var denied = await Assert.ThrowsAsync<EgressDeniedException>(() => egress.For(EgressPurpose.Webhooks).GetAsync($"http://127.0.0.1.nip.io:{sink.Port}/", Stop));

        Assert.Equal("egress_denied", denied.Refusal.Code);
        Assert.Equal((0, 0), await sink.CountedAsync(Stop));
    }

    [Fact]
    public async Task One_private_address_among_public_ones_denies_them_all()
    {
        await using var open = new ByteSink("127.0.0.2");
        using var egress = TestEgress.Create(PublicIs2, resolver: new FakeResolver().With("mixed.test", "127.0.0.2", "10.0.0.1"));

        await Assert.ThrowsAsync<EgressDeniedException>(() => egress.For(EgressPurpose.Tasks).GetAsync($"http://mixed.test:{open.Port}/", Stop));

        Assert.Equal((0, 0), await open.CountedAsync(Stop));
    }

    [Theory]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("::1")]
    [InlineData("fe80::1")]
    [InlineData("0.0.0.0")]
    [InlineData("169.254.169.254")]
    public async Task A_name_does_not_hide_an_address_in_another_spelling(string address)
    {
        await using var sink = new ByteSink();
        using var egress = TestEgress.Create(resolver: new FakeResolver().With("hidden.test", address));

        await Assert.ThrowsAsync<EgressDeniedException>(() => egress.For(EgressPurpose.Tasks).GetAsync($"http://hidden.test:{sink.Port}/", Stop));

        Assert.Equal((0, 0), await sink.CountedAsync(Stop));
    }

    [Fact]
    public async Task A_name_that_turns_to_loopback_the_second_time_is_denied_then()
    {
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Map("/", context => { context.Response.Headers.Connection = "close"; return Task.CompletedTask; });
        await using var sink = new ByteSink();
        var asked = 0;
        using var egress = TestEgress.Create(PublicIs2, resolver: new FakeResolver().With("rebind.test", () => [asked++ == 0 ? "127.0.0.2" : "127.0.0.1"]));
        var http = egress.For(EgressPurpose.Tasks);

        using var first = await http.GetAsync($"http://rebind.test:{site.Port}/", Stop);
        Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        await Assert.ThrowsAsync<EgressDeniedException>(() => http.GetAsync($"http://rebind.test:{site.Port}/", Stop));
        await Assert.ThrowsAsync<EgressDeniedException>(() => http.GetAsync($"http://rebind.test:{sink.Port}/", Stop));

        Assert.Equal((0, 0), await sink.CountedAsync(Stop));
    }

    [Fact]
    public async Task The_checked_address_is_connected_to_and_the_name_is_resolved_once()
    {
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Page("/", "hello");
        var resolver = new FakeResolver().With("site.test", "127.0.0.2");
        using var egress = TestEgress.Create(PublicIs2, resolver: resolver);

        Assert.Equal("hello", await egress.For(EgressPurpose.Tasks).GetStringAsync($"http://site.test:{site.Port}/", Stop));

        Assert.Equal(["site.test"], resolver.Asked);
        Assert.Equal($"site.test:{site.Port}", site.Requests.Single().Headers["Host"]);
    }

    [Fact]
    public async Task The_next_address_is_tried_when_one_refuses()
    {
        await using var site = (await TestSite.StartAsync("127.0.0.2")).Page("/", "hello");
        using var egress = TestEgress.Create(new() { AllowCidrs = ["127.0.0.0/8"] }, resolver: new FakeResolver().With("two.test", "127.0.0.3", "127.0.0.2"));

        Assert.Equal("hello", await egress.For(EgressPurpose.Tasks).GetStringAsync($"http://two.test:{site.Port}/", Stop));
    }

    [Fact]
    public async Task Where_loopback_is_allowed_a_public_name_that_resolves_to_it_still_is_not()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", "hello");
        using var egress = TestEgress.Create(allowLoopback: true, resolver: new FakeResolver().With("rebind.test", "127.0.0.1"));
        var http = egress.For(EgressPurpose.Tasks);

        Assert.Equal("hello", await http.GetStringAsync($"http://localhost:{site.Port}/", Stop));
        Assert.Equal("hello", await http.GetStringAsync($"http://127.0.0.1:{site.Port}/", Stop));
        await Assert.ThrowsAsync<EgressDeniedException>(() => http.GetAsync($"http://rebind.test:{site.Port}/", Stop));
        Assert.Equal(2, site.Requests.Count);
    }

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("::", "127.0.0.1")]
    [InlineData("0.0.0.0", "[::1]")]
    public void The_servers_own_listeners_are_denied_even_where_loopback_is_allowed(string listens, string asked)
    {
        var own = new FakeListeners(new IPEndPoint(IPAddress.Parse(listens), 5000));
        using var egress = TestEgress.Create(allowLoopback: true, listeners: own);
        Assert.Equal("egress_denied", egress.Check($"http://{asked}:5000/")?.Code);
        Assert.Null(egress.Check($"http://{asked}:5001/"));

        using var range = TestEgress.Create(new() { AllowCidrs = ["127.0.0.0/8"] }, listeners: own);
        Assert.Equal("egress_denied", range.Check("http://127.0.0.1:5000/")?.Code);
    }

    [Fact]
    public void The_servers_own_listeners_are_open_with_the_samples_or_by_host_and_port()
    {
        var own = new FakeListeners(new IPEndPoint(IPAddress.Loopback, 5000));
        using var samples = TestEgress.Create(allowLoopback: true, allowOwnListeners: true, listeners: own);
        Assert.Null(samples.Check("http://127.0.0.1:5000/"));

        using var named = TestEgress.Create(new() { AllowHosts = ["127.0.0.1:5000"] }, listeners: own);
        Assert.Null(named.Check("http://127.0.0.1:5000/"));
    }

    [Fact]
    public async Task A_trusted_origin_is_open_to_its_own_purpose_only()
    {
        await using var site = (await TestSite.StartAsync()).Page("/v1", "model");
        using var egress = TestEgress.Create(trusted: TrustedOrigin.Of(EgressPurpose.OpenAI, site.Url));

        Assert.Equal("model", await egress.For(EgressPurpose.OpenAI).GetStringAsync(site.At("/v1"), Stop));
        await Assert.ThrowsAsync<EgressDeniedException>(() => egress.For(EgressPurpose.Tasks).GetAsync(site.At("/v1"), Stop));
        await Assert.ThrowsAsync<EgressDeniedException>(() => egress.For(EgressPurpose.Webhooks).GetAsync(site.At("/v1"), Stop));
        Assert.Single(site.Requests);
    }

    [Fact]
    public async Task Urls_given_past_the_check_are_checked_by_every_request()
    {
        using var egress = TestEgress.Create();
        var http = egress.For(EgressPurpose.Tasks);
        foreach (var (url, code) in new[] { ("http://user:pw@example.com/", "url_userinfo"), ("http://example.com:25/", "url_port"), ("http://10.0.0.1/", "egress_denied") })
            Assert.Equal(code, (await Assert.ThrowsAsync<EgressDeniedException>(() => http.GetAsync(url, Stop))).Refusal.Code);
    }

    [Fact]
    public void A_denial_says_nothing_about_what_is_behind_the_address()
    {
        using var egress = TestEgress.Create();
        Assert.Equal(egress.Check("http://10.0.0.1/")?.Message, egress.Check("http://127.0.0.1:8080/")?.Message);
        Assert.DoesNotContain("10.0.0.1", egress.Check("http://10.0.0.1/")!.Message, StringComparison.Ordinal);
    }
}
