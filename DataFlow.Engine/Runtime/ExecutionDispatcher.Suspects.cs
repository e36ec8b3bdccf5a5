using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;

namespace DataFlow.Engine.Runtime;

/// <summary>
/// Keeps a task that kills the process from taking others with it. All that run when the process dies have one death more to their name, and three end a
/// task: so after its second an execution goes on alone, and the next death is one task's.
/// </summary>
internal sealed partial class ExecutionDispatcher
{
    /// <summary>For a while only: a long task proves its innocence late, and the others must not wait for it.</summary>
    private static readonly TimeSpan SuspicionLasts = TimeSpan.FromSeconds(3);

    private async Task<bool> MayHaveKilledAsync(string executionId)
    {
        if (_active.ContainsKey(executionId)) return false;
        try
        {
            return await journals.LoadAsync(executionId, _stopping.Token) is { } start && MayHaveKilled(start.Execution);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Its runner meets the same fault, and says so.
            return false;
        }
    }

    private async Task RecoverSuspectsAsync(List<UnfinishedExecution> suspects)
    {
        using var patience = new CancellationTokenSource(SuspicionLasts, parts.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, _stopping.Token);
        for (var i = 0; i < suspects.Count; i++)
        {
            var suspect = suspects[i];
            _suspects = suspects.Skip(i).Select(other => other.ExecutionId).ToHashSet(StringComparer.Ordinal);
            using var watch = parts.Feed.Watch(suspect.ExecutionId);
            await Recover(suspect.ExecutionId, suspect.WorkflowId);
            try
            {
                await foreach (var change in watch.Changes.ReadAllAsync(either.Token))
                    if (!MayHaveKilled(change.Execution)) break;
            }
            catch (OperationCanceledException) when (!_stopping.IsCancellationRequested)
            {
                // Patience is at its end: the rest go on at once.
            }
        }
        _suspects = [];
    }

    /// <summary>Whether an attempt is under way of a task that has seen the process die before.</summary>
    private static bool MayHaveKilled(Execution execution) =>
        execution.Tasks.Any(static run => run is { Status: TaskRunStatus.Running, AttemptStartedAt: not null, WaitUntil: null, Deaths: > 0 });
}
