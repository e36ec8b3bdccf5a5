using System.Reflection;
using System.Runtime.CompilerServices;
using DataFlow.Engine.Observability;
using DataFlow.Web.Hosting;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DataFlow.Web.Telemetry;

/// <summary>
/// Sends spans and metrics to a collector, when the configuration names one. The operator chose the address, as with the database's folder: it is usually on
/// this machine or a private network, and no workflow can change it, so the address check for what workflows reach does not apply.
/// </summary>
internal static class OtlpExport
{
    private const string StandardEndpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
    private const string StandardProtocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private static readonly string[] s_silent = ["/metrics", "/health", "/_blazor", "/_framework", "/_content"];

    /// <exception cref="ConfigurationRefusedException">The address is none.</exception>
    public static void AddOtlpExport(this WebApplicationBuilder builder)
    {
        var (settings, key) = (builder.Configuration, $"{TelemetryOptions.Section}:{nameof(TelemetryOptions.OtlpEndpoint)}");
        if (settings[key] is { Length: > 0 } ours)
        {
            Check(key, ours);
            settings[StandardEndpoint] = ours;
        }
        var (traces, metrics) = (Wanted(settings, "TRACES"), Wanted(settings, "METRICS"));
        if (!traces && !metrics) return;
        foreach (var name in (ReadOnlySpan<string>)[StandardEndpoint, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"])
            if (settings[name] is { Length: > 0 } given) Check(name, given);
        // The standard's own default; the library's is gRPC, which nothing listens for on the port of HTTP.
        if (settings[StandardProtocol] is null && !(settings[StandardEndpoint] ?? "").TrimEnd('/').EndsWith(":4317", StringComparison.Ordinal)) settings[StandardProtocol] = "http/protobuf";
        Load(builder, traces, metrics);
    }

    /// <summary>A method of its own: the libraries are loaded when it is compiled, not before.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Load(WebApplicationBuilder builder, bool traces, bool metrics)
    {
        var telemetry = builder.Services.AddOpenTelemetry();
        if (!IsNamed(builder.Configuration)) telemetry.ConfigureResource(static resource => resource.AddService("dataflow", serviceVersion: Version));
        if (traces)
        {
            telemetry.WithTracing(static tracing => tracing
                .AddSource(EngineTelemetry.Name)
                .AddAspNetCoreInstrumentation(static http => http.Filter = static context => !Array.Exists(s_silent, path => context.Request.Path.StartsWithSegments(path)))
                .AddOtlpExporter());
        }
        if (metrics)
        {
            telemetry.WithMetrics(static meters => meters
                .AddMeter(EngineTelemetry.Name, "System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
                .AddOtlpExporter());
        }
    }

    private static string? Version => typeof(OtlpExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static bool Wanted(ConfigurationManager settings, string signal) =>
        !string.Equals(settings["OTEL_SDK_DISABLED"], "true", StringComparison.OrdinalIgnoreCase)
        && settings[$"OTEL_{signal}_EXPORTER"] is null or "" or "otlp"
        && (settings[StandardEndpoint] is { Length: > 0 } || settings[$"OTEL_EXPORTER_OTLP_{signal}_ENDPOINT"] is { Length: > 0 });

    private static bool IsNamed(ConfigurationManager settings) =>
        settings["OTEL_SERVICE_NAME"] is { Length: > 0 } || settings["OTEL_RESOURCE_ATTRIBUTES"]?.Contains("service.name=", StringComparison.Ordinal) == true;

    private static void Check(string key, string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps))
            throw new ConfigurationRefusedException($"{key}: this is no http or https address. Name a collector, such as http://localhost:4318.");
    }
}
