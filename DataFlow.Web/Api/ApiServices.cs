using DataFlow.Engine;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Api.Requests;
using DataFlow.Web.Live;

namespace DataFlow.Web.Api;

/// <summary>The HTTP API: a thin layer over the door. It lives at the root and never answers HTML.</summary>
internal static class ApiServices
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddRouting(routing =>
        {
            routing.SetParameterPolicy<WorkflowIdConstraint>("wf");
            routing.SetParameterPolicy<ExecutionIdConstraint>("ex");
            routing.SetParameterPolicy<WebhookIdConstraint>("we");
        });
        return services.AddLive().AddApiDocument();
    }

    public static void MapApi(this IEndpointRouteBuilder app)
    {
        var engine = app.ServiceProvider.GetRequiredService<WorkflowEngine>();
        app.MapWorkflows(engine);
        app.MapVersions(engine);
        app.MapExecute(engine);
        app.MapReplay(engine);
        app.MapExecutions(engine);
        app.MapBulk(engine);
        app.MapEvents(engine);
        app.MapLogs(engine);
        app.MapLive();
        app.MapDeliveries(engine);
        app.MapWebhooks(engine);
        app.MapWebhookSteering(engine);
        app.MapWebhookDeliveries(engine);
        app.MapStorage(engine);
        app.MapTaskTypes(engine);
        app.MapExpressions(engine);
        app.MapSchemas(engine);
        app.MapHealth();
        app.MapMetrics();
        app.MapOpenApi(ApiDocument.Path);
    }
}
