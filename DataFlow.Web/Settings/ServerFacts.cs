using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using DataFlow.Engine;
using DataFlow.Web.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace DataFlow.Web.Settings;

/// <summary>What runs here, where, and on what. Nothing secret is in it.</summary>
internal sealed class ServerFacts(IServer server, IConfiguration configuration, IHostEnvironment environment, IOptions<EngineOptions> engine)
{
    private static readonly Assembly s_program = typeof(ServerFacts).Assembly;

    /// <summary><c>1.2.3</c>, without what a build adds to it.</summary>
    public static string Version => Informational.Split('+')[0];

    /// <summary>The commit it was built from, as far as the build knew; <c>null</c>: it did not.</summary>
    public static string? Commit => Informational.Split('+') is [_, { Length: > 0 } commit] ? commit[..Math.Min(12, commit.Length)] : null;

    public static string Runtime => $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}";

    public static int ProcessId => Environment.ProcessId;

    /// <summary>When the process began.</summary>
    public static DateTimeOffset StartedAt
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return process.StartTime.ToUniversalTime();
        }
    }

    public string EnvironmentName => environment.EnvironmentName;

    /// <summary>The whole path.</summary>
    public string DataDirectory => Path.GetFullPath(engine.Value.DataDirectory);

    public Durability Durability => engine.Value.Durability;

    /// <summary>Where it listens.</summary>
    public ImmutableArray<string> Addresses => [.. server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []];

    /// <summary>Whether nobody on another machine reaches it.</summary>
    public bool IsForThisMachineOnly => Addresses.All(ListeningAddresses.IsLoopback);

    /// <summary>An address by which it reaches itself; <c>null</c>: it does not listen.</summary>
    public string? OwnAddress => Addresses.FirstOrDefault() is { } address ? ListeningAddresses.ToReach(address) : null;

    /// <summary>Every setting of the product as it is in force.</summary>
    public ImmutableArray<EffectiveSetting> ReadSettings() => EffectiveSettings.Read((IConfigurationRoot)configuration, ReadDefaults());

    /// <summary>The settings as they were built: the file beside the program may have been edited since.</summary>
    private static IConfigurationRoot ReadDefaults()
    {
        using var file = s_program.GetManifestResourceStream("appsettings.json")!;
        return new ConfigurationBuilder().AddJsonStream(file).Build();
    }

    private static string Informational => s_program.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
