using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace DataFlow.Benchmarks.Webhooks;

/// <summary>Hosts that take messages at once, and one that never answers. All on loopback; a port is a host of its own.</summary>
internal sealed class Receivers : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly TcpListener _dead;
    private readonly ConcurrentDictionary<(string Execution, string Type), int> _arrived = new();
    private readonly ConcurrentQueue<double> _delays = new();

    private Receivers(WebApplication app, TcpListener dead) => (_app, _dead) = (app, dead);

    /// <summary>Addresses of those that answer.</summary>
    public IReadOnlyList<string> Healthy { get; private set; } = [];

    /// <summary>Takes connections in the kernel and never says a word.</summary>
    public string Dead => $"http://127.0.0.1:{((IPEndPoint)_dead.LocalEndpoint).Port}/hook";

    public static async Task<Receivers> StartAsync(int hosts)
    {
        var dead = new TcpListener(IPAddress.Loopback, 0);
        dead.Start(backlog: 10_000);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (var i = 0; i < hosts; i++) kestrel.Listen(IPAddress.Loopback, 0);
        });
        var receivers = new Receivers(builder.Build(), dead);
        receivers._app.MapPost("/hook", receivers.TakeAsync);
        await receivers._app.StartAsync();
        receivers.Healthy = [.. receivers._app.Urls.Select(address => $"{address}/hook")];
        return receivers;
    }

    /// <summary>Messages of an execution that have arrived, and how often more than once.</summary>
    public (int Arrived, int Again) Of(string execution, params ReadOnlySpan<string> types)
    {
        var (arrived, again) = (0, 0);
        foreach (var type in types)
            if (_arrived.TryGetValue((execution, type), out var count)) (arrived, again) = (arrived + 1, again + count - 1);
        return (arrived, again);
    }

    /// <summary>Milliseconds from the moment in each message to its arrival, sorted; forgotten by this.</summary>
    public double[] TakeDelays()
    {
        var delays = new List<double>();
        while (_delays.TryDequeue(out var delay)) delays.Add(delay);
        return [.. delays.Order()];
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _dead.Dispose();
    }

    private async Task TakeAsync(HttpContext http)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var message = await JsonDocument.ParseAsync(http.Request.Body);
        var root = message.RootElement;
        _delays.Enqueue((now - root.GetProperty("timestamp").GetDateTimeOffset()).TotalMilliseconds);
        _arrived.AddOrUpdate((root.GetProperty("data").GetProperty("execution_id").GetString()!, root.GetProperty("type").GetString()!), 1, static (_, count) => count + 1);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
