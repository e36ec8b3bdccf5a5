using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api.Contracts;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Replies;

namespace DataFlow.Web.Api;

/// <summary>For load balancers and supervisors.</summary>
internal static class HealthApi
{
    private static readonly TimeSpan s_longestProbe = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder api, WorkflowEngine engine)
    {
        var lifetime = api.ServiceProvider.GetRequiredService<IHostApplicationLifetime>();
        var clock = api.ServiceProvider.GetRequiredService<TimeProvider>();
        api.MapGet("/health/live", Live).Documented("live", "Is the process alive", "Does nothing else.").Answers<HealthReply>(200, "It is.");
        api.MapGet("/health/ready", http => Ready(http, engine, lifetime, clock)).Documented("ready", "Can it take work", "Asks the store.").Answers<HealthReply>(200, "It can.").Refuses(503);
    }

    private static Task Live(HttpContext http) => OkAsync(http);

    private static async Task Ready(HttpContext http, WorkflowEngine engine, IHostApplicationLifetime lifetime, TimeProvider clock)
    {
        if (!lifetime.ApplicationStopping.IsCancellationRequested && await AnswersAsync(http, engine, clock)) await OkAsync(http);
        else await ProblemReply.WriteAsync(http, ProblemKind.NotReady);
    }

    private static async Task<bool> AnswersAsync(HttpContext http, WorkflowEngine engine, TimeProvider clock)
    {
        try
        {
            return (await engine.ListWorkflowsAsync(new WorkflowQuery(Limit: 1), http.RequestAborted).WaitAsync(s_longestProbe, clock, http.RequestAborted)).IsOk;
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return false;
        }
    }

    private static Task OkAsync(HttpContext http) => JsonReply.WriteAsync(http, StatusCodes.Status200OK, new HealthReply("ok"), ApiJson.Default.HealthReply);
}
