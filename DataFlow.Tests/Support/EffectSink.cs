using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DataFlow.Tests.Support;

/// <summary>
/// The world outside: counts what reaches it, by <c>Idempotency-Key</c>, and keeps the webhook messages it got. It lives in the test's process and so
/// outlives every server.
/// </summary>
internal sealed class EffectSink : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentQueue<Effect> effects = new();
    private readonly ConcurrentDictionary<string, int> counts = new();
    private readonly ConcurrentQueue<WebhookMessage> messages = new();

    private EffectSink(WebApplication app) => this.app = app;

    public Uri Address { get; private set; } = null!;

    /// <summary>Every effect, in the order of arrival.</summary>
    public IReadOnlyCollection<Effect> Effects => effects;

    public IReadOnlyCollection<WebhookMessage> Messages => messages;

    /// <summary>Answers the status of the reply, after as long as it likes. By default every effect succeeds at once.</summary>
    public Func<Effect, Task<int>> OnEffect { get; set; } = static _ => Task.FromResult(200);

    public Func<WebhookMessage, Task<int>> OnMessage { get; set; } = static _ => Task.FromResult(200);

    public static async Task<EffectSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").ConfigureKestrel(static options => options.Limits.KeepAliveTimeout = TimeSpan.FromHours(1));
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var app = builder.Build();
        var sink = new EffectSink(app);
        app.MapPost("/webhook", sink.TakeMessageAsync);
        app.MapPost("/{**path}", sink.TakeEffectAsync);
        await app.StartAsync();
        sink.Address = new Uri(app.Urls.Single());
        return sink;
    }

    /// <summary>How often this key arrived.</summary>
    public int CountOf(string key) => counts.GetValueOrDefault(key);

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    private async Task TakeEffectAsync(HttpContext http)
    {
        var key = http.Request.Headers["Idempotency-Key"].ToString();
        var effect = new Effect(http.Request.Path, key, counts.AddOrUpdate(key, 1, static (_, count) => count + 1), TimeProvider.System.GetUtcNow());
        effects.Enqueue(effect);
        http.Response.StatusCode = await OnEffect(effect);
        await http.Response.WriteAsJsonAsync(new { number = effect.Number });
    }

    private async Task TakeMessageAsync(HttpContext http)
    {
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body);
        var message = new WebhookMessage(http.Request.Headers["webhook-id"].ToString(), Convert.ToHexString(body.ToArray()), TimeProvider.System.GetUtcNow());
        messages.Enqueue(message);
        http.Response.StatusCode = await OnMessage(message);
    }
}

/// <summary>Something a task did to the world.</summary>
/// <param name="Path"><c>/effects</c></param>
/// <param name="Key"><c>ex-1a2b3c4d.notify</c></param>
/// <param name="Number">The how manieth with this key, from 1.</param>
/// <param name="At">When it arrived.</param>
internal sealed record Effect(string Path, string Key, int Number, DateTimeOffset At);

/// <summary>A webhook message as it arrived.</summary>
internal sealed record WebhookMessage(string Id, string BodyHex, DateTimeOffset At);
