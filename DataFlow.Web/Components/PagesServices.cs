using MudBlazor.Services;

namespace DataFlow.Web.Components;

/// <summary>The pages: Blazor Server, everything served from here, nothing from another host.</summary>
internal static class PagesServices
{
    /// <summary>A whole definition crosses the circuit when somebody edits it; the framework's 32 KB would cut long ones off.</summary>
    private const long LongestMessage = 4 * 1024 * 1024;

    public static IServiceCollection AddPages(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(circuit =>
        {
            // A lost circuit costs memory; every view is a link, so a page that comes back later loses nothing by a reload.
            circuit.DisconnectedCircuitMaxRetained = 20;
            circuit.DisconnectedCircuitRetentionPeriod = TimeSpan.FromSeconds(60);
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);
        services.AddMudServices(kit =>
        {
            kit.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomRight;
            kit.SnackbarConfiguration.VisibleStateDuration = 4000;
            kit.SnackbarConfiguration.ShowTransitionDuration = 120;
            kit.SnackbarConfiguration.HideTransitionDuration = 200;
        });
        // The kit's files have their compressed copies under another address than the one that lasts for ever.
        services.AddResponseCompression(replies =>
        {
            replies.EnableForHttps = true;
            replies.MimeTypes = ["text/css", "text/javascript"];
        });
        services.AddScoped<BrowserShell>();
        services.AddSingleton<DataFlow.Web.Settings.ServerFacts>();
        services.AddScoped<Workflows.DefinitionHandover>();
        services.AddScoped<Editor.EditorCommands>();
        services.AddScoped<Layout.PageShortcuts>();
        services.AddTransient<Editor.DraftStore>();
        services.AddTransient<Editor.PinStore>();
        return services;
    }

    public static WebApplication MapPages(this WebApplication app)
    {
        app.UseAntiforgery();
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/_content"), kit => kit.UseResponseCompression());
        app.MapStaticAssets();
        // Who may frame a page is said once, by the host's own policy for every reply.
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(options => options.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}
