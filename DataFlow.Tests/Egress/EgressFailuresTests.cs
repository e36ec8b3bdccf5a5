using System.Net.Sockets;
using DataFlow.Engine.Egress;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Egress;

public sealed class EgressFailuresTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_that_does_not_exist_is_dns_failed_and_can_be_tried_again()
    {
        using var egress = TestEgress.Create();
        var failure = await FailureAsync(egress, "http://nowhere.test/");
        Assert.Equal(("dns_failed", true), (failure.Code, failure.Retryable));
        Assert.Contains("nowhere.test", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_is_connect_failed_and_can_be_tried_again()
    {
        int port;
        await using (var gone = new ByteSink()) port = gone.Port;
        using var egress = TestEgress.Open();
        var failure = await FailureAsync(egress, $"http://127.0.0.1:{port}/");
        Assert.Equal(("connect_failed", true), (failure.Code, failure.Retryable));
        Assert.Contains($"127.0.0.1:{port}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_closed_port_behind_a_denied_address_reads_as_an_open_one()
    {
        await using var open = new ByteSink();
        int closed;
        await using (var gone = new ByteSink()) closed = gone.Port;
        using var egress = TestEgress.Create();
        Assert.Equal(await FailureAsync(egress, $"http://127.0.0.1:{open.Port}/"), await FailureAsync(egress, $"http://127.0.0.1:{closed}/"));
    }

    [Fact]
    public async Task A_certificate_that_nobody_trusts_is_tls_failed()
    {
        await using var site = (await TestSite.StartAsync(tls: true)).Page("/", "x");
        using var egress = TestEgress.Open();
        var failure = await FailureAsync(egress, site.At("/"));
        Assert.Equal(("tls_failed", false), (failure.Code, failure.Retryable));
        Assert.Empty(site.Requests);
    }

    [Theory]
    [InlineData("hello, I am no web server\r\n\r\n", "bad_response")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nxxxxx", "bad_response")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "bad_response")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", "connection_lost")]
    [InlineData("", "connection_lost")]
    public async Task Replies_that_are_not_http_can_be_tried_again(string reply, string code)
    {
        await using var server = new ByteSink(speak: async (stream, stop) =>
        {
            await stream.ReadAtLeastAsync(new byte[4_096], 1, cancellationToken: stop);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(reply), stop);
        });
        using var egress = TestEgress.Open();
        var failure = await FailureAsync(egress, $"http://127.0.0.1:{server.Port}/");
        Assert.Equal((code, true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public void A_bug_is_not_a_failure() => Assert.Null(EgressFailures.From(new InvalidOperationException("bug"), Stop));

    [Fact]
    public void A_bare_socket_failure_is_a_lost_connection() =>
        Assert.Equal("connection_lost", EgressFailures.From(new SocketException((int)SocketError.ConnectionReset), Stop)?.Code);

    private static async Task<Engine.TaskTypes.TaskFailure> FailureAsync(EgressClientFactory egress, string url)
    {
        var thrown = await Assert.ThrowsAnyAsync<Exception>(() => egress.For(EgressPurpose.Tasks).GetByteArrayAsync(url, Stop));
        return EgressFailures.From(thrown, Stop) ?? throw thrown;
    }
}
