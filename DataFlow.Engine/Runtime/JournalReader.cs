using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Runtime;

/// <summary>Folds stored journals into executions.</summary>
internal sealed class JournalReader(IExecutionStore store, WorkflowVersions versions, ISecretProtector protector)
{
    /// <summary>An execution ready to go on, or <c>null</c> when there is none.</summary>
    public async Task<RunnerStart?> LoadAsync(string executionId, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(executionId, 0, cancellationToken) is not { } journal) return null;
        var (version, execution) = await FoldAsync(journal, cancellationToken);
        return new RunnerStart(version, execution, Credentials(journal));
    }

    /// <summary>An execution with its events, or <c>null</c> when there is none.</summary>
    public async Task<ExecutionHistory?> ReadAsync(string executionId, CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(executionId, 0, cancellationToken) is not { } journal) return null;
        var (_, execution) = await FoldAsync(journal, cancellationToken);
        return new ExecutionHistory(execution, journal.Events);
    }

    private async Task<(CompiledVersion Version, Execution Execution)> FoldAsync(Journal journal, CancellationToken cancellationToken)
    {
        if (journal.Events is not [ExecutionQueued queued, ..]) throw new CorruptJournalException(journal.ExecutionId, 1, "it does not begin with execution_queued");
        var version = await versions.GetAsync(queued.WorkflowId, queued.WorkflowVersion, cancellationToken)
            ?? throw new CorruptJournalException(journal.ExecutionId, 1, $"there is no version {queued.WorkflowVersion} of {queued.WorkflowId}");
        return (version, version.Outline.Fold(journal.ExecutionId, journal.Events.AsSpan()));
    }

    /// <summary>When the key that encrypted them is gone, the tasks that need them say so.</summary>
    private IReadOnlyDictionary<string, string> Credentials(Journal journal) =>
        journal.ProtectedCredentials is { } secret && protector.Unprotect(secret) is { } plain
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(plain, EngineJson.Options)!
            : ImmutableDictionary<string, string>.Empty;
}
