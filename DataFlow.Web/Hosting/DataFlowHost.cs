using DataFlow.Engine;
using DataFlow.Engine.Egress;
using DataFlow.Engine.Storage;
using DataFlow.Web.Api;
using DataFlow.Web.Components;
using DataFlow.Web.Samples;
using DataFlow.Web.Telemetry;
using Microsoft.Extensions.Options;

namespace DataFlow.Web.Hosting;

/// <summary>Puts the server together, and runs it.</summary>
internal static partial class DataFlowHost
{
    /// <summary>Builds it.</summary>
    /// <exception cref="ConfigurationRefusedException">It cannot be run as it is configured.</exception>
    /// <exception cref="OptionsValidationException">A setting is out of its range.</exception>
    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? configure = null)
    {
        // Named, because in tests the program that runs is another one.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args, ApplicationName = typeof(DataFlowHost).Assembly.GetName().Name, ContentRootPath = PublishedFolder,
        });
        RootConfiguration.Use(builder.Configuration);
        // A build that was not published finds its packages' styles and scripts only by this, whatever its environment; published files need no help.
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(ServerLimits.Use);
        builder.Services.AddOptions<HostingOptions>().BindConfiguration(EngineOptions.Section).ValidateOnStart();
        // The engine's own patience decides when the host stops; the framework's 30 s must not cut it short.
        builder.Services.AddOptions<HostOptions>().Configure<IOptions<EngineOptions>>(static (host, engine) => host.ShutdownTimeout = TimeSpan.FromSeconds(engine.Value.StopSeconds + 15));
        builder.Services.AddSingleton<IOwnListeners, ServerListeners>();
        builder.Services.AddSqliteStorage();
        builder.Services.AddDataFlowEngine();
        builder.Services.AddSecretProtection();
        builder.Services.AddApi();
        builder.Services.AddSamples();
        builder.Services.AddPages();
        builder.Services.AddSingleton<IProcessMemory, ProcessMemory>().AddHostedService<IdleMemory>();
        builder.AddTelemetry();
        configure?.Invoke(builder);

        RootConfiguration.RefuseUnknownKeys(builder.Configuration);
        RefuseWiderAddresses(builder.Configuration);
        var app = builder.Build();
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
            app.UseMiddleware<HeadRequests>();
            // Here and not before everything, where the framework would put it: the route is chosen by the method.
            app.UseRouting();
            app.UseMiddleware<SecurityHeaders>();
            app.UseMiddleware<ErrorReplies>();
            app.UseMiddleware<RequestGuards>();
            app.UseMiddleware<LastingConnections>();
            app.MapApi();
            app.MapSamples();
            app.MapPages();
            return app;
        }
        catch
        {
            ((IDisposable)app).Dispose();
            throw;
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        // The host logs why it could not start with a stack trace; until it has started the one line below says it instead.
        var started = false;
        try
        {
            await using var app = Build(args, builder => builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => started && level >= LogLevel.Warning));
            await app.StartAsync();
            started = true;
            using var impatience = new SecondSignal();
            Banner(app);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception exception) when (StartupFailure.Explain(exception) is { } line)
        {
            await Console.Error.WriteLineAsync(line);
            return StartupFailure.ExitCode;
        }
    }

    private static void Banner(WebApplication app)
    {
        var addresses = string.Join(", ", app.Urls);
        var mode = app.Urls.All(ListeningAddresses.IsLoopback) ? "this machine only, no login" : "OPEN TO OTHERS WITHOUT LOGIN";
        var folder = Path.GetFullPath(app.Services.GetRequiredService<IOptions<EngineOptions>>().Value.DataDirectory);
        Ready(app.Logger, addresses, mode, folder);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Data Flow Platform is ready at {Addresses} ({Mode}); data in {Folder}")]
    private static partial void Ready(ILogger logger, string addresses, string mode, string folder);

    /// <summary>A published program has its files beside it, wherever it is started from; a built one knows where they are in the sources.</summary>
    private static string? PublishedFolder => Directory.Exists(Path.Combine(AppContext.BaseDirectory, "wwwroot")) ? AppContext.BaseDirectory : null;

    private static void RefuseWiderAddresses(IConfiguration configuration)
    {
        if (configuration.GetValue<bool>($"{EngineOptions.Section}:{nameof(HostingOptions.AllowInsecure)}")) return;
        foreach (var (key, address) in ListeningAddresses.Of(configuration))
            if (!ListeningAddresses.IsLoopback(address))
                throw new ConfigurationRefusedException(
                    $"{key}: {address} can be reached from other machines, and there is no login yet. Use http://127.0.0.1:5000, or set {EngineOptions.Section}:{nameof(HostingOptions.AllowInsecure)} to true if that is what you want.");
    }
}
