using System.Text;
using DataFlow.Engine.TaskTypes.Web;
using DataFlow.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.TaskTypes.Web;

public sealed class WebDownloadTests
{
    private static readonly WebDownload Download = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_page_comes_with_what_the_server_said_about_it()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", "<p>Grüße</p>");
        using var egress = TestEgress.Open();

        var output = await new NetworkAttempt(egress).OfAsync(Download, new { url = site.At("/") });

        Assert.Equal("<p>Grüße</p>", output.GetProperty("html_content").GetString());
        Assert.Equal((200, "text/html", site.At("/"), 14), (output.GetProperty("status_code").GetInt32(), output.GetProperty("content_type").GetString(), output.GetProperty("final_url").GetString(), output.GetProperty("size").GetInt32()));
        var request = site.Requests.Single();
        Assert.StartsWith("text/html", request.Headers["Accept"], StringComparison.Ordinal);
        Assert.StartsWith("DataFlow", request.Headers["User-Agent"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_final_url_is_the_one_after_redirects()
    {
        await using var site = (await TestSite.StartAsync()).Page("/b", "here").Redirect("/a", "/b");
        using var egress = TestEgress.Open();
        Assert.Equal(site.At("/b"), (await new NetworkAttempt(egress).OfAsync(Download, new { url = site.At("/a") })).GetProperty("final_url").GetString());
    }

    [Fact]
    public async Task Headers_are_sent_as_given()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", "x");
        using var egress = TestEgress.Open();

        await new NetworkAttempt(egress).OfAsync(Download, new { url = site.At("/"), accept = "text/plain", headers = new Dictionary<string, string> { ["Authorization"] = "Bearer k", ["User-Agent"] = "me" } });

        var headers = site.Requests.Single().Headers;
        Assert.Equal(("text/plain", "Bearer k", "me"), (headers["Accept"], headers["Authorization"], headers["User-Agent"]));
    }

    [Theory]
    [InlineData("Host", "evil")]
    [InlineData("Content-Length", "5")]
    [InlineData("transfer-encoding", "chunked")]
    [InlineData("X-A", "b\r\nX-C: d")]
    [InlineData("X A", "b")]
    [InlineData("", "b")]
    public async Task Headers_that_would_speak_for_someone_else_are_refused(string name, string value)
    {
        await using var site = (await TestSite.StartAsync()).Page("/", "x");
        using var egress = TestEgress.Open();

        var failure = await new NetworkAttempt(egress).FailureOfAsync(Download, new { url = site.At("/"), headers = new Dictionary<string, string> { [name] = value } });

        Assert.Equal("header_invalid", failure.Code);
        Assert.Empty(site.Requests);
    }

    public static TheoryData<string, string?, byte[]> Charsets()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        byte[] In(string encoding, string text) => [.. Encoding.GetEncoding(encoding).GetPreamble(), .. Encoding.GetEncoding(encoding).GetBytes(text)];
        return new()
        {
            { "é€ü", "text/html; charset=utf-8", In("utf-8", "é€ü") },
            { "é€ü", "text/html; charset=\"UTF8\"", Encoding.UTF8.GetBytes("é€ü") },
            { "é€ü", "text/html; charset=iso-8859-1", In("windows-1252", "é€ü") },
            { "é€ü", "text/html", In("windows-1252", "é€ü") },
            { "é€ü", "text/html", Encoding.UTF8.GetBytes("é€ü") },
            { "é€ü", "text/html; charset=windows-1252", In("utf-8", "é€ü") },
            { "é€ü", "text/html", In("utf-16", "é€ü") },
            { "é€ü", "text/html", In("utf-16BE", "é€ü") },
            { "<meta charset=koi8-r>Привет", "text/html", In("koi8-r", "<meta charset=koi8-r>Привет") },
            { "<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=windows-1251\">Привет", "text/html", In("windows-1251", "<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset=windows-1251\">Привет") },
            { "<!-- <meta charset=koi8-r> --><meta charset=shift_jis>日本", "text/html", In("shift_jis", "<!-- <meta charset=koi8-r> --><meta charset=shift_jis>日本") },
            { "<meta charset=utf-16>é", "text/html", Encoding.UTF8.GetBytes("<meta charset=utf-16>é") },
            { "<?xml version=\"1.0\" encoding=\"EUC-JP\"?>日本", "application/xhtml+xml", In("euc-jp", "<?xml version=\"1.0\" encoding=\"EUC-JP\"?>日本") },
            { "한국", "text/html; charset=EUC-KR", In("ks_c_5601-1987", "한국") },
            { "中文", "text/html; charset=gb2312", In("gb18030", "中文") },
            { "é", "text/html; charset=nonsense", Encoding.UTF8.GetBytes("é") },
            { "<meta charset=koi8-r>é", "text/plain", Encoding.UTF8.GetBytes("<meta charset=koi8-r>é") },
            { "plain", null, "plain"u8.ToArray() },
            { "{\"a\":\"é\"}", "application/json", Encoding.UTF8.GetBytes("{\"a\":\"é\"}") },
            { "", "text/html", [] },
        };
    }

