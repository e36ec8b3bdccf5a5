namespace DataFlow.Web.Telemetry;

/// <summary>Where spans and metrics are sent, section <c>DataFlow:Telemetry</c>.</summary>
internal sealed class TelemetryOptions
{
    /// <summary>Section name.</summary>
    public const string Section = "DataFlow:Telemetry";

    /// <summary>
    /// Where spans and metrics are sent by OTLP: <c>http://localhost:4318</c> (HTTP) or <c>http://localhost:4317</c> (gRPC). Default empty: nowhere, and nothing of it
    /// is loaded. The standard <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> does the same.
    /// </summary>
    public string OtlpEndpoint { get; set; } = "";
}
