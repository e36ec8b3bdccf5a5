using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DataFlow.Benchmarks.Load;

namespace DataFlow.Benchmarks.Webhooks;

/// <summary>
/// A host that never answers has thousands of messages waiting: how long after it was decided does a message to another host arrive, and does each? The time in a
/// message is that of the decision, before the commit: the wait for the disk is in the figures.
/// </summary>
internal static class WebhooksRun
{
    public const string Usage = "webhooks [--dead 10000] [--hosts 20] [--rate 20] [--seconds 30] [--goal 1000]";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static async Task<int> MainAsync(string[] args)
    {
        // dead: messages to the host that never answers. rate: executions a second told to others, two messages each; of every four one more goes to the dead host. goal: ms, p95.
        Dictionary<string, int> standard = new() { ["dead"] = 10_000, ["hosts"] = 20, ["rate"] = 20, ["seconds"] = 30, ["goal"] = 1_000 };
        if (Arguments.Read(args, standard) is not { } options)
        {
            Console.Error.WriteLine(Usage);
            return 2;
        }
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var folder = Directory.CreateTempSubdirectory("dataflow-webhooks-").FullName;
        try
        {
            var dll = await Product.BuildAsync(Path.Combine(folder, "product"));
            await using var receivers = await Receivers.StartAsync(options["hosts"]);
            using var server = await Product.StartAsync(dll, Path.Combine(folder, "data"), ("DataFlow__Egress__AllowCidrs__0", "127.0.0.0/8"));
            return await RunAsync(server, receivers, options) ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> RunAsync(Server server, Receivers receivers, Dictionary<string, int> options)
    {
        using var client = Product.Client(server);
        using var saved = await client.PostAsync(new Uri("/workflows", UriKind.Relative), Json("""{"name":"Told","tasks":[{"ref":"a","type":"Text.Reverse","input":{"text":"abc"}}]}"""));
        var workflow = (await saved.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("workflow_id").GetString()!;

        Console.WriteLine($"{options["hosts"]} hosts that answer, {options["rate"]} executions a second told to them for {options["seconds"]} s");
        Console.WriteLine("waiting for the dead host  messages  lost  again   p50 ms  p95 ms  p99 ms  max ms");
        var right = await MeasureAsync(client, workflow, receivers, options, waiting: 0);
        await Parallel.ForAsync(0, options["dead"] / 2, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (_, _) => await ExecuteAsync(client, workflow, receivers.Dead, waits: true));
        return await MeasureAsync(client, workflow, receivers, options, options["dead"]) && right;
    }

    private static async Task<bool> MeasureAsync(HttpClient client, string workflow, Receivers receivers, Dictionary<string, int> options, int waiting)
    {
        receivers.TakeDelays();
        var accepted = new List<Task<string>>();
        var dead = new List<Task<string>>();
        using (var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / options["rate"]), TimeProvider.System))
        {
            for (var i = 0; i < options["rate"] * options["seconds"]; i++)
            {
                await pace.WaitForNextTickAsync();
                accepted.Add(ExecuteAsync(client, workflow, receivers.Healthy[i % receivers.Healthy.Count], waits: false));
                if (waiting > 0 && i % 4 == 0) dead.Add(ExecuteAsync(client, workflow, receivers.Dead, waits: false));
            }
        }
        var executions = await Task.WhenAll(accepted);
        await Task.WhenAll(dead);

        var clock = TimeProvider.System;
        var began = clock.GetTimestamp();
        var (arrived, again) = Count(receivers, executions);
        while (arrived < executions.Length * 2 && clock.GetElapsedTime(began) < s_patience)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), clock);
            (arrived, again) = Count(receivers, executions);
        }
        var delays = receivers.TakeDelays();
        var lost = executions.Length * 2 - arrived;
        Console.WriteLine($"{waiting + 2 * dead.Count,25:N0}  {executions.Length * 2,8:N0}  {lost,4}  {again,5}  {At(delays, 0.5),7:F1}  {At(delays, 0.95),6:F1}  {At(delays, 0.99),6:F1}  {At(delays, 1),6:F1}");
        return lost == 0 && At(delays, 0.95) < options["goal"];
    }

    private static (int Arrived, int Again) Count(Receivers receivers, string[] executions)
    {
        var (arrived, again) = (0, 0);
        foreach (var execution in executions)
        {
            var of = receivers.Of(execution, "execution.started", "execution.completed");
            (arrived, again) = (arrived + of.Arrived, again + of.Again);
        }
        return (arrived, again);
    }

    private static double At(double[] sorted, double part) => sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * part))];

    private static async Task<string> ExecuteAsync(HttpClient client, string workflow, string webhook, bool waits)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"/workflows/{workflow}/execute", UriKind.Relative)) { Content = Json($$"""{"webhook_url":"{{webhook}}"}""") };
        if (waits) request.Headers.Add("Prefer", "wait=30");
        using var accepted = await client.SendAsync(request);
        accepted.EnsureSuccessStatusCode();
        return (await accepted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("execution_id").GetString()!;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
