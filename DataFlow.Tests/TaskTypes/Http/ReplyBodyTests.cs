using System.Text.RegularExpressions;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.TaskTypes.Http;
using DataFlow.Engine.TaskTypes.Web;
using DataFlow.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.TaskTypes.Http;

public sealed class ReplyBodyTests
{
    [Fact]
    public async Task A_download_tells_address_redirect_status_and_size_without_the_query()
    {
        await using var site = (await TestSite.StartAsync()).Page("/b", "here").Redirect("/a", "/b?token=secret");
        using var egress = TestEgress.Open();
        var attempt = new NetworkAttempt(egress);

        await attempt.OfAsync(new WebDownload(), new { url = site.At("/a?key=secret"), headers = new Dictionary<string, string> { ["X-Key"] = "hidden1" } });

        Assert.Equal(2, attempt.Told.Lines.Count);
        Assert.All(attempt.Told.Lines, line => Assert.Equal(TaskLogLevel.Information, line.Level));
        Assert.Matches($@"^GET {Regex.Escape(site.At("/a"))}\?… after a redirect to {Regex.Escape(site.At("/b"))}\?…: 200 in \d+\.\d+ s\.$", attempt.Told.Lines[0].Text);
        Assert.Equal("Downloaded 4 bytes of text/html.", attempt.Told.Lines[1].Text);
        Assert.DoesNotContain(attempt.Told.Lines, line => line.Text.Contains("secret", StringComparison.Ordinal) || line.Text.Contains("hidden1", StringComparison.Ordinal));
        Assert.Empty(attempt.Told.Reports);
    }

    [Fact]
    public async Task A_slow_body_is_reported_in_bytes_of_what_was_announced_up_to_its_end()
    {
        const int Length = 1_000_000;
        var clock = new FakeTimeProvider();
        NetworkAttempt? attempt = null;
        await using var site = (await TestSite.StartAsync()).Map("/", async context =>
        {
            context.Response.ContentType = "text/plain";
            context.Response.ContentLength = Length;
            var sent = 0;
            for (; sent < Length && attempt!.Told.Reports.Count == 0; sent++)
            {
                await context.Response.Body.WriteAsync(new byte[1].AsMemory(), context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                clock.Advance(TimeSpan.FromMilliseconds(200));
            }
            await context.Response.Body.WriteAsync(new byte[Length - sent].AsMemory(), context.RequestAborted);
        });
        using var egress = TestEgress.Open();
        attempt = new NetworkAttempt(egress, clock);

        await attempt.OfAsync(new HttpRequest(), new { url = site.At("/") });

        Assert.NotEmpty(attempt.Told.Reports);
        Assert.All(attempt.Told.Reports, report => Assert.Equal((Length, "bytes"), (report.Total, report.Unit)));
        Assert.Equal(attempt.Told.Reports.Select(report => report.Done).Order(), attempt.Told.Reports.Select(report => report.Done));
        Assert.Equal(Length, attempt.Told.Reports[^1].Done);
    }

    [Fact]
    public async Task A_refusal_by_the_server_is_a_warning()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", "no", status: 503);
        using var egress = TestEgress.Open();
        var attempt = new NetworkAttempt(egress);

        await attempt.FailureOfAsync(new WebDownload(), new { url = site.At("/") });

        var line = Assert.Single(attempt.Told.Lines);
        Assert.Equal(TaskLogLevel.Warning, line.Level);
        Assert.Contains(": 503 in", line.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("image/png", "The body is image/png, 3 bytes, and no text: body and text are left empty.")]
    [InlineData("application/json", "The body says it is application/json but is no JSON: body is null, text has it as it came.")]
    public async Task What_becomes_of_a_body_that_cannot_be_read_is_said(string contentType, string expected)
    {
        await using var site = (await TestSite.StartAsync()).Page("/", "abc", contentType);
        using var egress = TestEgress.Open();
        var attempt = new NetworkAttempt(egress);

        await attempt.OfAsync(new HttpRequest(), new { url = site.At("/") });

        Assert.Equal((TaskLogLevel.Warning, expected), attempt.Told.Lines[^1]);
    }
}
