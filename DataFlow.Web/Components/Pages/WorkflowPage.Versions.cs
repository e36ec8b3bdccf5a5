using System.Collections.Immutable;
using DataFlow.Engine.Storage;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Values;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>Others who edit the same workflow: what they saved is known at once, and becomes one with what is here.</summary>
public sealed partial class WorkflowPage
{
    /// <summary>A merge that undo may take back: what is saved over what then changes with it.</summary>
    private sealed record Rebase(DefinitionDocument Before, DefinitionDocument After, WorkflowVersion From, WorkflowVersion To);

    private readonly List<Rebase> rebases = [];
    private CancellationTokenSource? watching;
    private string? watched;
    private WorkflowVersion? theirs;
    private DefinitionMerge? merge;
    private int? latest;
    private bool isGone, hasLeft;

    /// <summary>A newer version than the one that is edited, while nobody has looked at it yet.</summary>
    private int? Newer => !busy && merge is null && version is not null && latest > version.Version ? latest : null;

    private void WatchVersions()
    {
        if (version is null || watched == version.WorkflowId || hasLeft) return;
        watching?.Cancel();
        watching?.Dispose();
        watching = new CancellationTokenSource();
        (watched, latest, isGone) = (version.WorkflowId, null, false);
        _ = WatchAsync(version.WorkflowId, watching.Token);
    }

    private async Task WatchAsync(string workflowId, CancellationToken stopping)
    {
        try
        {
            await foreach (var current in Engine.WatchVersionsAsync(workflowId, stopping))
            {
                await InvokeAsync(() =>
                {
                    if (watched != workflowId) return;
                    (latest, isGone) = (current, current is null);
                    StateHasChanged();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private void LeaveVersions()
    {
        hasLeft = true;
        watching?.Cancel();
        watching?.Dispose();
        watching = null;
    }

    /// <summary>Shows both, and what became of what they have in common.</summary>
    private async Task CompareAsync(int? current)
    {
        if (editor is not null) await ReadTextAsync(await editor.ReadAsync());
        if (broken)
        {
            Snackbar.Add("The JSON is not whole yet: finish it, then both versions can be put together.", Severity.Normal);
            return;
        }
        var answer = await Engine.GetWorkflowAsync(version!.WorkflowId, current, CancellationToken.None);
        (refusal, theirs) = (answer.Refusal, answer.Value);
        if (theirs is not null) (tab, _) = (tab == "problems" ? null : tab, latest = Math.Max(latest ?? 0, theirs.Version));
        MergeAgain();
    }

    /// <summary>What is compared is what is in the editor now.</summary>
    private void MergeAgain() => merge = theirs is null || version is null || DocumentOf(version) is not { } origin || DocumentOf(theirs) is not { } other ? null : DefinitionMerge.Of(origin, other, state!.Document);

    private async Task MergedAsync((DefinitionDocument Document, bool Save) merged)
    {
        var (from, to) = (version!, theirs!);
        var next = state!.Apply(new DefinitionEdit($"Merge version {to.Version}", _ => merged.Document));
        rebases.Add(new Rebase(state.Document, next.Document, from, to));
        (theirs, merge) = (null, null);
        await ShowAsync(next);
        if (!merged.Save) return;
        if (IsValid)
        {
            await SaveAsync(version!.Version);
            return;
        }
        tab = "problems";
        Snackbar.Add("Merged, not saved: together they have problems. Solve them first.", Severity.Normal);
    }

    /// <summary>Undo and redo pass over merges: the version that is edited goes with them.</summary>
    private void FollowRebase(DefinitionDocument shown)
    {
        foreach (var rebase in rebases)
        {
            if (ReferenceEquals(shown, rebase.Before)) BaseOn(rebase.From);
            else if (ReferenceEquals(shown, rebase.After)) BaseOn(rebase.To);
        }
    }

    private void BaseOn(WorkflowVersion other)
    {
        version = other;
        saved = DocumentOf(other)?.ToJson() ?? JsonText.Pretty(other.Definition);
    }

    private static DefinitionDocument? DocumentOf(WorkflowVersion other) => DefinitionDocument.Parse(other.Definition.GetRawText());
}
