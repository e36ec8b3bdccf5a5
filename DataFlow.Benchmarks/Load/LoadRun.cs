using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace DataFlow.Benchmarks.Load;

/// <summary>The product and the limit program in turn, in one run on one machine: ratios travel, absolute figures do not.</summary>
internal static class LoadRun
{
    private const string Definition = """
        {
          "name": "Three pure text tasks",
          "input": [
            { "name": "webpage_url", "type": "string" },
            { "name": "pad", "type": "string", "required": false }
          ],
          "tasks": [
            { "ref": "reverse", "type": "Text.Reverse", "input": { "text": "{{input.webpage_url}}" } },
            { "ref": "cut", "type": "Text.Truncate", "input": { "text": "{{refs.reverse.output.text}}", "length": 20 } },
            { "ref": "again", "type": "Text.Reverse", "input": { "text": "{{refs.cut.output.text}}" } }
          ],
          "output": [{ "name": "text", "type": "string", "value": "{{refs.again.output.text}}" }]
        }
        """;

    public static async Task<int> MainAsync(string[] args)
    {
        if (LoadOptions.Parse(args) is not { } options)
        {
            Console.Error.WriteLine(LoadOptions.Usage);
            return 2;
        }
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var folder = Directory.CreateTempSubdirectory("dataflow-load-").FullName;
        try
        {
            await RunAsync(options, folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task RunAsync(LoadOptions options, string folder)
    {
        var product = await Product.BuildAsync(Path.Combine(folder, "product"));
        var withLimit = Directory.Exists(options.LimitProject);
        var limitDll = withLimit ? await Product.BuildAsync(options.LimitProject, Path.Combine(folder, "limit"), "limits.dll") : null;

        var (ours, workflow, coldStart) = await StartProductAsync(product, Folder(folder, "product-data"));
        using var _ = ours;
        using var limit = limitDll is null ? null : await StartLimitAsync(limitDll, Folder(folder, "limit-data"));
        Console.WriteLine($"cold start to first COMPLETED {coldStart.TotalMilliseconds:F0} ms, idle RSS {ours.ResidentMegabytes:F0} MB");

        var url = $"{ours.Address}/workflows/{workflow}/execute";
        await Wrk.RunAsync(url, 16, 3);
        if (limit is not null) await Wrk.RunAsync(limit.Address + "/ew", 16, 3);
        Console.WriteLine("clients  system   exec/s     p50 ms   p95 ms   p99 ms   bad   of the limit");
        var (storedBefore, executions) = (ours.StoredBytes, 0L);
        foreach (var clients in options.Clients)
        {
            var (mine, theirs) = (new List<Round>(), new List<Round>());
            for (var round = 0; round < options.Rounds; round++)
            {
                if (limit is not null) theirs.Add(await Wrk.RunAsync(limit.Address + "/ew", clients, options.Seconds));
                mine.Add(await Wrk.RunAsync(url, clients, options.Seconds));
            }
            executions += mine.Sum(round => round.Count);
            var (median, of) = (Median(mine), theirs.Count > 0 ? Median(theirs) : null);
            if (of is not null) Print(clients, "limit", of, "");
            Print(clients, "product", median, of is null ? "" : $"{median.PerSecond / of.PerSecond:F2} exec/s, {median.P50 / of.P50:F2} p50");
        }
        Console.WriteLine($"RSS after {ours.ResidentMegabytes:F0} MB; {(ours.StoredBytes - storedBefore) / (double)executions:F0} bytes stored per execution over {executions:N0} executions");
    }

    private static void Print(int clients, string system, Round round, string ratio) =>
        Console.WriteLine($"{clients,7}  {system,-7}  {round.PerSecond,8:F0}  {round.P50,7:F2}  {round.P95,7:F2}  {round.P99,7:F2}  {round.Bad,4}   {ratio}");

    private static Round Median(List<Round> rounds) => rounds.OrderBy(round => round.PerSecond).ElementAt(rounds.Count / 2);

    private static string Folder(string parent, string name) => Directory.CreateDirectory(Path.Combine(parent, name)).FullName;

    private static async Task<(Server Server, string WorkflowId, TimeSpan ColdStart)> StartProductAsync(string dll, string folder)
    {
        var watch = Stopwatch.StartNew();
        var server = await Product.StartAsync(dll, folder);
        using var client = Product.Client(server);
        using var saved = await client.PostAsync(new Uri("/workflows", UriKind.Relative), new StringContent(Definition, System.Text.Encoding.UTF8, "application/json"));
        var workflow = (await saved.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("workflow_id").GetString()!;
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/workflows/{workflow}/execute") { Content = new StringContent("""{"input":{"webpage_url":"https://example.com"}}""", System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Prefer", "wait=30");
        using var first = await client.SendAsync(request);
        var status = (await first.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("status").GetString();
        return status == "COMPLETED" ? (server, workflow, watch.Elapsed) : throw new InvalidOperationException($"The first execution ended {status}.");
    }

    private static Task<Server> StartLimitAsync(string dll, string folder)
    {
        var port = Server.FreePort();
        return Server.StartAsync(dll, ["serve", "exec", "FULL", port.ToString(CultureInfo.InvariantCulture)], port, folder, ("BENCH_DIR", folder));
    }
}
