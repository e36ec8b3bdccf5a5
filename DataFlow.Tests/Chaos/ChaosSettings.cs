using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;

namespace DataFlow.Tests.Chaos;

/// <summary>What the environment may say about these tests.</summary>
internal static class ChaosSettings
{
    private static readonly IConfiguration s_environment = new ConfigurationBuilder().AddEnvironmentVariables().Build();

    /// <summary><c>CHAOS_KILLS</c>: how often the load test kills the server. Default 20.</summary>
    public static int Kills { get; } = s_environment.GetValue("CHAOS_KILLS", 20);

    /// <summary><c>CHAOS_SEED</c>: repeats the choices of a run that failed. Default: another one every time.</summary>
    public static int Seed { get; } = s_environment.GetValue("CHAOS_SEED", RandomNumberGenerator.GetInt32(int.MaxValue));

    /// <summary><c>CHAOS_CRASH_POINTS</c>: from and to, such as <c>1-200</c>, of the fdatasync calls to die at. Default: a few, spread.</summary>
    public static IEnumerable<int> CrashPoints { get; } = s_environment["CHAOS_CRASH_POINTS"] is { Length: > 0 } range ? Range(range) : [1, 2, 4, 7, 11, 17, 26, 40];

    private static IEnumerable<int> Range(string range)
    {
        var ends = range.Split('-').Select(end => int.Parse(end, CultureInfo.InvariantCulture)).ToArray();
        return Enumerable.Range(ends[0], ends[^1] - ends[0] + 1);
    }
}

/// <summary>Tests that kill processes and measure time run one after the other, when the others have ended.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ChaosTests
{
    public const string Name = "Chaos";
}
