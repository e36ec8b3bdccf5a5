using System.Runtime.CompilerServices;
using System.Text.Json;
using DataFlow.Web.Live;
using Microsoft.AspNetCore.SignalR.Client;

namespace DataFlow.Tests.Support;

/// <summary>A program outside that watches over the hub.</summary>
internal sealed class HubClient : IAsyncDisposable
{
    private HubClient(HubConnection connection) => Connection = connection;

    public HubConnection Connection { get; }

    /// <summary>Not connected yet.</summary>
    public static HubClient Of(AppServer server) => new(new HubConnectionBuilder().WithUrl(new Uri(server.Address, LiveServices.HubPath)).Build());

    public static async Task<HubClient> ConnectAsync(AppServer server)
    {
        var client = Of(server);
        try
        {
            await client.Connection.StartAsync(TestContext.Current.CancellationToken);
            return client;
        }
        catch
        {
            await client.DisposeAsync();
            throw;
        }
    }

    public IAsyncEnumerable<JsonElement> ExecutionAsync(string executionId, int? after, CancellationToken? stop = null) => StreamAsync("WatchExecution", [executionId, after], stop);

    public IAsyncEnumerable<JsonElement> WorkflowAsync(string workflowId, string? cursor, CancellationToken? stop = null) => StreamAsync("WatchWorkflow", [workflowId, cursor], stop);

    public IAsyncEnumerable<JsonElement> AllAsync(string? cursor, CancellationToken? stop = null) => StreamAsync("WatchAll", [cursor], stop);

    public IAsyncEnumerable<JsonElement> LogsAsync(string executionId, int? after, CancellationToken? stop = null) => StreamAsync("WatchLogs", [executionId, after], stop);

    public IAsyncEnumerable<JsonElement> CallAsync(string method, params object?[] arguments) => StreamAsync(method, arguments, null);

    private async IAsyncEnumerable<JsonElement> StreamAsync(string method, object?[] arguments, CancellationToken? stop, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop ?? TestContext.Current.CancellationToken, cancellationToken);
        await foreach (var message in Connection.StreamAsyncCore<JsonElement>(method, arguments, either.Token)) yield return message;
    }

    public ValueTask DisposeAsync() => Connection.DisposeAsync();
}
