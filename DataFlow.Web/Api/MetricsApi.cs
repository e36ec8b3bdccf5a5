using System.Text;
using DataFlow.Web.Api.OpenApi;
using DataFlow.Web.Telemetry;

namespace DataFlow.Web.Api;

/// <summary>For Prometheus. Who may call it is decided as for the rest of the API: a local start answers this machine only.</summary>
internal static class MetricsApi
{
    public static void MapMetrics(this IEndpointRouteBuilder api)
    {
        // Made now, so that nothing is missed: it gathers from the moment it exists.
        var metrics = api.ServiceProvider.GetRequiredService<MetricsCollector>();
        api.MapGet("/metrics", http => WriteAsync(http, metrics)).Documented("metrics", "What the server counts and times", "In the text format of Prometheus, version 0.0.4.").AnswersText(200, "Every series there is.");
    }

    private static Task WriteAsync(HttpContext http, MetricsCollector metrics)
    {
        var text = Encoding.UTF8.GetBytes(metrics.Write());
        http.Response.ContentType = PrometheusText.MediaType;
        http.Response.ContentLength = text.Length;
        return http.Response.Body.WriteAsync(text, http.RequestAborted).AsTask();
    }
}