    [Theory]
    [MemberData(nameof(Charsets))]
    public async Task Letters_are_read_as_browsers_read_them(string text, string? contentType, byte[] bytes)
    {
        await using var site = (await TestSite.StartAsync()).Page("/", bytes, contentType);
        using var egress = TestEgress.Open();
        Assert.Equal(text, (await new NetworkAttempt(egress).OfAsync(Download, new { url = site.At("/") })).GetProperty("html_content").GetString());
    }

    [Theory]
    [InlineData("image/png", "x")]
    [InlineData("application/pdf", "%PDF")]
    [InlineData("application/octet-stream", "\0\u0001\u0002")]
    [InlineData(null, "GIF89a\0")]
    public async Task What_is_not_text_is_refused(string? contentType, string body)
    {
        await using var site = (await TestSite.StartAsync()).Page("/", Encoding.Latin1.GetBytes(body), contentType);
        using var egress = TestEgress.Open();
        var failure = await new NetworkAttempt(egress).FailureOfAsync(Download, new { url = site.At("/") });
        Assert.Equal(("not_text", false), (failure.Code, failure.Retryable));
    }

    [Theory]
    [InlineData(400, false)]
    [InlineData(401, false)]
    [InlineData(404, false)]
    [InlineData(408, true)]
    [InlineData(410, false)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    [InlineData(304, false)]
    public async Task A_status_that_is_no_success_fails_and_says_whether_to_try_again(int status, bool retryable)
    {
        await using var site = (await TestSite.StartAsync()).Map("/", context => { context.Response.StatusCode = status; return Task.CompletedTask; });
        using var egress = TestEgress.Open();
        var failure = await new NetworkAttempt(egress).FailureOfAsync(Download, new { url = site.At("/") });
        Assert.Equal(("http_status", retryable), (failure.Code, failure.Retryable));
        Assert.Contains($"{status}", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData("Mon, 01 Jan 2024 00:01:30 GMT", 90)]
    [InlineData("Mon, 01 Jan 2035 00:00:00 GMT", 86_400)]
    [InlineData("Sun, 31 Dec 2023 00:00:00 GMT", null)]
    [InlineData("soon", null)]
    public async Task The_wait_that_the_server_asks_for_is_passed_on(string header, int? seconds)
    {
        await using var site = (await TestSite.StartAsync()).Map("/", context =>
        {
            context.Response.StatusCode = 503;
            context.Response.Headers.RetryAfter = header;
            return Task.CompletedTask;
        });
        using var egress = TestEgress.Open();
        var failure = await new NetworkAttempt(egress, Attempt.Clock()).FailureOfAsync(Download, new { url = site.At("/") });
        Assert.Equal(seconds, (int?)failure.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task A_page_over_max_bytes_is_refused()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", new string('x', 2_000));
        using var egress = TestEgress.Open();
        Assert.Equal("download_too_large", (await new NetworkAttempt(egress).FailureOfAsync(Download, new { url = site.At("/"), max_bytes = 1_999 })).Code);
        Assert.Equal(2_000, (await new NetworkAttempt(egress).OfAsync(Download, new { url = site.At("/"), max_bytes = 2_000 })).GetProperty("size").GetInt32());
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_timeout_seconds()
    {
        var clock = new FakeTimeProvider();
        await using var site = (await TestSite.StartAsync()).Silence("/");
        using var egress = TestEgress.Open(clock: clock);

        var failing = new NetworkAttempt(egress).FailureOfAsync(Download, new { url = site.At("/"), timeout_seconds = 7 });
        await site.NextRequestAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(7.1));

        var failure = await failing.WaitAsync(Stop);
        Assert.Equal(("timeout", true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task Cancelling_ends_the_download_at_once()
    {
        var gone = new TaskCompletionSource();
        await using var site = (await TestSite.StartAsync()).Map("/", async context => { await TestSite.Gone(context); gone.SetResult(); });
        using var egress = TestEgress.Open();
        using var cancel = new CancellationTokenSource();

        var running = new NetworkAttempt(egress).OfAsync(Download, new { url = site.At("/") }, cancel.Token);
        await site.NextRequestAsync(Stop);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.WaitAsync(Stop));
        await gone.Task.WaitAsync(Stop);
    }

    [Theory]
    [InlineData("example.com", "url_format")]
    [InlineData("", "url_format")]
    [InlineData("/etc/passwd", "url_format")]
    [InlineData("file:///etc/passwd", "url_scheme")]
    [InlineData("http://user:pw@example.com/", "url_userinfo")]
    [InlineData("http://example.com:25/", "url_port")]
    [InlineData("http://10.0.0.1/", "egress_denied")]
    [InlineData("http://169.254.169.254/latest/meta-data", "egress_denied")]
    [InlineData("http://0x7f000001/", "egress_denied")]
    [InlineData("http://rebind.test/", "egress_denied")]
    [InlineData("http://nowhere.test/", "dns_failed")]
    public async Task Urls_are_checked_when_the_task_runs(string url, string code)
    {
        using var egress = TestEgress.Create(resolver: new FakeResolver().With("rebind.test", "10.0.0.1"));
        Assert.Equal(code, (await new NetworkAttempt(egress).FailureOfAsync(Download, new { url })).Code);
    }
}
