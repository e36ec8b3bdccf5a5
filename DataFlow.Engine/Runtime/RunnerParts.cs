using System.Collections.Immutable;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using Microsoft.Extensions.Logging;

namespace DataFlow.Engine.Runtime;

/// <summary>What every runner shares.</summary>
internal sealed record RunnerParts(
    IExecutionStore Store, ExecutionFeed Feed, TaskInvoker Invoker, IOutbox Outbox, TimeProvider Clock, Func<double> Chance, ILogger<ExecutionRunner> Logger);

/// <summary>What a runner begins with.</summary>
/// <param name="Version">What it runs.</param>
/// <param name="Execution">As committed.</param>
/// <param name="Credentials">By name.</param>
/// <param name="Uncreated">Set when the store does not know the execution yet: the runner's first commit creates it.</param>
internal sealed record RunnerStart(CompiledVersion Version, Execution Execution, IReadOnlyDictionary<string, string> Credentials, NewExecution? Uncreated = null);

/// <summary>Makes webhook messages of events, and is told when some were committed. The webhooks room implements it.</summary>
public interface IOutbox
{
    /// <summary>Whether anybody is to be told anything of this execution. Asked at every commit, so it must cost nothing.</summary>
    bool IsAwaited(Execution execution);

    /// <summary>The messages an event gives rise to.</summary>
    /// <param name="after">The execution after the event; its sequence is the event's.</param>
    /// <param name="e">The event.</param>
    ImmutableArray<OutboxMessage> MessagesFor(Execution after, ExecutionEvent e);

    /// <summary>Messages were committed.</summary>
    void Committed();
}
