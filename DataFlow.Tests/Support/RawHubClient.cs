using System.Net.WebSockets;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using DataFlow.Web.Live;

namespace DataFlow.Tests.Support;

/// <summary>A client of the hub that does what no library would: it reads only when it is told to, and sends whatever it likes.</summary>
internal sealed class RawHubClient : IDisposable
{
    public const int StreamItem = 2;
    public const int Completion = 3;

    private const int Invocation = 4;
    private const byte End = 0x1e;

    private readonly ClientWebSocket _socket = new();
    private int _asked;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Connected, and greeted by the hub.</summary>
    public static async Task<RawHubClient> ConnectAsync(AppServer server)
    {
        var client = new RawHubClient();
        await client._socket.ConnectAsync(new UriBuilder(new Uri(server.Address, LiveServices.HubPath)) { Scheme = "ws" }.Uri, Token);
        await client.SendAsync(Framed("""{"protocol":"json","version":1}"""));
        return client;
    }

    /// <summary>Asks for a stream and does not wait for it.</summary>
    public Task AskAsync(string method, params object?[] arguments) =>
        SendAsync(Framed(JsonSerializer.Serialize(new { type = Invocation, invocationId = $"{++_asked}", target = method, arguments })));

    public Task SendAsync(byte[] bytes) => _socket.SendAsync(bytes, WebSocketMessageType.Text, endOfMessage: true, Token);

    /// <summary>What the hub has said and says, until it closes the connection or the caller has enough.</summary>
    public async IAsyncEnumerable<(int Type, JsonElement Message)> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var (pending, buffer) = (new List<byte>(), new byte[64 * 1024]);
        while (true)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(), Token);
            if (read.MessageType == WebSocketMessageType.Close) yield break;
            for (var i = 0; i < read.Count; i++)
            {
                if (buffer[i] != End)
                {
                    pending.Add(buffer[i]);
                    continue;
                }
                var message = JsonElement.Parse(pending.ToArray());
                pending.Clear();
                if (message.TryGetProperty("type", out var type)) yield return (type.GetInt32(), message);
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private static byte[] Framed(string message) => [.. Encoding.UTF8.GetBytes(message), End];
}
