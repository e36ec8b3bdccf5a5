namespace DataFlow.Web.Telemetry;

/// <summary>Registers what operators see the server by.</summary>
internal static class TelemetryServices
{
    public static void AddTelemetry(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<TelemetryOptions>().BindConfiguration(TelemetryOptions.Section);
        builder.Services.AddMetrics();
        builder.Services.AddSingleton<MetricsCollector>();
        builder.AddConsoleLogs();
        builder.AddOtlpExport();
    }
}
