using System.Globalization;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Storage.Sqlite;

namespace DataFlow.Benchmarks.Million;

/// <summary>A full database is pruned while it is used a little: what the users feel, and what is left of the file.</summary>
internal static class PruneRun
{
    private const double SlowestRequest = 100, MostOfLiveData = 1.5;

    public static async Task RunAsync(string folder, int keep)
    {
        var path = Path.Combine(folder, SqliteDatabase.FileName);
        var before = new FileInfo(path).Length;
        await using (var host = await EngineHost.StartAsync(folder, ("DataFlow:Retention:MaxExecutions", keep.ToString(CultureInfo.InvariantCulture)), ("DataFlow:Retention:MaxExecutionsPerWorkflow", "0"), ("DataFlow:Retention:IntervalSeconds", "86400")))
        {
            var questions = await Questions.AboutAsync(host);
            using var done = new CancellationTokenSource();
            List<(string Name, Task<List<double>> Times)> users =
            [
                ("execute and wait", UseAsync(questions, (q, i) => q.ExecuteAsync(i), done.Token)),
                ("list of a workflow", UseAsync(questions, (q, i) => q.ListAsync(new ExecutionQuery(20, WorkflowId: q.Workflow(i))), done.Token)),
                ("list of failures", UseAsync(questions, (q, _) => q.ListAsync(new ExecutionQuery(20, Statuses: [ExecutionStatus.Failed])), done.Token)),
            ];
            var run = (await host.Engine.PruneStorageAsync(CancellationToken.None)).Value!;
            await done.CancelAsync();
            var log = new FileInfo(path + "-wal").Length;
            Console.WriteLine($"pruned {run.Removed:N0} in {run.Duration.TotalSeconds:F0} s ({run.Removed / run.Duration.TotalSeconds:N0}/s), log at the end {log / 1e6:F0} MB");
            foreach (var (name, user) in users)
            {
                var times = await user;
                var timing = Timing.Of(name, times);
                Console.WriteLine($"  {name,-20} {times.Count,7:N0} requests, p50 {timing.P50:F2} ms, p95 {timing.P95:F2} ms, p99 {times[times.Count * 99 / 100]:F2} ms, slowest {times[^1]:F1} ms, goal {SlowestRequest:F0}{(times[^1] <= SlowestRequest ? "" : "  MISSED")}");
            }
            await host.Get<SqliteDatabase>().MaintainAsync();
            var copy = Path.Combine(folder, "copy.db");
            using (var connection = Connection.Open(path, create: false)) connection.Execute($"VACUUM INTO '{copy}'");
            var (after, live) = (new FileInfo(path).Length, new FileInfo(copy).Length);
            Console.WriteLine($"file {before / 1e6:N0} MB -> {after / 1e6:N0} MB, written anew {live / 1e6:N0} MB: {(double)after / live:F2} of the live data, goal {MostOfLiveData:F1}{(after <= MostOfLiveData * live ? "" : "  MISSED")}");
        }
    }

    /// <summary>Somebody who asks again 5 ms after each answer.</summary>
    private static async Task<List<double>> UseAsync(Questions questions, Func<Questions, int, Task> ask, CancellationToken done)
    {
        var times = new List<double>();
        for (var i = 0; !done.IsCancellationRequested; i++)
        {
            var round = i;
            times.Add(await Measure.OnceAsync(() => ask(questions, round)));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, CancellationToken.None);
        }
        return times;
    }
}
