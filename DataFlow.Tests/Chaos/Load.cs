using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;

namespace DataFlow.Tests.Chaos;

/// <summary>Clients that keep a server busy, and remember what it told them.</summary>
internal sealed class Load(ChaosClient client, IReadOnlyList<string> workflowIds, string webhookUrl, int seed)
{
    private const int Clients = 8;
    private const int MostByOne = 600;

    /// <summary>Each client's breath between two requests: the server is to be busy, the machine is to stay able to run the test.</summary>
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(10);

    private readonly ConcurrentDictionary<string, string> acknowledged = new();
    private readonly ConcurrentBag<Sighting> sightings = [];

    /// <summary>Keys with the id each was answered with.</summary>
    public IReadOnlyDictionary<string, string> Acknowledged => acknowledged;

    public IReadOnlyCollection<Sighting> Sightings => sightings;

    /// <summary>Runs until told that it is enough; then each client gets the answer it waits for, and ends.</summary>
    public Task RunAsync(CancellationToken enough, CancellationToken cancellationToken) =>
        Task.WhenAll(Enumerable.Range(1, Clients).Select(number => Task.Run(() => RunOneAsync(number, enough, cancellationToken), cancellationToken)));

    private async Task RunOneAsync(int number, CancellationToken enough, CancellationToken cancellationToken)
    {
        var random = new Random(unchecked((seed * 31) + number));
        var mine = ImmutableList<string>.Empty;
        for (var n = 1; n <= MostByOne && !enough.IsCancellationRequested; n++)
        {
            var key = $"load-{number}-{n}";
            var workflowId = workflowIds[random.Next(workflowIds.Count)];
            var (told, waits) = (random.Next(3) == 0, random.Next(4) == 0);
            var reply = await client.ExecuteAsync(workflowId, key, told ? webhookUrl : null, waits, cancellationToken);
            var id = reply.GetProperty("execution_id").GetString()!;
            acknowledged[key] = id;
            mine = mine.Add(id);
            if (waits) Note(reply);
            if (random.Next(10) == 0) Note(await client.GetAsync($"/executions/{mine[random.Next(mine.Count)]}?include=outputs", cancellationToken));
            await Task.Delay(s_breath, TimeProvider.System, cancellationToken);
        }
    }

    private void Note(JsonElement document)
    {
        foreach (var task in document.GetProperty("tasks").EnumerateArray())
            if (task.GetProperty("status").GetString() == "COMPLETED") sightings.Add(new Sighting(document.GetProperty("execution_id").GetString()!, task.GetProperty("ref").GetString()!, task.GetProperty("output").Clone()));
    }
}
