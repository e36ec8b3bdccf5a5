using System.Diagnostics;
using DataFlow.Engine.Observability;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Webhooks;

/// <summary>The trace that a message belongs to: that of its execution, whichever process sends it.</summary>
internal sealed class WebhookTrace(IExecutionStore executions)
{
    /// <summary>
    /// The execution's span; <c>null</c>: nobody began a trace, and none is recorded here. Make it current with <see cref="TraceIdentity.Enter"/> where the request is sent.
    /// </summary>
    public async Task<TraceIdentity?> FindAsync(string executionId, CancellationToken cancellationToken)
    {
        var origin = await executions.FindTraceAsync(executionId, cancellationToken);
        return origin.Parent is not null || EngineTracing.IsOn ? new TraceIdentity(executionId, origin) : null;
    }
}
