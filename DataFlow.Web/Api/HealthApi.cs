using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Api;

/// <summary>For load balancers and supervisors.</summary>
internal static class HealthApi
{
    public static void MapHealth(this IEndpointRouteBuilder api)
    {
        var lifetime = api.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var health = api.ServiceProvider.GetRequiredService<EngineHealth>();
        api.MapGet("/health/live", Live).Documented("live", "Is the process alive", "Does nothing else.").Answers<LiveReply>(200, "It is.");
        api.MapGet("/health/ready", http => Ready(http, health, lifetime)).Documented("ready", "Can it take work", "Reads and writes the store, looks at the disk, and says what it found; so does the problem.")
            .Answers<HealthReply>(200, "It can.").Refuses(503);
    }

    private static Task Live(HttpContext http) => JsonReply.WriteAsync(http, StatusCodes.Status200OK, new LiveReply("ok"), ApiJson.Default.LiveReply);

    private static async Task Ready(HttpContext http, EngineHealth health, IHostApplicationLifetime lifetime)
    {
        var stopping = lifetime.ApplicationStopping.IsCancellationRequested;
        HealthEntry[] checks = [.. (await health.CheckAsync(http.RequestAborted)).Select(Entry), .. stopping ? [new HealthEntry("stop", "failing", "The server has been asked to stop.")] : ImmutableArray<HealthEntry>.Empty];
        var failing = checks.Where(check => check.Status == "failing").ToArray();
        if (failing.Length == 0) await JsonReply.WriteAsync(http, StatusCodes.Status200OK, new HealthReply("ok", checks), ApiJson.Default.HealthReply);
        else await ProblemReply.WriteAsync(http, new ProblemAnswer(ProblemKind.NotReady) { Detail = string.Join(' ', failing.Select(check => check.Detail)), Checks = checks });
    }

    private static HealthEntry Entry(HealthCheck check) => new(check.Name, check.Status switch
    {
        HealthStatus.Ok => "ok",
        HealthStatus.Busy => "busy",
        _ => "failing",
    }, check.Detail);
}
