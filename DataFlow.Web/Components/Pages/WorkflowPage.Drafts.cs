using DataFlow.Web.Components.Editor;
using Microsoft.JSInterop;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>What this browser kept and the page does not show: offered, or brought back by itself when the server was away.</summary>
public sealed partial class WorkflowPage
{
    private Task<DraftsFound> OpenDraftsAsync() => Drafts.OpenAsync(DraftKey, version?.Version, self ??= DotNetObjectReference.Create(this));

    private async Task FindDraftsAsync()
    {
        var found = await OpenDraftsAsync();
        // What says nothing that is not saved is no draft any more.
        foreach (var draft in found.Drafts.Where(draft => DraftText.Of(draft, saved) == saved)) await Drafts.DropAsync(draft.Key);
        drafts = [.. found.Drafts.Where(draft => DraftText.Of(draft, saved) != saved)];
        if (IsChanged) await Drafts.KeepAsync(version?.Version, text);
        if (found.Resumed && !IsChanged && drafts.FirstOrDefault(draft => draft.IsOwn) is { } own)
        {
            await RestoreDraftAsync(own);
            Snackbar.Add("The server was away. What you had typed is here again.", Severity.Normal);
        }
        if (!drafts.IsEmpty || IsChanged) StateHasChanged();
    }

    private async Task RestoreDraftAsync(Draft draft)
    {
        // It is an edit of the version it was made on: what was saved since is not written over, it is compared.
        if (version is not null && draft.Version is { } older && older != version.Version && !IsChanged
            && (await Engine.GetWorkflowAsync(version.WorkflowId, older, CancellationToken.None)).Value is { } origin) BaseOn(origin);
        drafts = drafts.Remove(draft);
        var kept = DraftText.Of(draft, saved);
        // A step of its own: what was here before it is one undo away, also when that came from another draft.
        if (DefinitionDocument.Parse(kept) is not { } document) await ReadTextAsync(kept);
        else
        {
            broken = false;
            await ShowAsync(state!.Apply(new DefinitionEdit("Restore the draft", _ => document)), kept);
        }
        if (editor is not null) await editor.ReplaceAsync(text);
        await Drafts.DropAsync(draft.Key);
    }

    private async Task DropDraftAsync(Draft draft)
    {
        drafts = drafts.Remove(draft);
        await Drafts.DropAsync(draft.Key);
    }
}
