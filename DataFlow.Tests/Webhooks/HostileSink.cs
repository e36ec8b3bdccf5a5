using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DataFlow.Tests.Webhooks;

/// <summary>A real receiver on loopback that behaves as badly as the path asks.</summary>
internal sealed class HostileSink : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly TaskCompletionSource aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<(string Id, DateTimeOffset At)> arrived = Channel.CreateUnbounded<(string, DateTimeOffset)>();
    private int redirected;

    private HostileSink(WebApplication app) => this.app = app;

    public string Http { get; private set; } = "";

    public string Https { get; private set; } = "";

    /// <summary>What came to the one path that behaves.</summary>
    public ChannelReader<(string Id, DateTimeOffset At)> Arrived => arrived.Reader;

    /// <summary>How often something arrived where the redirect points to.</summary>
    public int Redirected => Volatile.Read(ref redirected);

    /// <summary>Ends when a sender has hung up on a reply that drips.</summary>
    public Task Aborted => aborted.Task.WaitAsync(Patience.Longest);

    public static async Task<HostileSink> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(SelfSigned()));
        });
        var sink = new HostileSink(builder.Build());
        sink.Map();
        await sink.app.StartAsync(TestContext.Current.CancellationToken);
        var addresses = sink.app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        (sink.Http, sink.Https) = (addresses.Single(address => address.StartsWith("http:")), addresses.Single(address => address.StartsWith("https:")));
        return sink;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();

    private void Map()
    {
        app.MapPost("/hook", (HttpRequest request) => arrived.Writer.TryWrite((request.Headers["webhook-id"].ToString(), TimeProvider.System.GetUtcNow())));
        app.MapPost("/answer/{status:int}", (int status) => Results.Text(new string('ž', 5_000), statusCode: status));
        app.MapPost("/slow-down", (HttpResponse response) =>
        {
            response.StatusCode = 429;
            response.Headers.RetryAfter = "120";
        });
        app.MapPost("/redirect", () => Results.Redirect("/landing", preserveMethod: true));
        app.Map("/landing", () => Interlocked.Increment(ref redirected));
        app.MapPost("/drip/{status:int}", DripAsync);
    }

    // One drop, and nothing more until the sender hangs up.
    private async Task DripAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        using var registration = context.RequestAborted.Register(aborted.SetResult);
        await context.Response.WriteAsync("drip", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Aborted;
    }

    private static X509Certificate2 SelfSigned()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }
}
