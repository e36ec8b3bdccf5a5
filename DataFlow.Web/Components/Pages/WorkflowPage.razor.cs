using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Engine.Storage;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Shared;
using DataFlow.Web.Components.Values;
using DataFlow.Web.Components.Workflows;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.JSInterop;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>The visual editor: the graph and the text of one definition, in step.</summary>
public sealed partial class WorkflowPage : IAsyncDisposable
{
    private const long LargestFile = 2 * 1024 * 1024;
    private static readonly (string Name, string Word)[] Tabs = [("problems", "Problems"), ("outline", "Outline")];

    /// <summary>Where the next task goes.</summary>
    private sealed record Spot(string? From, string? To, bool IsEdge)
    {
        public static readonly Spot End = new(null, null, IsEdge: false);
    }

    [Parameter] public string? Id { get; set; }

    /// <summary>Opens the run form, so that "run" is a link too.</summary>
    [SupplyParameterFromQuery(Name = "run")] public string? Run { get; set; }

    [CascadingParameter] public HttpContext? Http { get; set; }

    [Inject] public required IDialogService Dialogs { get; set; }

    [Inject] internal DraftStore Drafts { get; set; } = null!;

    private DefinitionEditor? editor;
    private DefinitionEditor? marked;
    private WorkflowCanvas? canvas;
    private WorkflowVersion? version;
    private EditorState? state;
    private CanvasModel model = null!;
    private ImmutableArray<Draft> drafts = [];
    private Spot spot = Spot.End;
    private string text = "", saved = "";
    private string? shownId, tab;
    private Refusal? refusal;
    private bool busy, running, opened, picking, showingHistory, draftRead, broken;
    private string? end;

    private bool IsChanged => state is not null && text != saved;

    private bool IsValid => problems.IsEmpty;

    private string Validity => IsValid ? "Valid" : $"{problems.Length}{(truncated ? "+" : "")}";

    private string DraftKey => version?.WorkflowId ?? "new";

