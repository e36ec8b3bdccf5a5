using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DataFlow.Benchmarks.Load;
using Microsoft.AspNetCore.SignalR.Client;

namespace DataFlow.Benchmarks.Watchers;

/// <summary>
/// Many programs watch running executions over the hub: does each see every event once, how long after it was decided, and what do they cost while they are there and
/// after they have left?
/// </summary>
internal static class WatchersRun
{
    public const string Usage = "watchers [--watchers 1000] [--connections 1000] [--executions 100] [--waits 10] [--pause 500] [--rounds 4] [--settle 30]";

    public static async Task<int> MainAsync(string[] args)
    {
        // waits and pause: each execution waits so often, so many milliseconds. settle: seconds after the watchers have left.
        Dictionary<string, int> standard = new() { ["watchers"] = 1_000, ["connections"] = 1_000, ["executions"] = 100, ["waits"] = 10, ["pause"] = 500, ["rounds"] = 4, ["settle"] = 30 };
        if (Arguments.Read(args, standard) is not { } options)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var folder = Directory.CreateTempSubdirectory("dataflow-watchers-").FullName;
        try
        {
            var dll = await Product.BuildAsync(Path.Combine(folder, "product"));
            // A thousand clients in one process are compiled as slowly as the server: on a server of its own, so that the first round is that of a cold server alone.
            using (var other = await StartAsync(dll, folder, "warm"))
                await RunAsync(other, new(options) { ["watchers"] = 300, ["connections"] = 300, ["pause"] = 100, ["rounds"] = 1, ["settle"] = 0 }, TextWriter.Null);
            using var server = await StartAsync(dll, folder, "data");
            return await RunAsync(server, options, Console.Out) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<Server> StartAsync(string dll, string folder, string name) => Product.StartAsync(
        dll, Path.Combine(folder, name), ("DataFlow__Live__MaxConnections", "10000"), ("DataFlow__Live__MaxStreams", "10000"), ("DataFlow__MaxConcurrentExecutions", "10000"));

    private static async Task<bool> RunAsync(Server server, Dictionary<string, int> options, TextWriter output)
    {
        using var client = Product.Client(server);
        var workflow = await SaveAsync(client, options["waits"], options["pause"]);
        await ExecuteAsync(client, workflow, 1);
        await output.WriteLineAsync($"{options["watchers"]:N0} watchers on {options["connections"]:N0} connections, {options["executions"]:N0} executions; RSS before {server.ResidentMegabytes:F0} MB");
        await output.WriteLineAsync("round  events    missed  twice   p50 ms  p95 ms  p99 ms  max ms   RSS connected  busy  left");
        var right = true;
        for (var round = 1; round <= options["rounds"]; round++)
        {
            var connections = new HubConnection[options["connections"]];
            for (var i = 0; i < connections.Length; i++) connections[i] = await ConnectAsync(server);
            var executions = await ExecuteAsync(client, workflow, options["executions"]);
            var connected = server.ResidentMegabytes;
            var watching = Enumerable.Range(0, options["watchers"]).Select(i => Watcher.RunAsync(connections[i % connections.Length], executions[i % executions.Length])).ToArray();
            var watchers = await Task.WhenAll(watching);
            var busy = server.ResidentMegabytes;
            foreach (var connection in connections) await connection.DisposeAsync();
            await Task.Delay(TimeSpan.FromSeconds(options["settle"]), TimeProvider.System);

            var delays = watchers.SelectMany(watcher => watcher.Delays).Order().ToArray();
            var (missed, twice) = (watchers.Sum(watcher => watcher.Missed), watchers.Sum(watcher => watcher.Twice));
            right &= missed == 0 && twice == 0 && delays.Length > 0;
            await output.WriteLineAsync($"{round,5}  {watchers.Sum(watcher => watcher.Seen),8:N0}  {missed,6}  {twice,5}  {At(delays, 0.5),7:F1}  {At(delays, 0.95),6:F1}  {At(delays, 0.99),6:F1}  {At(delays, 1),6:F1}   {connected,10:F0} MB  {busy,4:F0}  {server.ResidentMegabytes,4:F0}");
        }
        return right;
    }

    private static double At(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];

    private static async Task<string> SaveAsync(HttpClient client, int waits, int pause)
    {
        var tasks = string.Join(',', Enumerable.Range(0, waits).Select(i => $$"""{ "ref": "wait{{i}}", "type": "Flow.Wait", "input": { "seconds": {{pause / 1000.0}} } }"""));
        using var saved = await client.PostAsync(new Uri("/workflows", UriKind.Relative), new StringContent($$"""{"name":"Watched","tasks":[{{tasks}}]}""", Encoding.UTF8, "application/json"));
        return (await saved.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("workflow_id").GetString()!;
    }

    private static async Task<string[]> ExecuteAsync(HttpClient client, string workflow, int count)
    {
        var executions = new string[count];
        for (var i = 0; i < count; i++)
        {
            using var accepted = await client.PostAsync(new Uri($"/workflows/{workflow}/execute", UriKind.Relative), null);
            executions[i] = (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("execution_id").GetString()!;
        }
        return executions;
    }

    private static async Task<HubConnection> ConnectAsync(Server server)
    {
        var connection = new HubConnectionBuilder().WithUrl(new Uri(new Uri(server.Address), "/hubs/executions")).Build();
        await connection.StartAsync();
        return connection;
    }
}
