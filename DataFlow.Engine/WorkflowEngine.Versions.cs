using System.Runtime.CompilerServices;
using DataFlow.Engine.Runtime;

namespace DataFlow.Engine;

/// <summary>Versions, watched while somebody edits one.</summary>
public sealed partial class WorkflowEngine
{
    /// <summary>
    /// The number of the current version: at once, and again whenever another one is saved by whomever. <c>null</c>: the workflow is not there, or not any more; nothing follows.
    /// </summary>
    public async IAsyncEnumerable<int?> WatchVersionsAsync(string workflowId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Watched before it is asked for: what is saved in between is told twice rather than not at all.
        using var later = _versions.Feed.Watch(workflowId);
        var told = (await _versions.GetAsync(workflowId, null, cancellationToken))?.Stored.Version;
        yield return told;
        while (told is not null)
        {
            var next = await later.Versions.ReadAsync(cancellationToken);
            if (next <= told) continue;
            told = next == WorkflowVersions.Gone ? null : next;
            yield return told;
        }
    }
}
