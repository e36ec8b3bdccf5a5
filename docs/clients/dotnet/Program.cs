// Follows one execution to its end: dotnet run -- http://127.0.0.1:5000 ex-1a2b3c4d
// Whatever happens to the connection, every event is printed once and in order.
using System.Text.Json;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;

if (args is not [var address, var executionId])
{
    Console.Error.WriteLine("usage: dotnet run -- ADDRESS EXECUTION_ID");
    return 2;
}

var seen = 0;
while (true)
{
    await using var connection = new HubConnectionBuilder().WithUrl(new Uri(new Uri(address), "/hubs/executions")).Build();
    try
    {
        await connection.StartAsync();
        // 0 asks for everything; after a lost connection the last sequence seen goes on where it broke.
        await foreach (var message in connection.StreamAsync<JsonElement>("WatchExecution", executionId, seen))
        {
            if (message.GetProperty("kind").GetString() == "snapshot")
            {
                Console.WriteLine($"{executionId} is {message.GetProperty("execution").GetProperty("status").GetString()}");
                continue;
            }
            seen = message.GetProperty("sequence").GetInt32();
            var happened = message.GetProperty("event");
            var task = happened.TryGetProperty("ref", out var name) ? $" {name.GetString()}" : "";
            var type = happened.GetProperty("type").GetString();
            Console.WriteLine($"{seen} {type}{task}");
            if (type is "execution_completed" or "execution_failed" or "execution_cancelled") return 0;
        }
        // A stream that ends before its execution: the server stops.
        Console.Error.WriteLine("The server has gone. Connecting again.");
    }
    catch (HubException refused) when (refused.Message.Contains("HubException: ", StringComparison.Ordinal))
    {
        // A refusal is final. Its message ends in the code and the words of the API's problem; without those it is the server that stops.
        Console.Error.WriteLine(refused.Message);
        return 1;
    }
    catch (Exception lost)
    {
        Console.Error.WriteLine($"{lost.Message} Connecting again.");
    }
    await Task.Delay(TimeSpan.FromSeconds(1));
}