    protected override async Task OnParametersSetAsync()
    {
        running = Run == "1" && version is not null;
        if (opened && shownId == Id) return;
        (opened, shownId, draftRead, drafts) = (true, Id, false, []);
        (version, state, refusal, theirs, merge) = (null, null, null, null, null);
        rebases.Clear();
        ForgetRuns();
        Commands.Offer(this, Offered);
        if (Id is null) await OpenNewAsync();
        else await LoadAsync();
        running = Run == "1" && version is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!ReferenceEquals(marked, editor))
        {
            marked = editor;
            await MarkAsync();
        }
        await FollowRunAsync();
        WatchVersions();
        await LightAsync();
        await FocusWantedAsync();
        if (draftRead || state is null) return;
        draftRead = true;
        await FindDraftsAsync();
    }

    /// <summary>Leaves what was kept in the browser where it is.</summary>
    public async ValueTask DisposeAsync()
    {
        Commands.Withdraw(this);
        LeaveVersions();
        self?.Dispose();
        runs?.Dispose();
        await PinnedInBrowser.DisposeAsync();
        await Drafts.DisposeAsync();
    }

    private async Task LoadAsync()
    {
        var answer = await Engine.GetWorkflowAsync(Id!, null, CancellationToken.None);
        refusal = answer.Refusal;
        if (!answer.IsOk) Http.SayNotFound();
        else await OpenAsync(answer.Value, JsonText.Pretty(answer.Value.Definition));
    }

    private async Task OpenAsync(WorkflowVersion? shown, string definition)
    {
        broken = false;
        var document = DefinitionDocument.Parse(definition)!;
        (version, theirs, merge) = (shown, null, null);
        rebases.Clear();
        saved = document.ToJson();
        await ShowAsync(EditorState.Start(document));
    }

    private string SideWord => state!.Selection is [.., _] ? "Task" : end switch { "inputs" => "Inputs", "outputs" => "Outputs", _ => "Workflow" };

    private Task Show(EditorState next)
    {
        broken = false;
        return ShowAsync(next);
    }

    /// <summary>Makes a state the one that is seen, in the graph and in the text.</summary>
    private async Task ShowAsync(EditorState next, string? typed = null)
    {
        if (broken && typed is null)
        {
            // The text holds what no graph can show: an edit of the graph would throw it away.
            Snackbar.Add("The JSON is not whole yet. Finish it, or undo to go back to the last whole one.", Severity.Normal);
            showsJson = true;
            return;
        }
        var isOther = !ReferenceEquals(next.Document, state?.Document) || typed is null && text != next.Document.ToJson();
        state = next;
        if (!isOther && typed is null) return;
        text = typed ?? next.Document.ToJson();
        FollowRebase(next.Document);
        if (theirs is not null) MergeAgain();
        Check();
        if (typed is null && editor is not null) await editor.ReplaceAsync(text);
        if (editor is not null) await MarkAsync();
        // What an earlier visit left is looked at before anything is written over it.
        if (draftRead) await Drafts.KeepAsync(version?.Version, text == saved ? null : text);
    }

    /// <summary>The text was typed into. While it is no JSON the graph stays as it was; nothing of the text is lost.</summary>
    private async Task ReadTextAsync(string typed)
    {
        if (typed == text || state is null) return;
        var document = DefinitionDocument.Parse(typed);
        broken = document is null;
        await ShowAsync(document is null ? state : state.Apply(new DefinitionEdit("Edit the JSON", _ => document), joins: true), typed);
    }

    private Task EditAsync(DefinitionEdit edit) => ShowAsync(state!.Apply(edit));

    private async Task RenameTaskAsync(string from, string to)
    {
        if (DefinitionEdits.PositionIn(from) is >= 0 and var position)
        {
            // Nothing can name it yet, so nothing has to follow.
            await TakeAsync(new DefinitionEdit($"Name {DefinitionEdits.WordOf(from)}", was => DefinitionEdits.SetMember(was, to, "tasks", position, "ref")));
            return;
        }
        var taken = DefinitionEdits.Refs(state!.Document).Any(name => name != from && string.Equals(name, to, StringComparison.OrdinalIgnoreCase));
        if (taken) Snackbar.Add($"There is another task {to}.", Severity.Normal);
        else await ShowAsync(state.Apply(new DefinitionEdit($"Rename {from}", was => DefinitionEdits.RenameRef(was, from, to)), [.. state.Selection.Select(name => name == from ? to : name)]));
        if (!taken) await RepinAsync(from, to);
    }

    /// <summary>From the palette, by key or double click: behind what is chosen, else at the end.</summary>
    private Task AddAsync(string type)
    {
        spot = state!.Selection is [.., var last] ? new Spot(last, null, IsEdge: false) : Spot.End;
        return InsertAsync(type);
    }

    private void Choose(ImmutableArray<string> refs) => state = state!.Select(refs);

    private void Ask(Spot where) => (spot, picking) = (where, true);

    private void Open(string name) => tab = name;

    private static string NameOf(DefinitionDocument document) => DefinitionEdits.TextOf(document.Root["name"]) ?? "";

    private Task Rename(string? typed) => EditAsync(new DefinitionEdit("Name the workflow", was => DefinitionEdits.SetMember(was, typed ?? "", "name")));

    private async Task InsertAsync(string type)
    {
        if (!Engine.TaskTypes.TryGet(type, out var known)) return;
        var example = JsonNode.Parse(known.Specification.Example.GetRawText())!.AsObject();
        var name = DefinitionEdits.FreeRef(state!.Document, DefinitionEdits.RefOf(example) ?? "task");
        var task = new JsonObject { ["ref"] = name, ["type"] = known.Specification.Type, ["input"] = example["input"]?.DeepClone() ?? new JsonObject() };
        var where = spot;
        var before = where.IsEdge || where.From is not null ? where.From : DefinitionEdits.Refs(state.Document).LastOrDefault();
        TaskWiring.Wire(task, known.Specification, state.Document, before, Engine.TaskTypes);
        await ShowAsync(state.Apply(new DefinitionEdit($"Add {name}", was => where switch
        {
            { IsEdge: true } => DefinitionEdits.InsertOnEdge(was, task, where.From, where.To),
            { From: { } after } => DefinitionEdits.InsertAfter(was, task, after),
            _ => DefinitionEdits.InsertTask(was, task, int.MaxValue),
        }), [name]));
        await FollowAsync(name);
    }

    private async Task DeleteAsync(ImmutableArray<string> refs)
    {
        if (refs.IsEmpty) return;
        var (left, broken) = DefinitionEdits.RemoveTasks(state!.Document, refs);
        var what = refs.Length == 1 ? DefinitionEdits.WordOf(refs[0]) : $"{refs.Length} tasks";
        if (broken.Length > 0)
        {
            var places = string.Join(", ", broken.Select(reference => ProblemPlace.WordsOf(left, reference.Pointer)).Distinct().Take(5)) + (broken.Length > 5 ? ", …" : "");
            if (!await AskDialog.AskAsync(Dialogs, $"Delete {what}?", $"What it gives is still read by {places}. Those places will be problems until they are changed.", "Delete", "Keep", isDangerous: true)) return;
        }
        await EditAsync(new DefinitionEdit($"Delete {what}", _ => left));
    }

    /// <summary>Once the new card is drawn, it is brought into view.</summary>
    private async Task FollowAsync(string taskRef)
    {
        StateHasChanged();
        await Task.Yield();
        if (canvas is not null) await canvas.RevealAsync(taskRef);
    }
}
