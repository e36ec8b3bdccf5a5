using System.Text.Json;
using DataFlow.Engine.TaskTypes.Http;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.TaskTypes.Http;

public sealed class HttpRequestTests
{
    private static readonly HttpRequest Request = new();

    [Theory]
    [InlineData("GET", false)]
    [InlineData("HEAD", false)]
    [InlineData("OPTIONS", false)]
    [InlineData("POST", true)]
    [InlineData("PUT", true)]
    [InlineData("PATCH", true)]
    [InlineData("DELETE", true)]
    public async Task Methods_that_change_something_carry_the_idempotency_key(string method, bool carries)
    {
        var sent = await SentAsync(new { method });
        Assert.Equal(method, sent.Method);
        Assert.Equal(carries ? "ex-1a2b3c4d.task" : null, sent.Headers.GetValueOrDefault("Idempotency-Key"));
    }

    [Fact]
    public async Task A_key_of_ones_own_is_kept() =>
        Assert.Equal("mine", (await SentAsync(new { method = "POST", headers = new Dictionary<string, string> { ["idempotency-key"] = "mine" } })).Headers["Idempotency-Key"]);

    [Fact]
    public async Task An_object_is_sent_as_json()
    {
        var sent = await SentAsync(new { method = "POST", body = new { item = "té", count = 2, big = 9007199254740993 } });
        Assert.Equal(("""{"item":"t\u00E9","count":2,"big":9007199254740993}""", "application/json"), (sent.Body, sent.Headers["Content-Type"]));
    }

    [Fact]
    public async Task A_text_is_sent_as_it_is()
    {
        var sent = await SentAsync(new { method = "PUT", body = "a,b\n1,2", headers = new Dictionary<string, string> { ["Content-Type"] = "text/csv" } });
        Assert.Equal(("a,b\n1,2", "text/csv"), (sent.Body, sent.Headers["Content-Type"]));
    }

    [Fact]
    public async Task An_object_becomes_a_form_when_the_header_says_so()
    {
        var sent = await SentAsync(new { method = "POST", body = new { q = "a b&c", n = 5 }, headers = new Dictionary<string, string> { ["Content-Type"] = "application/x-www-form-urlencoded" } });
        Assert.Equal(("q=a+b%26c&n=5", "application/x-www-form-urlencoded"), (sent.Body, sent.Headers["Content-Type"]));
    }

    [Fact]
    public async Task Query_parameters_are_escaped_and_added()
    {
        var sent = await SentAsync(new { query = new Dictionary<string, object?> { ["q"] = "a b&c=é", ["tag"] = new[] { "x", "y" }, ["n"] = 5, ["none"] = null } }, "?first=1#part");
        Assert.Equal("?first=1&q=a%20b%26c%3D%C3%A9&tag=x&tag=y&n=5", sent.Query);
    }

    [Fact]
    public async Task Json_is_given_as_values_and_as_text()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", """{ "id": 12345678901234567890, "tags": ["é"] }""", "application/problem+json");
        using var egress = TestEgress.Open();
        var output = await new NetworkAttempt(egress).OfAsync(Request, new { url = site.At("/") });
        Assert.Equal("12345678901234567890", output.GetProperty("body").GetProperty("id").GetRawText());
        Assert.Equal("""{ "id": 12345678901234567890, "tags": ["é"] }""", output.GetProperty("text").GetString());
        Assert.Equal((200, "application/problem+json"), (output.GetProperty("status_code").GetInt32(), output.GetProperty("headers").GetProperty("content-type").GetString()));
    }

    [Theory]
    [InlineData("text/plain", "hello", "hello")]
    [InlineData("application/json", "{ broken", "{ broken")]
    [InlineData("application/json", "", "")]
    [InlineData("image/png", "\u0089PNG", "")]
    public async Task What_is_not_json_has_no_body_value(string contentType, string body, string text)
    {
        await using var site = (await TestSite.StartAsync()).Page("/", body, contentType);
        using var egress = TestEgress.Open();
        var output = await new NetworkAttempt(egress).OfAsync(Request, new { url = site.At("/") });
        Assert.Equal((JsonValueKind.Null, text), (output.GetProperty("body").ValueKind, output.GetProperty("text").GetString()));
    }

    [Fact]
    public async Task Headers_of_one_name_are_joined()
    {
        await using var site = (await TestSite.StartAsync()).Map("/", context => { context.Response.Headers["X-Many"] = new(["a", "b"]); return Task.CompletedTask; });
        using var egress = TestEgress.Open();
        Assert.Equal("a, b", (await new NetworkAttempt(egress).OfAsync(Request, new { url = site.At("/") })).GetProperty("headers").GetProperty("x-many").GetString());
    }

    [Fact]
    public async Task A_status_fails_the_task_or_is_a_result_as_asked()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", """{ "why": "no" }""", "application/json", 409);
        using var egress = TestEgress.Open();
        var failure = await new NetworkAttempt(egress).FailureOfAsync(Request, new { url = site.At("/") });
        Assert.Equal(("http_status", false), (failure.Code, failure.Retryable));
        Assert.Contains("fail_on_status", failure.Message, StringComparison.Ordinal);

        var output = await new NetworkAttempt(egress).OfAsync(Request, new { url = site.At("/"), fail_on_status = false });
        Assert.Equal((409, "no"), (output.GetProperty("status_code").GetInt32(), output.GetProperty("body").GetProperty("why").GetString()));
    }

    [Fact]
    public async Task Secrets_in_headers_do_not_follow_a_redirect_elsewhere_nor_show_in_a_failure()
    {
        await using var other = (await TestSite.StartAsync()).Page("/", "denied", status: 403);
        await using var site = (await TestSite.StartAsync()).Redirect("/", other.At("/"), 307);
        using var egress = TestEgress.Open();

        var failure = await new NetworkAttempt(egress).FailureOfAsync(Request, new { url = site.At("/"), method = "POST", headers = new Dictionary<string, string> { ["X-Token"] = "CANARY" } });

        Assert.Equal("CANARY", site.Requests.Single().Headers["X-Token"]);
        Assert.False(other.Requests.Single().Headers.ContainsKey("X-Token"));
        Assert.DoesNotContain("CANARY", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reply_larger_than_the_limit_fails()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", new string('x', 5_000));
        using var egress = TestEgress.Open(new() { MaxResponseBytes = 4_999 });
        Assert.Equal("download_too_large", (await new NetworkAttempt(egress).FailureOfAsync(Request, new { url = site.At("/") })).Code);
    }

    private static async Task<TestRequest> SentAsync(object input, string rest = "")
    {
        await using var site = (await TestSite.StartAsync()).Page("/", "");
        using var egress = TestEgress.Open();
        var fields = JsonSerializer.SerializeToNode(input)!.AsObject();
        fields["url"] = site.At("/") + rest;
        await new NetworkAttempt(egress).OfAsync(Request, fields);
        return site.Requests.Single();
    }
}
