using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;

namespace DataFlow.Benchmarks.Million;

/// <summary>The same questions to a small database and to a full one, in one run on one machine; then the full one is pruned while it is used.</summary>
internal static class MillionRun
{
    private const string Usage = "million [--rows 1000000] [--small 1000] [--keep 100000] [--rounds 200] [--folder FOLDER]";

    /// <summary>A full database may be so many times slower than a small one.</summary>
    private const double MostRatio = 1.5;

    public static async Task<int> MainAsync(string[] args)
    {
        var (rows, small, keep, rounds, folder) = (1_000_000, 1_000, 100_000, 200, (string?)null);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length) return Refuse();
            switch (args[i])
            {
                case "--rows": rows = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--small": small = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--keep": keep = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--rounds": rounds = int.Parse(args[i + 1], CultureInfo.InvariantCulture); break;
                case "--folder": folder = args[i + 1]; break;
                default: return Refuse();
            }
        }
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var made = Directory.CreateDirectory(folder ?? Path.Combine(Path.GetTempPath(), $"dataflow-million-{Environment.ProcessId}")).FullName;
        try
        {
            await RunAsync(made, rows, small, keep, rounds);
            return 0;
        }
        finally
        {
            if (folder is null) Directory.Delete(made, recursive: true);
        }
    }

    private static int Refuse()
    {
        Console.Error.WriteLine(Usage);
        return 2;
    }

    private static async Task RunAsync(string folder, int rows, int small, int keep, int rounds)
    {
        var few = await BuildAsync(Path.Combine(folder, "small"), small);
        var many = await BuildAsync(Path.Combine(folder, "large"), rows);
        // Limits would prune what is to be measured.
        (string, string)[] without = [("DataFlow:Retention:MaxExecutions", "0"), ("DataFlow:Retention:MaxExecutionsPerWorkflow", "0"), ("DataFlow:Retention:IntervalSeconds", "86400")];
        await using (var first = await EngineHost.StartAsync(few, without))
        await using (var second = await EngineHost.StartAsync(many, without))
        {
            Console.WriteLine($"{"",-44}  {small,9:N0} p50  p95 ms   {rows,9:N0} p50  p95 ms   ratio of p50, goal {MostRatio:F1}");
            var missed = 0;
            var (here, there) = (await Questions.AboutAsync(first), await Questions.AboutAsync(second));
            foreach (var (name, ask) in Questions.All)
            {
                var (mine, theirs) = await Measure.BothAsync(name, rounds, i => ask(here, i), i => ask(there, i));
                var ratio = theirs.P50 / mine.P50;
                Console.WriteLine($"{name,-44}  {mine.P50,13:F3} {mine.P95,7:F3}   {theirs.P50,13:F3} {theirs.P95,7:F3}   {ratio,6:F2} {(ratio <= MostRatio ? "" : "  MISSED")}");
                missed += ratio <= MostRatio ? 0 : 1;
            }
            Console.WriteLine($"{Questions.All.Count() - missed} of {Questions.All.Count()} within the goal");
        }
        await PruneRun.RunAsync(many, keep);
    }

    private static async Task<string> BuildAsync(string folder, int count)
    {
        if (Directory.Exists(folder))
        {
            Console.WriteLine($"{folder} is there already.");
            return folder;
        }
        Directory.CreateDirectory(folder);
        var took = await Measure.OnceAsync(() => Dataset.BuildAsync(folder, count));
        Console.WriteLine($"{count:N0} executions made in {took / 1_000:F0} s, {new FileInfo(Path.Combine(folder, SqliteDatabase.FileName)).Length / 1e6:N0} MB");
        return folder;
    }
}
