using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using DataFlow.Engine.Runtime;
using DataFlow.Tests.Support;
using DataFlow.Web.Live;
using Microsoft.Extensions.DependencyInjection;

namespace DataFlow.Tests.Api;

/// <summary>A client of its own making: the library's reads whatever comes, and is never slow.</summary>
public sealed class HubSlowReaderTests
{
    private const int Tasks = 200;
    private const byte End = 0x1e;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_reader_that_does_not_read_while_ten_megabytes_of_events_pass_by_misses_none_of_them()
    {
        var (script, go) = (new TestScript(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        script.Behaviour = async (input, context, token) =>
        {
            await go.Task.WaitAsync(token);
            return new ScriptedTask.Output(JsonSerializer.SerializeToElement($"{context.TaskRef}{new string('x', 50_000)}"));
        };
        await using var server = await AppServer.StartAsync(services: services => services.AddSingleton(TestCatalog.With(script)));
        var tasks = string.Join(',', Enumerable.Range(0, Tasks).Select(i => $$"""{ "ref": "t{{i}}", "type": "Test.Unsafe" }"""));
        var execution = (await server.PostAsync($"/workflows/{await server.CreateAsync($$"""{"name":"Large","tasks":[{{tasks}}]}""")}/execute")).Json.GetProperty("execution_id").GetString()!;
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(new Uri(server.Address, LiveServices.HubPath)) { Scheme = "ws" }.Uri, Token);
        await SendAsync(socket, """{"protocol":"json","version":1}""");
        await SendAsync(socket, $$"""{"type":4,"invocationId":"1","target":"WatchExecution","arguments":["{{execution}}",0]}""");
        while (server.Get<ExecutionFeed>().WatcherCount == 0) await Task.Yield();

        go.SetResult();
        Assert.Equal("COMPLETED", (await WaitAsync(server, execution)).GetProperty("status").GetString());
        var sequences = await ReadAsync(socket);

        Assert.Equal(Enumerable.Range(1, 3 + 2 * Tasks), sequences);
    }

    private static async Task<JsonElement> WaitAsync(AppServer server, string execution)
    {
        while (true)
        {
            var document = (await server.GetAsync($"/executions/{execution}")).Json;
            if (document.GetProperty("completed_at").ValueKind == JsonValueKind.String) return document;
        }
    }

    private static Task SendAsync(ClientWebSocket socket, string message) => socket.SendAsync(Encoding.UTF8.GetBytes(message).Append(End).ToArray(), WebSocketMessageType.Text, endOfMessage: true, Token);

    /// <summary>The sequences of all events, up to the end of the stream.</summary>
    private static async Task<List<int>> ReadAsync(ClientWebSocket socket)
    {
        var (sequences, pending, buffer) = (new List<int>(), new List<byte>(), new byte[64 * 1024]);
        while (true)
        {
            var read = await socket.ReceiveAsync(buffer.AsMemory(), Token);
            Assert.NotEqual(WebSocketMessageType.Close, read.MessageType);
            foreach (var b in buffer.AsSpan(0, read.Count))
            {
                if (b != End)
                {
                    pending.Add(b);
                    continue;
                }
                var message = JsonElement.Parse(pending.ToArray());
                pending.Clear();
                if (!message.TryGetProperty("type", out var type)) continue;
                if (type.GetInt32() == 3) return sequences;
                if (type.GetInt32() == 2 && message.GetProperty("item") is var item && item.GetProperty("kind").GetString() == "event") sequences.Add(item.GetProperty("sequence").GetInt32());
            }
        }
    }
}
