using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Editor;
using DataFlow.Web.Components.Executions;
using DataFlow.Web.Components.Layout;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>One execution: as it stands and live, or as it was after any event of its journal. What is shown is always a fold, of the whole journal or of its beginning.</summary>
public sealed partial class ExecutionPage(WorkflowEngine engine, NavigationManager navigation, TimeProvider clock, ISnackbar snackbar, PageShortcuts shortcuts)
{
    private static readonly ImmutableArray<(string Key, string Words)> Views = [("data", "Input and output"), ("logs", "Logs"), ("events", "Events"), ("webhooks", "Webhooks")];

    /// <summary>An address that changes with every event moved over would flood the browser's history.</summary>
    private static readonly TimeSpan AddressPause = TimeSpan.FromMilliseconds(250);

    private JournalMoments? moments;
    private ExecutionGraph? graph;
    private WorkflowCanvas? canvas;
    private Refusal? refusal;
    private string? workflowName;

    // The picture: all of it follows from the moment shown.
    private Execution? shown;
    private int? at;
    private DateTimeOffset now;
    private TimeScale scale;
    private ImmutableDictionary<string, TaskHistory> histories = ImmutableDictionary<string, TaskHistory>.Empty;
    private ImmutableArray<TimelineSpan> whole = [];
    private ImmutableArray<WaitReason> waits = [];
    private ImmutableArray<string> selection = [];
    private Dictionary<string, TaskRunStatus> statuses = [];
    private Dictionary<string, CanvasFact> facts = [];
    private Dictionary<string, TaskProgress>? progress;
    private ExecutionHold hold = ExecutionHold.None;

    private string? shownId, revealed, listed;
    private int? askedAt;
    private ITimer? addressTimer;

    private WorkflowEngine Engine => engine;

    private NavigationManager Navigation => navigation;

    [Parameter] public string Id { get; set; } = "";

    [SupplyParameterFromQuery(Name = "task")] public string? Task { get; set; }

    [SupplyParameterFromQuery(Name = "view")] public string? View { get; set; }

    [SupplyParameterFromQuery(Name = "at")] public int? At { get; set; }

    [SupplyParameterFromQuery(Name = "line")] public int? Line { get; set; }

    [CascadingParameter] public HttpContext? Http { get; set; }

    [CascadingParameter] public TimeZoneInfo? Zone { get; set; }

    private TimeZoneInfo Where => Zone ?? TimeZoneInfo.Utc;

    private ExecutionPlace Place => new(Id, Task, View, at, Line);

    private string Shown => Views.Any(view => view.Key == View) ? View! : "data";

    private DateTimeOffset? Until => at is null ? null : now;

    protected override async Task OnParametersSetAsync()
    {
        if (shownId != Id)
        {
            shownId = Id;
            askedAt = At;
            await OpenAsync();
        }
        else if (askedAt != At)
        {
            askedAt = At;
            at = moments?.Meant(At);
        }
        if (moments is null) return;
        selection = Task is null ? [] : [Task];
        if (Shown == "webhooks") await ReadDeliveriesAsync();
        Look();
        StartWatch();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) BeginLiving();
        if (Task is not null && canvas is not null && revealed != Task)
        {
            revealed = Task;
            await canvas.RevealAsync(Task, focus: false);
        }
        else if (Task is null) revealed = null;
        if (Task is not null && graph is not null && listed != Task) await Shell.RevealChosenAsync($"a[data-ref='{Task}']");
        listed = Task;
    }

    private async Task OpenAsync()
    {
        // A replay leads from one execution to the next on the same page: what was watched of the first ends here.
        await LeaveAsync();
        var left = leaving.Token;
        (moments, shown, graph, refusal, replaying, at) = (null, null, null, null, false, null);
        var answer = await engine.GetHistoryAsync(Id, left);
        refusal = answer.Refusal;
        if (!answer.IsOk)
        {
            Http.SayNotFound();
            return;
        }
        var opened = JournalMoments.Of(answer.Value);
        var version = (await engine.GetWorkflowAsync(opened.Latest.WorkflowId, opened.Latest.WorkflowVersion, left)).Value;
        workflowName = version?.Name;
        graph = version is null ? null : ExecutionGraph.Of(version.Definition, engine.TaskTypes);
        (moments, at) = (opened, opened.Meant(At));
        await ReadHoldAsync();
    }

    /// <summary>Makes the picture of the moment: everything on the page is read from the same fold.</summary>
    private void Look()
    {
        if (moments is null) return;
        var present = clock.GetUtcNow();
        at = moments.Meant(at);
        shown = at is { } sequence ? moments.At(sequence) : moments.Latest;
        now = at is { } then ? moments.TimeOf(then) : present;
        scale = TimeScale.Of(moments.Latest, present);
        var events = at is { } until ? moments.Events.Take(until) : moments.Events;
        histories = TaskHistory.Read(events);
        whole = TaskHistory.OfExecution(events);
        waits = WaitReasons.Of(shown, at is null ? hold : ExecutionHold.None, now, Where);
        progress = at is null && !shown.IsFinished ? told : null;
        statuses = shown.Tasks.ToDictionary(run => run.Ref, run => run.Status, StringComparer.Ordinal);
        facts = [];
        if (graph is null) return;
        foreach (var run in shown.Tasks)
        {
            var fact = TaskFacts.OnCard(run, now, Where, graph);
            if (run.Status == TaskRunStatus.Running && progress?.GetValueOrDefault(run.Ref) is { } known && known.Attempt == run.Attempt)
                fact = new CanvasFact(ProgressText.Words(known), ProgressText.Fraction(known));
            if (fact is not null) facts[run.Ref] = fact;
        }
    }

    private void Move(int? sequence)
    {
        at = moments?.Meant(sequence);
        Look();
        addressTimer?.Dispose();
        addressTimer = clock.CreateTimer(_ => _ = InvokeAsync(WriteAddress), null, AddressPause, Timeout.InfiniteTimeSpan);
    }

    private void WriteAddress()
    {
        if (disposed || askedAt == at) return;
        askedAt = at;
        navigation.NavigateTo(Place.Address, new NavigationOptions { ReplaceHistoryEntry = true });
    }

    private async Task ChooseAsync(CanvasAction action)
    {
        switch (action)
        {
            case { Kind: "select", Refs: [var one] }:
                revealed = one;
                navigation.NavigateTo(Place.ToTask(one));
                break;
            case { Kind: "band" or "end" } when Task is not null:
                navigation.NavigateTo(Place.ToTask(null));
                break;
            case { Kind: "key", Text: "none" } when Task is not null:
                navigation.NavigateTo(Place.ToTask(null));
                break;
            case { Kind: "key", Text: "up" or "down" or "left" or "right" } when graph is not null:
                if (CanvasSteps.Next(graph.Document, graph.Model, Task, action.Text) is { } next)
                {
                    revealed = next;
                    navigation.NavigateTo(Place.ToTask(next));
                    if (canvas is not null) await canvas.RevealAsync(next);
                }
                break;
        }
    }
}
