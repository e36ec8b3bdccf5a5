using System.Collections.Immutable;
using DataFlow.Web.Components.Editor;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>What the canvas reports becomes steps of work.</summary>
public sealed partial class WorkflowPage
{
    private async Task ActAsync(CanvasAction action)
    {
        switch (action)
        {
            case { Kind: "select" or "band", Refs: { } refs }:
                Choose([.. refs]);
                end = null;
                break;
            case { Kind: "toggle", Refs: [var one] }:
                state = state!.Toggle(one);
                break;
            case { Kind: "end", Text: { } which }:
                Choose([]);
                end = which;
                break;
            case { Kind: "insert" }:
                Ask(new Spot(action.From, action.To, IsEdge: action is not { From: null, To: null }));
                break;
            case { Kind: "cut", From: { } from, To: { } to }:
                await EditAsync(new DefinitionEdit($"{DefinitionEdits.WordOf(to)} no longer waits for {DefinitionEdits.WordOf(from)}", was => DefinitionEdits.Disconnect(was, from, to)));
                break;
            case { Kind: "move", Refs: [var moved] }:
                await EditAsync(new DefinitionEdit($"Move {DefinitionEdits.WordOf(moved)}", was => DefinitionEdits.MoveToEdge(was, moved, action.From, action.To)));
                break;
            case { Kind: "connect", From: { } from, To: { } to }:
                await ConnectAsync(from, to);
                break;
            case { Kind: "drop", Text: { } type }:
                spot = action.Refs is ["edge"] ? new Spot(action.From, action.To, IsEdge: action is not { From: null, To: null }) : Spot.End;
                await InsertAsync(type);
                break;
            case { Kind: "paste", Text: { } pasted }:
                await PasteAsync(pasted);
                break;
            case { Kind: "narrow" }:
                // Where there is little room the list is easier to work in than the picture.
                tab ??= "outline";
                break;
            case { Kind: "key", Text: { } key }:
                await KeyAsync(key);
                break;
        }
    }

    private async Task KeyAsync(string key)
    {
        var now = state!;
        switch (key)
        {
            case "undo": await Show(now.Undo()); break;
            case "redo": await Show(now.Redo()); break;
            case "delete": await DeleteAsync(now.Selection); break;
            case "none": Choose([]); break;
            case "all": Choose(DefinitionEdits.Keys(now.Document)); break;
            case "copy" or "cut" when !now.Selection.IsEmpty:
                var copied = await Shell.CopyAsync(DefinitionEdits.CopyTasks(now.Document, now.Selection));
                if (!copied) Snackbar.Add("The browser refused to copy.", Severity.Error);
                else if (key == "cut") await DeleteAsync(now.Selection);
                break;
            case "duplicate" when !now.Selection.IsEmpty:
                var (after, added) = DefinitionEdits.DuplicateTasks(now.Document, now.Selection);
                await ShowAsync(now.Apply(new DefinitionEdit($"Duplicate {string.Join(", ", now.Selection)}", _ => after), added));
                break;
            case "insert": Ask(now.Selection is [.., var chosen] ? new Spot(chosen, null, IsEdge: false) : Spot.End); break;
            case "save" when IsChanged || version is null: await SaveAsync(version?.Version); break;
            case "up" or "down" or "left" or "right": await StepAsync(key); break;
        }
    }

    private async Task StepAsync(string key)
    {
        var (next, nextEnd) = CanvasSteps.Go(state!.Document, model, state.Selection is [.., var last] ? last : null, end, key);
        if (next is not null)
        {
            Choose([next]);
            end = null;
            await FollowAsync(next);
        }
        else if (nextEnd is not null)
        {
            await ActAsync(new CanvasAction("end", Text: nextEnd));
            if (canvas is not null) await canvas.RevealEndAsync(nextEnd);
        }
    }

    /// <summary>From the outline to the form of a task or of an end, by keyboard too.</summary>
    private async Task OpenFormAsync(CanvasAction of)
    {
        await ActAsync(of);
        await ShowSideAsync(json: false);
        StateHasChanged();
        if (canvas is not null) await canvas.FocusFormAsync(FormShown);
    }

    /// <summary>Whose form is shown: an end's, a task's by its key, or that of the workflow itself. The script knows by it whether what it waits for is drawn.</summary>
    private string FormShown => end ?? (state?.Selection is [.., var last] ? last : "");

    private async Task ConnectAsync(string from, string to)
    {
        if (DefinitionEdits.MakesCircle(state!.Document, from, to)) Snackbar.Add($"{to} cannot wait for {from}: {from} comes after it already.", Severity.Normal);
        else await EditAsync(new DefinitionEdit($"{to} waits for {from}", was => DefinitionEdits.Connect(was, from, to)));
    }

    private async Task PasteAsync(string pasted)
    {
        if (model.Cards.IsEmpty && DefinitionDocument.Parse(pasted) is { } whole && whole.Root["tasks"] is System.Text.Json.Nodes.JsonArray { Count: > 0 })
        {
            await EditAsync(new DefinitionEdit("Paste a workflow", _ => whole));
            return;
        }
        var index = state!.Selection is [.., var last] ? DefinitionEdits.IndexOf(state.Document, last) + 1 : int.MaxValue;
        if (DefinitionEdits.PasteTasks(state.Document, pasted, index) is not var (after, added)) Snackbar.Add("What was copied holds no tasks.", Severity.Normal);
        else await ShowAsync(state.Apply(new DefinitionEdit($"Paste {string.Join(", ", added)}", _ => after), added));
    }
}
