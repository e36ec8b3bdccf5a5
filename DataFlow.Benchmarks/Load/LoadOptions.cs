namespace DataFlow.Benchmarks.Load;

/// <summary>What <c>load</c> was asked to do.</summary>
/// <param name="LimitProject">Folder of the limit program; without it only the product is measured.</param>
/// <param name="Clients">Waiting clients, one run each.</param>
/// <param name="Seconds">Length of one round.</param>
/// <param name="Rounds">Rounds; the median counts.</param>
internal sealed record LoadOptions(string LimitProject, int[] Clients, int Seconds, int Rounds)
{
    public const string Usage = "load [--limit FOLDER] [--clients 1,16,64] [--seconds 5] [--rounds 3]";

    public static LoadOptions? Parse(string[] args)
    {
        var options = new LoadOptions(Path.Combine(Repository.Root, "..", "shared", "bench", "limits"), [1, 16, 64], 5, 3);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length) return null;
            switch (args[i])
            {
                case "--limit": options = options with { LimitProject = args[i + 1] }; break;
                case "--clients": options = options with { Clients = [.. args[i + 1].Split(',').Select(int.Parse)] }; break;
                case "--seconds": options = options with { Seconds = int.Parse(args[i + 1]) }; break;
                case "--rounds": options = options with { Rounds = int.Parse(args[i + 1]) }; break;
                default: return null;
            }
        }
        return options;
    }
}

/// <summary>Where the sources are.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "DataFlow.Web.sln")) ? folder : Find(Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("DataFlow.Web.sln was not found above the program."));
}
