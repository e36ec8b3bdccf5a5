using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataFlow.Tests.Support;

/// <summary>A request that a <see cref="TestSite"/> got.</summary>
public sealed record TestRequest(string Method, string Path, string Query, IReadOnlyDictionary<string, string> Headers, string Body);

/// <summary>A real web server on a free loopback port: pages, files and handlers by path; records every request.</summary>
public sealed class TestSite : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ConcurrentDictionary<string, RequestDelegate> pages = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<TestRequest> requests = new();
    private readonly Channel<TestRequest> arrivals = Channel.CreateUnbounded<TestRequest>();

    private TestSite(WebApplication app) => this.app = app;

    /// <summary>Starts it on 127.0.0.1, or on another loopback address (all of 127/8 is this machine's).</summary>
    public static async Task<TestSite> StartAsync(string address = "127.0.0.1", bool tls = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(System.Net.IPAddress.Parse(address), 0, listener =>
            {
                if (tls) listener.UseHttps(TestCertificate.Create(address));
            });
        });
        // Nothing under way is waited for: handlers that never answer are part of the tests.
        builder.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(host => host.ShutdownTimeout = TimeSpan.Zero);
        var app = builder.Build();
        var site = new TestSite(app);
        app.Run(site.AnswerAsync);
        await app.StartAsync();
        site.Url = new(app.Urls.Single());
        return site;
    }

    /// <summary>Its root, <c>http://127.0.0.1:port/</c>.</summary>
    public Uri Url { get; private set; } = null!;

    public int Port => Url.Port;

    /// <summary>Every request so far, in order.</summary>
    public IReadOnlyCollection<TestRequest> Requests => requests;

    /// <summary>The absolute URL of a path.</summary>
    public string At(string path) => new Uri(Url, path).AbsoluteUri;

    /// <summary>Waits for the next request that nobody waited for yet; it has arrived whole, and may not be answered yet.</summary>
    public ValueTask<TestRequest> NextRequestAsync(CancellationToken cancellationToken) => arrivals.Reader.ReadAsync(cancellationToken);

    public TestSite Map(string path, RequestDelegate answer)
    {
        pages[path] = answer;
        return this;
    }

    public TestSite Page(string path, string body, string contentType = "text/html; charset=utf-8", int status = 200) =>
        Page(path, System.Text.Encoding.UTF8.GetBytes(body), contentType, status);

    public TestSite Page(string path, byte[] body, string? contentType, int status = 200) => Map(path, async context =>
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    });

    /// <summary>A file of this machine, as a static web server would give it: the type by its extension, without a charset.</summary>
    public TestSite File(string path, string file) => Map(path, context =>
    {
        context.Response.ContentType = Path.GetExtension(file) is ".html" or ".htm" or ".xhtml" ? "text/html" : "application/octet-stream";
        return context.Response.SendFileAsync(file);
    });

    public TestSite Redirect(string path, string location, int status = 302) => Map(path, context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.Location = location;
        return Task.CompletedTask;
    });

    /// <summary>Reads the request and never answers; ends when the client goes away.</summary>
    public TestSite Silence(string path) => Map(path, context => Gone(context));

    /// <summary>Completes when the client has gone away or the site stops.</summary>
    public static async Task Gone(HttpContext context)
    {
        var gone = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var request = new TestRequest(
            context.Request.Method, context.Request.Path, context.Request.QueryString.Value ?? "",
            context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase),
            await reader.ReadToEndAsync(context.RequestAborted));
        requests.Enqueue(request);
        arrivals.Writer.TryWrite(request);
        if (pages.TryGetValue(context.Request.Path, out var answer)) await answer(context);
        else context.Response.StatusCode = 404;
    }
}
