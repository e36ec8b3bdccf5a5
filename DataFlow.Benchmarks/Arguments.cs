namespace DataFlow.Benchmarks;

/// <summary><c>--name number</c> pairs of a command.</summary>
internal static class Arguments
{
    /// <summary>What was given over what stands there already; <c>null</c>: something unknown, or no number.</summary>
    public static Dictionary<string, int>? Read(string[] args, Dictionary<string, int> standard)
    {
        var read = new Dictionary<string, int>(standard);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 >= args.Length || !args[i].StartsWith("--", StringComparison.Ordinal) || !read.ContainsKey(args[i][2..]) || !int.TryParse(args[i + 1], out var number)) return null;
            read[args[i][2..]] = number;
        }
        return read;
    }
}
