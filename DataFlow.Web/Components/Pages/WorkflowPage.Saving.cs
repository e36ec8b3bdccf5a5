using System.Text;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Shared;
using DataFlow.Web.Components.Values;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Routing;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>Saving, drafts and files.</summary>
public sealed partial class WorkflowPage
{
    private Task<bool>? saving;

    /// <summary>One at a time: a new workflow that is asked to be saved again before it has its id would become two.</summary>
    private async Task<bool> SaveAsync(int? expected)
    {
        if (saving is not { IsCompleted: false } underWay) return await (saving = SaveOnceAsync(expected));
        var isSaved = await underWay;
        return isSaved && IsChanged ? await SaveAsync(version?.Version) : isSaved;
    }

    private async Task<bool> SaveOnceAsync(int? expected)
    {
        busy = true;
        try
        {
            if (editor is not null) await ReadTextAsync(await editor.ReadAsync());
            var sent = text;
            var bytes = Encoding.UTF8.GetBytes(sent);
            var answer = version is null
                ? await Engine.CreateWorkflowAsync(bytes, CancellationToken.None)
                : await Engine.UpdateWorkflowAsync(version.WorkflowId, bytes, expected, CancellationToken.None);
            (refusal, theirs, merge) = (answer.Refusal, null, null);
            if (answer.IsOk) await SavedAsync(answer.Value, sent);
            else await RefusedAsync(answer.Refusal);
            return answer.IsOk;
        }
        finally
        {
            busy = false;
        }
    }

    private async Task RefusedAsync(Refusal why)
    {
        if (why.Kind == RefusalKind.VersionConflict)
        {
            refusal = null;
            await CompareAsync(why.CurrentVersion);
        }
        else if (why.Kind == RefusalKind.Invalid)
        {
            Judge(why.Problems, why.ProblemsTruncated);
            tab = "problems";
            await MarkAsync();
            Snackbar.Add("Not saved: solve the problems first.", Severity.Error);
        }
    }

    private async Task SavedAsync(WorkflowSaved done, string sent)
    {
        var key = DraftKey;
        rebases.Clear();
        var current = await Engine.GetWorkflowAsync(done.WorkflowId, done.WorkflowVersion, CancellationToken.None);
        // What was typed meanwhile is not in it.
        (version, saved) = (current.Value, sent);
        latest = Math.Max(latest ?? 0, done.WorkflowVersion);
        await Drafts.KeepAsync(version?.Version, null);
        // A workflow that has just got its id is kept under it from now on.
        if (key != DraftKey) await OpenDraftsAsync();
        Snackbar.Add(done.Changed ? $"Saved as version {done.WorkflowVersion}." : "Nothing had changed.", Severity.Normal);
        if (Id is not null) return;
        // The page stays as it is, only its address becomes the new workflow's.
        shownId = done.WorkflowId;
        Navigation.NavigateTo(Addresses.Workflow(done.WorkflowId), replace: true);
    }

    private Task RestoreVersionAsync(WorkflowVersion old) =>
        DefinitionDocument.Parse(old.Definition.GetRawText()) is { } document ? EditAsync(new DefinitionEdit($"Restore version {old.Version}", _ => document)) : Task.CompletedTask;

    private Task ExportAsync() => Shell.DownloadAsync($"{version?.WorkflowId ?? "workflow"}.json", text);

    private async Task ImportAsync(InputFileChangeEventArgs chosen)
    {
        if (chosen.File.Size > LargestFile)
        {
            Snackbar.Add("That file is larger than a definition may be (2 MB).", Severity.Error);
            return;
        }
        using var reader = new StreamReader(chosen.File.OpenReadStream(LargestFile));
        if (DefinitionDocument.Parse(await reader.ReadToEndAsync()) is { } document) await EditAsync(new DefinitionEdit($"Import {chosen.File.Name}", _ => document));
        else Snackbar.Add($"{chosen.File.Name} holds no JSON object.", Severity.Error);
    }

    private bool IsHere(string address) => version is not null && Navigation.ToAbsoluteUri(address).AbsolutePath == Addresses.Workflow(version.WorkflowId);

    private async Task AskBeforeLeavingAsync(LocationChangingContext leaving)
    {
        // A query of this same page (the run form) leaves nothing behind.
        if (!IsChanged || IsHere(leaving.TargetLocation)) return;
        var leave = await AskDialog.AskAsync(Dialogs, "Leave without saving?", "Your changes to this workflow are not saved. This browser keeps them as a draft.", "Leave", "Stay");
        if (!leave) leaving.PreventNavigation();
    }
}
