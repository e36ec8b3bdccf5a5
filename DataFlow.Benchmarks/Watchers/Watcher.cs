using System.Text.Json;
using Microsoft.AspNetCore.SignalR.Client;

namespace DataFlow.Benchmarks.Watchers;

/// <summary>What one watcher of one execution saw.</summary>
/// <param name="Seen">Events.</param>
/// <param name="Missed">Sequences that did not come.</param>
/// <param name="Twice">Sequences that came again.</param>
/// <param name="Delays">
/// Milliseconds from the time in an event to its arrival, of those that came live. The time is that of the decision, before the commit: the wait for the disk is in them.
/// </param>
internal sealed record Watcher(int Seen, int Missed, int Twice, IReadOnlyList<double> Delays)
{
    public static async Task<Watcher> RunAsync(HubConnection connection, string execution)
    {
        var (seen, last, missed, twice, snapshot) = (0, 0, 0, 0, 0);
        var delays = new List<double>();
        await foreach (var message in connection.StreamAsync<JsonElement>("WatchExecution", execution, 0))
        {
            if (message.GetProperty("kind").GetString() == "snapshot")
            {
                snapshot = message.GetProperty("sequence").GetInt32();
                continue;
            }
            var now = TimeProvider.System.GetUtcNow();
            seen++;
            var sequence = message.GetProperty("sequence").GetInt32();
            if (sequence <= last) twice++;
            else missed += sequence - last - 1;
            last = Math.Max(last, sequence);
            if (sequence > snapshot) delays.Add((now - message.GetProperty("event").GetProperty("at").GetDateTimeOffset()).TotalMilliseconds);
        }
        return new Watcher(seen, missed, twice, delays);
    }
}
