using System.Collections.Frozen;
using System.Collections.Immutable;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Hosting;

namespace DataFlow.Engine.Webhooks;

/// <summary>
/// Who is subscribed, in memory: every commit of every execution asks. Read from the store at the start and after each change, before the change is
/// answered; who is disabled is the store's business.
/// </summary>
internal sealed class WebhookSubscriptions(IWebhookStore store) : IHostedService, IDisposable
{
    private readonly SemaphoreSlim reading = new(1);
    private volatile Snapshot current = new([], FrozenDictionary<string, ImmutableArray<WebhookEndpoint>>.Empty);

    private sealed record Snapshot(ImmutableArray<WebhookEndpoint> OfAll, FrozenDictionary<string, ImmutableArray<WebhookEndpoint>> ByWorkflow);

    /// <summary>Those told of a workflow's executions: its own, and those for all.</summary>
    public (ImmutableArray<WebhookEndpoint> Own, ImmutableArray<WebhookEndpoint> OfAll) Of(string workflowId)
    {
        var now = current;
        return (now.ByWorkflow.TryGetValue(workflowId, out var own) ? own : [], now.OfAll);
    }

    /// <summary>Whether there is one of a workflow's executions.</summary>
    public bool Any(string workflowId)
    {
        var now = current;
        return !now.OfAll.IsEmpty || now.ByWorkflow.ContainsKey(workflowId);
    }

    /// <summary>Reads them anew. One at a time: an older reading must not replace a newer one.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            var all = await store.ListSubscriptionsAsync(cancellationToken);
            current = new Snapshot(
                [.. all.Where(endpoint => endpoint.Scope.WorkflowId is null)],
                all.Where(endpoint => endpoint.Scope.WorkflowId is not null).GroupBy(endpoint => endpoint.Scope.WorkflowId!)
                    .ToFrozenDictionary(group => group.Key, group => group.ToImmutableArray()));
        }
        finally
        {
            reading.Release();
        }
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose() => reading.Dispose();
}
