using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DataFlow.Tests.Support;

/// <summary>A receiver of webhooks on loopback; keeps what came and answers as told.</summary>
internal sealed class HookReceiver(WebApplication app, Channel<HookReceiver.Message> messages) : IAsyncDisposable
{
    public string Url => $"{app.Urls.Single()}/hook";

    /// <summary>What it answers.</summary>
    public int Status { get; set; } = 204;

    public static async Task<HookReceiver> StartAsync(int port = 0)
    {
        var messages = Channel.CreateUnbounded<Message>();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        var receiver = new HookReceiver(app, messages);
        app.MapPost("/hook", async (HttpContext http) =>
        {
            using var reader = new StreamReader(http.Request.Body);
            var headers = http.Request.Headers;
            messages.Writer.TryWrite(new Message(headers["webhook-id"].ToString(), headers["webhook-timestamp"].ToString(), headers["webhook-signature"].ToString(), await reader.ReadToEndAsync()));
            return Results.StatusCode(receiver.Status);
        });
        await app.StartAsync();
        return receiver;
    }

    public Task<Message> NextAsync() => messages.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask DisposeAsync() => app.DisposeAsync();

    public sealed record Message(string Id, string Timestamp, string Signature, string Body);
}
