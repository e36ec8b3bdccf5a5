using DataFlow.Engine.Egress;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Egress;

public sealed class EgressCheckTests
{
    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("example.com")]
    [InlineData("//x")]
    [InlineData("/etc/passwd")]
    [InlineData("http://")]
    [InlineData("http:///path")]
    [InlineData("http:example.com")]
    [InlineData("https://exa mple.com/")]
    [InlineData("https://example.com/ ")]
    [InlineData(" https://example.com/")]
    [InlineData("https://example.com/\r\nHost: evil")]
    [InlineData("https://example.com/\0")]
    [InlineData("http://a\\b")]
    [InlineData("http://%31%32%37.0.0.1/")]
    [InlineData("http://exa%6dple.com/")]
    [InlineData("http://1.2.3.4.5/")]
    [InlineData("http://256.1.1.1/")]
    [InlineData("http://[::1/")]
    [InlineData("http://[zz]/")]
    [InlineData("http://a..b/")]
    [InlineData("http://exa<mple.com/")]
    public void What_is_not_a_whole_url_is_refused(string url) => Assert.Equal("url_format", Code(url));

    [Fact]
    public void The_longest_url_passes_and_a_longer_one_does_not()
    {
        var longest = "https://example.com/" + new string('a', EgressUrl.MaxLength - 20);
        Assert.Null(Code(longest));
        Assert.Equal("url_format", Code(longest + "a"));
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://example.com/")]
    [InlineData("gopher://example.com/")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html,x")]
    [InlineData("unix:/var/run/docker.sock")]
    [InlineData("ws://example.com/")]
    public void Only_http_and_https_are_schemes(string url) => Assert.Equal("url_scheme", Code(url));

    [Theory]
    [InlineData("https://user:pw@example.com/")]
    [InlineData("https://user@example.com/")]
    [InlineData("https://@example.com/")]
    [InlineData("https://example.com@127.0.0.1/")]
    public void Credentials_in_the_url_are_refused(string url) => Assert.Equal("url_userinfo", Code(url));

    [Theory]
    [InlineData("http://example.com:0/")]
    [InlineData("http://example.com:65536/")]
    [InlineData("http://example.com:99999999999/")]
    [InlineData("http://example.com:-1/")]
    [InlineData("http://example.com:http/")]
    [InlineData("http://example.com:22/")]
    [InlineData("http://example.com:25/")]
    [InlineData("http://example.com:6000/")]
    [InlineData("http://[2606:4700::1111]:25/")]
    public void Ports_that_cannot_be_or_belong_to_other_protocols_are_refused(string url) => Assert.Equal("url_port", Code(url));

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("http://127.0.0.1.")]
    [InlineData("http://127.1")]
    [InlineData("http://2130706433")]
    [InlineData("http://0x7f000001")]
    [InlineData("http://0X7F.0.0.1")]
    [InlineData("http://0177.0.0.1")]
    [InlineData("http://0")]
    [InlineData("http://localhost")]
    [InlineData("http://LOCALHOST")]
    [InlineData("http://localhost.")]
    [InlineData("http://x.localhost")]
    [InlineData("http://[::1]")]
    [InlineData("http://[::]")]
    [InlineData("http://[0:0:0:0:0:0:0:1]")]
    [InlineData("http://[::ffff:127.0.0.1]")]
    [InlineData("http://[::ffff:10.0.0.1]")]
    [InlineData("http://[::ffff:a00:1]")]
    [InlineData("http://[::127.0.0.1]")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]")]
    [InlineData("http://[64:ff9b::10.0.0.1]")]
    [InlineData("http://[2002:7f00:1::]")]
    [InlineData("http://[2001:0:7f00:1::]")]
    [InlineData("http://[fe80::1%25eth0]")]
    [InlineData("http://[fe80::1%eth0]")]
    [InlineData("http://[fc00::1]")]
    [InlineData("http://[fd00:ec2::254]")]
    [InlineData("http://[fec0::1]")]
    [InlineData("http://[ff02::1]")]
    [InlineData("http://[2001:db8::1]")]
    [InlineData("http://[100::1]")]
    [InlineData("http://[64:ff9b:1::1]")]
    [InlineData("http://10.0.0.1")]
    [InlineData("http://172.16.0.1")]
    [InlineData("http://172.31.255.255")]
    [InlineData("http://192.168.1.1")]
    [InlineData("http://100.64.0.1")]
    [InlineData("http://169.254.169.254/latest/meta-data")]
    [InlineData("http://168.63.129.16")]
    [InlineData("http://100.100.100.200")]
    [InlineData("http://192.0.0.1")]
    [InlineData("http://192.0.2.1")]
    [InlineData("http://192.88.99.1")]
    [InlineData("http://198.18.0.1")]
    [InlineData("http://198.51.100.1")]
    [InlineData("http://203.0.113.1")]
    [InlineData("http://224.0.0.1")]
    [InlineData("http://240.0.0.1")]
    [InlineData("http://255.255.255.255")]
    [InlineData("http://metadata.google.internal/computeMetadata/v1/")]
    [InlineData("http://metadata.google.internal./")]
    public void Addresses_that_are_not_of_the_public_internet_are_denied(string url) => Assert.Equal("egress_denied", Code(url));

    [Theory]
    [InlineData("http://example.com")]
    [InlineData("https://example.com:8443/a?b=c#d")]
    [InlineData("http://93.184.216.34/")]
    [InlineData("http://172.32.0.1")]
    [InlineData("http://11.0.0.1")]
    [InlineData("http://[2606:4700::1111]/")]
    [InlineData("http://[64:ff9b::5db8:d822]/")]
    [InlineData("https://bücher.example/ä?ö=ü")]
    [InlineData("https://under_score.example/")]
    [InlineData("https://example.com/a%20b?x=http://user@127.0.0.1/")]
    public void Public_urls_pass(string url) => Assert.Null(Code(url));

    [Theory]
    [InlineData("http://аррӏе.com/x?q=1", "http://xn--80ak6aa92e.com/x?q=1")]
    [InlineData("http://BÜCHER.example/", "http://xn--bcher-kva.example/")]
    [InlineData("HTTP://Example.COM.:80/", "http://example.com/")]
    [InlineData("http://0x5db8d822/", "http://93.184.216.34/")]
    public void Hosts_are_shown_as_they_are_connected_to(string url, string shown)
    {
        Assert.True(EgressUrl.TryParse(url, out var parsed, out _));
        Assert.Equal(shown, parsed.AbsoluteUri);
    }

    [Fact]
    public void Metadata_needs_its_exact_address_and_no_wildcard_reaches_it()
    {
        const string Metadata = "http://169.254.169.254/";
        Assert.Equal("egress_denied", Code(Metadata, new() { AllowCidrs = ["169.254.0.0/16"] }));
        Assert.Equal("egress_denied", Code(Metadata, new() { AllowHosts = ["169.254.169.254"] }));
        Assert.Equal("egress_denied", Code("http://metadata.google.internal/", new() { AllowHosts = ["*.internal", "metadata.google.internal"] }));
        Assert.Null(Code(Metadata, new() { AllowCidrs = ["169.254.169.254/32"] }));
        Assert.Null(Code("http://metadata.google.internal/", new() { AllowCidrs = ["169.254.169.254"] }));
    }

    [Fact]
    public void Lists_open_and_close_hosts_ranges_and_ports()
    {
        EgressOptions options = new()
        {
            AllowHosts = ["10.1.2.3", "*.corp.example", "10.9.9.9:22"],
            AllowCidrs = ["172.16.0.0/12", "fd12::/32"],
            DenyHosts = ["*.bad.example", "secret.corp.example"],
            AllowPorts = [25],
        };
        Assert.Null(Code("http://10.1.2.3/", options));
        Assert.Null(Code("http://172.20.0.1/", options));
        Assert.Null(Code("http://[fd12::5]/", options));
        Assert.Null(Code("http://[::ffff:172.20.0.1]/", options));
        Assert.Null(Code("http://example.com:25/", options));
        Assert.Null(Code("http://10.9.9.9:22/", options));
        Assert.Null(Code("http://bad.example/", options));
        Assert.Equal("egress_denied", Code("http://10.9.9.9/", options));
        Assert.Equal("egress_denied", Code("http://10.1.2.4/", options));
        Assert.Equal("egress_denied", Code("http://[fd13::5]/", options));
        Assert.Equal("egress_denied", Code("http://x.bad.example/", options));
        Assert.Equal("egress_denied", Code("http://SECRET.corp.example./", options));
        Assert.Equal("url_port", Code("http://example.com:22/", options));
    }

    [Fact]
    public void An_allowlist_denies_the_whole_internet_but_its_entries()
    {
        EgressOptions options = new() { Mode = EgressMode.AllowlistOnly, AllowHosts = ["api.example.com", "*.cdn.example"] };
        Assert.Null(Code("https://api.example.com/", options));
        Assert.Null(Code("https://a.b.cdn.example/", options));
        Assert.Equal("egress_denied", Code("https://cdn.example/", options));
        Assert.Equal("egress_denied", Code("https://example.com/", options));
        Assert.Equal("egress_denied", Code("http://93.184.216.34/", options));
    }

    [Fact]
    public void Loopback_can_be_allowed_without_opening_private_networks()
    {
        using var egress = TestEgress.Open();
        Assert.Null(egress.Check("http://127.0.0.1:5000/"));
        Assert.Null(egress.Check("http://localhost:5000/"));
        Assert.Null(egress.Check("http://[::1]:5000/"));
        Assert.Equal("egress_denied", egress.Check("http://10.0.0.1/")?.Code);
        Assert.Equal("egress_denied", egress.Check("http://169.254.169.254/")?.Code);
        Assert.Equal("egress_denied", egress.Check("http://0.0.0.0/")?.Code);
    }

    private static string? Code(string url, EgressOptions? options = null)
    {
        using var egress = TestEgress.Create(options);
        return egress.Check(url)?.Code;
    }
}
