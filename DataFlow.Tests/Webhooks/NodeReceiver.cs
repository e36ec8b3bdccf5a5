using System.Diagnostics;
using DataFlow.Tests.Support;

namespace DataFlow.Tests.Webhooks;

/// <summary><c>docs/clients/webhook-receiver.mjs</c> as its readers run it; what it prints is what it thinks.</summary>
internal sealed class NodeReceiver : IAsyncDisposable
{
    private readonly Process process;

    private NodeReceiver(Process process, string port) => (this.process, Url) = (process, $"http://127.0.0.1:{port}/hook");

    public string Url { get; }

    /// <param name="secret">What it verifies with.</param>
    /// <param name="port">0: a free one.</param>
    public static async Task<NodeReceiver> StartAsync(string secret, int port = 0)
    {
        var process = await StandardWebhooksPackage.StartAsync(
            RepositoryFiles.Of("docs", "clients", "webhook-receiver.mjs"), ("WEBHOOK_SECRET", secret), ("PORT", $"{port}"));
        var first = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest);
        Assert.True(first?.StartsWith("listening: ", StringComparison.Ordinal) == true, first ?? await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        return new NodeReceiver(process, first!["listening: ".Length..]);
    }

    /// <summary>The next thing it says: <c>handled: msg_… execution.completed COMPLETED</c>, <c>known: …</c> or <c>refused: …</c>.</summary>
    public async Task<string> NextAsync() =>
        (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(Patience.Longest)) ?? throw new InvalidOperationException("The receiver has ended.");

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.Dispose();
    }
}
