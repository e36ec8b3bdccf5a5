using Microsoft.Extensions.Configuration.Json;

namespace DataFlow.Web.Hosting;

/// <summary>
/// The root <c>appsettings.json</c> lies beside the program, wherever it is started from, and holds every key. Everything else is put over it: a file of
/// that name in the working folder, then the environment (<c>ASPNETCORE_URLS</c> too, which a file read later would win over), then the command line.
/// </summary>
internal static class RootConfiguration
{
    private const string FileName = "appsettings.json";

    public static void Use(ConfigurationManager configuration)
    {
        var sources = configuration.Sources;
        var standard = sources.OfType<JsonConfigurationSource>().FirstOrDefault(source => source.Path == FileName);
        if (standard is not null)
        {
            sources.Remove(standard);
            sources.Insert(0, standard);
        }
        var root = new JsonConfigurationSource { Path = System.IO.Path.Combine(AppContext.BaseDirectory, FileName), Optional = true };
        root.ResolveFileProvider();
        sources.Insert(0, root);
    }
}
