using Microsoft.Extensions.Logging.Console;

namespace DataFlow.Web.Telemetry;

/// <summary>Log lines for programs.</summary>
internal static class ConsoleLogs
{
    public static void AddConsoleLogs(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<LogOptions>().BindConfiguration(LogOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        if (string.Equals(builder.Configuration[$"{LogOptions.Section}:{nameof(LogOptions.Format)}"], "json", StringComparison.OrdinalIgnoreCase))
            builder.Services.PostConfigure<ConsoleLoggerOptions>(static console => console.FormatterName = ConsoleFormatterNames.Json);
        // Also when chosen by the framework's own key: a line without its execution is worth little, and a time without its zone less.
        builder.Services.PostConfigure<JsonConsoleFormatterOptions>(static json =>
        {
            json.IncludeScopes = true;
            json.UseUtcTimestamp = true;
            json.TimestampFormat ??= "yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'";
        });
    }
}
