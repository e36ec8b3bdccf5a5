using System.IO.Compression;
using System.Text;
using DataFlow.Engine.Egress;
using DataFlow.Engine.TaskTypes;
using DataFlow.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace DataFlow.Tests.Egress;

public sealed class EgressLimitsTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_decompression_bomb_ends_at_the_limit(string encoding)
    {
        var bomb = Compressed(encoding, 200_000_000);
        Assert.True(bomb.Length < 1_000_000);
        await using var site = (await TestSite.StartAsync()).Map("/", context =>
        {
            context.Response.Headers.ContentEncoding = encoding;
            return context.Response.Body.WriteAsync(bomb, context.RequestAborted).AsTask();
        });
        using var egress = TestEgress.Open(new() { MaxResponseBytes = 1_000_000 });
        using var response = await egress.For(EgressPurpose.Tasks).GetAsync(site.Url, HttpCompletionOption.ResponseHeadersRead, Stop);
        var body = await response.Content.ReadAsStreamAsync(Stop);

        long unpacked = 0;
        var failure = await FailureAsync(async () =>
        {
            var buffer = new byte[64 * 1024];
            while (await body.ReadAsync(buffer, Stop) is > 0 and var read) unpacked += read;
            return unpacked;
        });

        Assert.Equal(("download_too_large", false), (failure.Code, failure.Retryable));
        Assert.InRange(unpacked, 1, 1_000_000);
    }

    [Fact]
    public async Task Compressed_replies_are_unpacked_and_counted_unpacked()
    {
        var packed = Compressed("gzip", 5_000);
        await using var site = (await TestSite.StartAsync()).Map("/", context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(packed).AsTask();
        });
        using var exact = TestEgress.Open(new() { MaxResponseBytes = 5_000 });
        using var less = TestEgress.Open(new() { MaxResponseBytes = 4_999 });

        Assert.Equal(5_000, (await exact.For(EgressPurpose.Tasks).GetByteArrayAsync(site.Url, Stop)).Length);
        Assert.Equal("download_too_large", (await FailureAsync(() => less.For(EgressPurpose.Tasks).GetByteArrayAsync(site.Url, Stop))).Code);
    }

    [Fact]
    public async Task An_endless_chunked_reply_ends_at_the_limit()
    {
        var aborted = new TaskCompletionSource();
        await using var site = (await TestSite.StartAsync()).Map("/", async context =>
        {
            try
            {
                while (true) await context.Response.Body.WriteAsync(new byte[4_096], context.RequestAborted);
            }
            catch (OperationCanceledException)
            {
                aborted.SetResult();
            }
        });
        using var egress = TestEgress.Open(new() { MaxResponseBytes = 100_000 });

        Assert.Equal("download_too_large", (await FailureAsync(() => egress.For(EgressPurpose.Tasks).GetByteArrayAsync(site.Url, Stop))).Code);
        await aborted.Task.WaitAsync(Stop);
    }

    [Fact]
    public async Task An_announced_size_over_the_limit_is_refused_before_the_body()
    {
        await using var site = (await TestSite.StartAsync()).Map("/", async context =>
        {
            context.Response.ContentLength = 50_000_000;
            await context.Response.Body.FlushAsync();
            await TestSite.Gone(context);
        });
        using var egress = TestEgress.Open();

        Assert.Equal("download_too_large", (await FailureAsync(() => egress.For(EgressPurpose.Tasks).GetAsync(site.Url, Stop))).Code);
    }

    [Fact]
    public async Task A_request_can_lower_the_limit_and_not_raise_it()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", new string('x', 2_000));
        using var egress = TestEgress.Open(new() { MaxResponseBytes = 1_500 });
        foreach (var asked in (long[])[1_000, 1_000_000])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, site.Url);
            request.SetMaxBytes(asked);
            var failure = await FailureAsync(() => egress.For(EgressPurpose.Tasks).SendAsync(request, Stop));
            Assert.Equal("download_too_large", failure.Code);
            Assert.Contains(asked == 1_000 ? "1,000" : "1,500", failure.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(100)]
    [InlineData(3)]
    public async Task A_body_that_is_shorter_than_announced_is_a_lost_connection(int sent)
    {
        await using var liar = new ByteSink(speak: async (stream, stop) =>
        {
            await stream.ReadAtLeastAsync(new byte[4_096], 1, cancellationToken: stop);
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 200 OK\r\nContent-Length: 200\r\n\r\n" + new string('x', sent)), stop);
        });
        using var egress = TestEgress.Open();

        var failure = await FailureAsync(() => egress.For(EgressPurpose.Tasks).GetByteArrayAsync($"http://127.0.0.1:{liar.Port}/", Stop));

        Assert.Equal(("connection_lost", true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task Headers_without_end_are_refused()
    {
        await using var site = (await TestSite.StartAsync()).Map("/", context =>
        {
            for (var i = 0; i < 80; i++) context.Response.Headers[$"X-{i}"] = new string('x', 1_000);
            return Task.CompletedTask;
        });
        using var egress = TestEgress.Open();

        Assert.Equal("download_too_large", (await FailureAsync(() => egress.For(EgressPurpose.Tasks).GetAsync(site.Url, Stop))).Code);
    }

    [Fact]
    public async Task Webhook_replies_are_cut_and_never_fail_for_their_size()
    {
        await using var site = (await TestSite.StartAsync()).Page("/", new string('x', 40_000));
        using var egress = TestEgress.Open();

        using var response = await egress.For(EgressPurpose.Webhooks).PostAsync(site.Url, new StringContent("{}"), Stop);

        Assert.Equal(16 * 1024, (await response.Content.ReadAsByteArrayAsync(Stop)).Length);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_up_after_the_headers_time()
    {
        var clock = new FakeTimeProvider();
        await using var site = (await TestSite.StartAsync()).Silence("/");
        using var egress = TestEgress.Open(clock: clock);

        var asking = FailureAsync(() => egress.For(EgressPurpose.Tasks).GetAsync(site.Url, Stop));
        await site.NextRequestAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(asking.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));

        var failure = await asking.WaitAsync(Stop);
        Assert.Equal(("timeout", true), (failure.Code, failure.Retryable));
        Assert.Contains("30 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up_after_the_idle_time()
    {
        var clock = new FakeTimeProvider();
        await using var site = (await TestSite.StartAsync()).Map("/", async context =>
        {
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            await TestSite.Gone(context);
        });
        using var egress = TestEgress.Open(clock: clock);
        using var response = await egress.For(EgressPurpose.Tasks).GetAsync(site.Url, HttpCompletionOption.ResponseHeadersRead, Stop);
        var body = await response.Content.ReadAsStreamAsync(Stop);
        await body.ReadExactlyAsync(new byte[10], Stop);

        var reading = FailureAsync(() => body.ReadAsync(new byte[10], Stop).AsTask());
        clock.Advance(TimeSpan.FromSeconds(29.9));
        Assert.False(reading.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Contains("stopped sending for 30 s", (await reading.WaitAsync(Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trickle_that_is_never_idle_is_given_up_after_the_total_time()
    {
        var clock = new FakeTimeProvider();
        var next = new SemaphoreSlim(0);
        await using var site = (await TestSite.StartAsync()).Map("/", async context =>
        {
            while (true)
            {
                await context.Response.Body.WriteAsync(new byte[1], context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
                await next.WaitAsync(context.RequestAborted);
            }
        });
        using var egress = TestEgress.Open(clock: clock);
        using var response = await egress.For(EgressPurpose.Tasks).GetAsync(site.Url, HttpCompletionOption.ResponseHeadersRead, Stop);
        var body = await response.Content.ReadAsStreamAsync(Stop);
        for (var seconds = 0; seconds < 100; seconds += 20)
        {
            Assert.Equal(1, await body.ReadAsync(new byte[10], Stop));
            clock.Advance(TimeSpan.FromSeconds(20));
            next.Release();
        }
        Assert.Equal(1, await body.ReadAsync(new byte[10], Stop));

        var reading = FailureAsync(() => body.ReadAsync(new byte[10], Stop).AsTask());
        clock.Advance(TimeSpan.FromSeconds(20.1));

        Assert.Contains("whole reply within 120 s", (await reading.WaitAsync(Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_with_its_own_time_waits_that_long()
    {
        var clock = new FakeTimeProvider();
        await using var site = (await TestSite.StartAsync()).Silence("/");
        using var egress = TestEgress.Open(clock: clock);
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Url);
        request.SetTimeout(TimeSpan.FromSeconds(5));

        var asking = FailureAsync(() => egress.For(EgressPurpose.Tasks).SendAsync(request, Stop));
        await site.NextRequestAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(5.1));

        Assert.Contains("within 5 s", (await asking.WaitAsync(Stop)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_nobody_answers_for_is_given_up_after_the_connect_time()
    {
        var clock = new FakeTimeProvider();
        var resolver = new SilentResolver();
        using var egress = TestEgress.Create(resolver: resolver, clock: clock);

        var asking = FailureAsync(() => egress.For(EgressPurpose.Tasks).GetAsync("http://slow.test/", Stop));
        await resolver.Asked.Task.WaitAsync(Stop);
        clock.Advance(TimeSpan.FromSeconds(10.1));

        var failure = await asking.WaitAsync(Stop);
        Assert.Equal(("timeout", true), (failure.Code, failure.Retryable));
        Assert.Contains("slow.test:80 within 10 s", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_shakes_hands_is_given_up_after_the_connect_time()
    {
        await using var mute = new ByteSink();
        using var egress = TestEgress.Open(new() { ConnectSeconds = 0.2 });

        var failure = await FailureAsync(() => egress.For(EgressPurpose.Tasks).GetAsync($"https://127.0.0.1:{mute.Port}/", Stop));

        Assert.Equal(("timeout", true), (failure.Code, failure.Retryable));
    }

    [Fact]
    public async Task The_callers_own_cancellation_is_not_a_failure()
    {
        await using var site = (await TestSite.StartAsync()).Silence("/");
        using var egress = TestEgress.Open();
        using var cancel = new CancellationTokenSource();

        var asking = egress.For(EgressPurpose.Tasks).GetAsync(site.Url, cancel.Token);
        await site.NextRequestAsync(Stop);
        await cancel.CancelAsync();

        var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asking);
        Assert.Null(EgressFailures.From(cancelled, cancel.Token));
    }

    private static async Task<TaskFailure> FailureAsync<T>(Func<Task<T>> request)
    {
        var thrown = await Assert.ThrowsAnyAsync<Exception>(request);
        return EgressFailures.From(thrown, Stop) ?? throw thrown;
    }

    private static byte[] Compressed(string encoding, int zeros)
    {
        using var packed = new MemoryStream();
        using (Stream packer = encoding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(packed, CompressionLevel.Optimal, leaveOpen: true),
            _ => new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            var block = new byte[1_000];
            for (var i = 0; i < zeros / block.Length; i++) packer.Write(block);
        }
        return packed.ToArray();
    }

    private sealed class SilentResolver : IHostResolver
    {
        public TaskCompletionSource Asked { get; } = new();

        public async Task<System.Net.IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
        {
            var never = new TaskCompletionSource<System.Net.IPAddress[]>();
            await using var registration = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
            Asked.SetResult();
            return await never.Task;
        }
    }
}
