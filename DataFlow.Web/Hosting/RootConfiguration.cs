using DataFlow.Engine;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.TaskTypes.OpenAI;
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
        sources.Insert(0, RootFile());
    }

    /// <summary>Every key of ours stands in the root file, so a key that does not is a slip that would otherwise be found out much later.</summary>
    /// <exception cref="ConfigurationRefusedException">There is a key that nobody reads.</exception>
    public static void RefuseUnknownKeys(IConfiguration configuration)
    {
        var root = new ConfigurationBuilder().Add(RootFile()).Build();
        foreach (var section in (string[])[EngineOptions.Section, OpenAIOptions.Section])
        {
            var known = root.GetSection(section).GetChildren().Select(child => child.Key).ToArray();
            foreach (var child in configuration.GetSection(section).GetChildren())
            {
                if (known.Contains(child.Key, StringComparer.OrdinalIgnoreCase)) continue;
                var hint = NearestName.Find(child.Key, known) is { } near ? $" Did you mean {section}:{near}?" : "";
                throw new ConfigurationRefusedException($"{child.Path}: there is no such setting.{hint}");
            }
        }
    }

    private static JsonConfigurationSource RootFile()
    {
        var file = new JsonConfigurationSource { Path = Path.Combine(AppContext.BaseDirectory, FileName), Optional = true };
        file.ResolveFileProvider();
        return file;
    }
}
