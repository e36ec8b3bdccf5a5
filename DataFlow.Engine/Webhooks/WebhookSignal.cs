using System.Threading.Channels;

namespace DataFlow.Engine.Webhooks;

/// <summary>Tells the dispatcher that there is something to do.</summary>
internal interface IWebhookSignal
{
    /// <summary>Wakes the dispatcher; to be called after a message was committed. Cheap, never blocks, may be called too often.</summary>
    void Raise();
}

/// <summary>An asynchronous auto-reset signal: any number of raises before a wait are one, and a raise is never lost.</summary>
internal sealed class WebhookSignal : IWebhookSignal
{
    private readonly Channel<bool> raised = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc/>
    public void Raise() => raised.Writer.TryWrite(true);

    /// <summary>Waits for a raise, no longer than a time.</summary>
    public async Task WaitAsync(TimeSpan longest, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var time = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(time.Token, cancellationToken);
        try
        {
            await raised.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }
}
