using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DataFlow.Tests.Telemetry;

/// <summary>A collector: takes OTLP over HTTP on a free port, and refuses what is not valid protobuf as a real one does.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<OtlpSpan> _spans = new();
    private readonly SemaphoreSlim _arrived = new(0);

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Every span so far.</summary>
    public IReadOnlyCollection<OtlpSpan> Spans => _spans;

    /// <summary>How many requests held metrics.</summary>
    public int MetricRequests { get; private set; }

    /// <summary>Requests that a collector would have refused.</summary>
    public ConcurrentQueue<string> Refused { get; } = new();

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.MapPost("/v1/traces", receiver.TakeTracesAsync);
        app.MapPost("/v1/metrics", receiver.TakeMetricsAsync);
        await app.StartAsync();
        receiver.Address = new Uri(app.Urls.Single());
        return receiver;
    }

    /// <summary>Waits until the spans so far are enough.</summary>
    public async Task<IReadOnlyList<OtlpSpan>> UntilAsync(Func<IReadOnlyList<OtlpSpan>, bool> enough, CancellationToken cancellationToken)
    {
        while (true)
        {
            OtlpSpan[] spans = [.. _spans];
            if (enough(spans)) return spans;
            await _arrived.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _arrived.Dispose();
    }

    private async Task TakeTracesAsync(HttpContext context)
    {
        var body = await ReadAsync(context);
        try
        {
            foreach (var span in OtlpSpan.ReadAll(body)) _spans.Enqueue(span);
            context.Response.ContentType = "application/x-protobuf";
        }
        catch (Exception refused)
        {
            Refused.Enqueue(refused.ToString());
            context.Response.StatusCode = 400;
        }
        _arrived.Release();
    }

    private async Task TakeMetricsAsync(HttpContext context)
    {
        if (ProtobufMessage.Read(await ReadAsync(context)).Messages(1).Any()) MetricRequests++;
        context.Response.ContentType = "application/x-protobuf";
        _arrived.Release();
    }

    private async Task<byte[]> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentType != "application/x-protobuf") Refused.Enqueue($"{context.Request.Path} {context.Request.ContentType}");
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        return body.ToArray();
    }
}
