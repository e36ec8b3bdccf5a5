using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Http.Connections;

namespace DataFlow.Web.Live;

/// <summary>Registers what is told live.</summary>
internal static class LiveServices
{
    /// <summary>Where the hub is.</summary>
    public const string HubPath = "/hubs/executions";

    /// <summary>Bytes that wait for a slow client before its streams wait for it.</summary>
    private const int SendBuffer = 32 * 1024;

    public static IServiceCollection AddLive(this IServiceCollection services)
    {
        services.AddOptions<LiveOptions>().BindConfiguration(LiveOptions.Section, binder => binder.ErrorOnUnknownConfiguration = true).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<ServerSentEvents>();
        services.AddSingleton<HubPlaces>();
        services.AddSignalR()
            .AddHubOptions<ExecutionHub>(hub => hub.MaximumReceiveMessageSize = LiveOptions.LongestMessage)
            .AddJsonProtocol(protocol =>
            {
                protocol.PayloadSerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;
                protocol.PayloadSerializerOptions.Converters.Add(new LiveMessageConverter());
            });
        return services;
    }

    public static void MapLive(this IEndpointRouteBuilder app) => app.MapHub<ExecutionHub>(HubPath, connection =>
    {
        connection.TransportMaxBufferSize = SendBuffer;
        connection.ApplicationMaxBufferSize = LiveOptions.LongestMessage * 2;
        // A silent peer is found by the hub's own pings.
        connection.Transports = HttpTransportType.WebSockets | HttpTransportType.ServerSentEvents | HttpTransportType.LongPolling;
    });
}
