using DataFlow.Web.Components.Editor;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>What the page can do, for Ctrl+K.</summary>
public sealed partial class WorkflowPage
{
    [Inject] public required EditorCommands Commands { get; set; }

    private DotNetObjectReference<WorkflowPage>? self;

    /// <summary>Ctrl+S.</summary>
    [JSInvokable]
    public async Task OnSaveKeyAsync()
    {
        if (state is null || busy) return;
        if (editor is not null) await ReadTextAsync(await editor.ReadAsync());
        if (version is null || IsChanged) await SaveAsync(version?.Version);
        StateHasChanged();
    }

    private IEnumerable<EditorCommand> Offered()
    {
        if (state is null) yield break;
        EditorCommand Command(string icon, string words, Func<Task> run) => new(icon, words, "Command", () => InvokeAsync(async () =>
        {
            await run();
            StateHasChanged();
        }));
        Func<Task> Do(Action act) => () =>
        {
            act();
            return Task.CompletedTask;
        };

        yield return Command(Icons.Material.Outlined.Add, "Add a task", Do(() => Ask(Spot.End)));
        if (version is null || IsChanged) yield return Command(Icons.Material.Outlined.Save, "Save", () => SaveAsync(version?.Version));
        if (version is not null) yield return Command(Icons.Material.Outlined.PlayArrow, IsChanged ? "Save and run" : "Run", OpenRunAsync);
        if (state.UndoLabel is { } undo) yield return Command(Icons.Material.Outlined.Undo, $"Undo: {undo}", () => Show(state.Undo()));
        if (state.RedoLabel is { } redo) yield return Command(Icons.Material.Outlined.Redo, $"Redo: {redo}", () => Show(state.Redo()));
        yield return Command(Icons.Material.Outlined.DataObject, showsJson ? "Hide the JSON" : "Show the JSON", () => ShowSideAsync(!showsJson));
        yield return Command(Icons.Material.Outlined.VerticalSplit, HasTextBeside ? "Put the JSON back into its tab" : "Show the JSON beside the graph", () => ShowSideAsync(json: true, next: !HasTextBeside));
        yield return Command(Icons.Material.Outlined.Toc, "Outline", Do(() => Open("outline")));
        yield return Command(Icons.Material.Outlined.ErrorOutline, $"Problems ({problems.Length})", Do(() => Open("problems")));
        foreach (var (word, which, icon) in new[] { ("Inputs", "inputs", Icons.Material.Outlined.Input), ("Outputs", "outputs", Icons.Material.Outlined.Output), ("Settings of the workflow", "", Icons.Material.Outlined.Settings) })
            yield return Command(icon, word, () => ShowEndAsync(which));
        if (version is not null) yield return Command(Icons.Material.Outlined.History, "Versions", Do(() => showingHistory = true));
        yield return Command(Icons.Material.Outlined.Download, "Export as a file", ExportAsync);
        foreach (var card in model.Cards)
            yield return new EditorCommand(TaskPaletteIcons.All[card.Icon], WordsOf(card), "Task", () => InvokeAsync(() => ShowCardAsync(card.Key)));
    }

    /// <summary>Two tasks of one ref are told apart by their places.</summary>
    private static string WordsOf(CanvasCard card) => card.Ref.Length == 0 || card.Ref == card.Key ? DefinitionEdits.WordOf(card.Key) : $"{card.Ref} ({DefinitionEdits.WordOf(card.Key)})";

    private async Task ShowEndAsync(string which)
    {
        Choose([]);
        end = which.Length > 0 ? which : null;
        if (!HasTextBeside) await ShowSideAsync(json: false);
    }

    private async Task ShowCardAsync(string key)
    {
        Choose([key]);
        end = null;
        await FollowAsync(key);
    }
}
