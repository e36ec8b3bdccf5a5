using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Editor;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>Running beside the definition: whole workflows, single tasks, pins, and the values that previews show.</summary>
public sealed partial class WorkflowPage
{
    /// <summary>The execution that is painted on the graph, so that it is a link too.</summary>
    [SupplyParameterFromQuery(Name = "execution")] public string? Execution { get; set; }

    [Inject] public required TimeProvider Clock { get; set; }

    [Inject] internal PinStore PinnedInBrowser { get; set; } = null!;

    private RunWatch? runs;
    private ImmutableDictionary<string, JsonElement> pins = PinStore.None;
    private ImmutableDictionary<string, TaskRunStatus> statuses = RunFacts.Statuses(null);
    private ImmutableDictionary<string, CanvasFact> facts = ImmutableDictionary<string, CanvasFact>.Empty;
    private (Execution? Shown, Execution? Last, object Pins, object Seen) sampled;
    private Execution? painted;
    private ReachableData? sample;
    private TrialAsk? ask;
    private string? followed, pinsOf, lastOf;
    private bool asking;

    private Execution? Shown => runs?.Shown;

    private string SampleOf => Shown is null ? runs?.Last is not null ? "Last execution" : "Test data" : runs!.Test is null ? "This run" : "This test";

    /// <summary>Only a page that is alive watches; its first picture comes without.</summary>
    private async Task FollowRunAsync()
    {
        if (state is null) return;
        var watch = runs ??= new RunWatch(Engine, Clock, act => InvokeAsync(act), Redraw, DispatchExceptionAsync);
        if (pinsOf != DraftKey)
        {
            // A workflow that has just got its id takes its pins along.
            var (before, kept) = (pinsOf, pins);
            pinsOf = DraftKey;
            if (before == "new" && !kept.IsEmpty) await KeepPinsAsync(kept);
            else if (await PinnedInBrowser.ReadAsync(DraftKey) is var read && runs == watch) pins = read;
            if (before == "new") await PinnedInBrowser.KeepAsync(before, PinStore.None);
            if (!pins.IsEmpty) Redraw();
        }
        if (version is not null && lastOf != version.WorkflowId)
        {
            lastOf = version.WorkflowId;
            await watch.LoadLastAsync(version.WorkflowId);
            if (watch.Last is not null) Redraw();
        }
        // The page may have gone on to another workflow meanwhile.
        if (runs != watch || version is null || followed == Execution) return;
        followed = Execution;
        if (Execution is null)
        {
            if (watch.Test is null) watch.Clear();
        }
        else if (await watch.FollowAsync(version.WorkflowId, Execution) is not null)
        {
            Snackbar.Add($"There is no execution {Execution} of this workflow.", Severity.Normal);
            Navigation.NavigateTo(Addresses.Workflow(version.WorkflowId), replace: true);
        }
        Redraw();
    }

    /// <summary>Another workflow is opened on the same page: what ran beside the one before is not its own.</summary>
    private void ForgetRuns()
    {
        runs?.Dispose();
        (runs, pins, pinsOf, lastOf, followed, ask, asking) = (null, PinStore.None, null, null, null, null, false);
        Paint();
    }

    private void Redraw()
    {
        Paint();
        StateHasChanged();
    }

    private void Paint()
    {
        var now = (Shown, runs?.Last, (object)pins, (object)(runs?.Seen ?? PinStore.None));
        // The same statuses stay the same object: edges are drawn anew only for others.
        if (!ReferenceEquals(painted, Shown)) statuses = RunFacts.Statuses(painted = Shown);
        facts = RunFacts.Of(Shown, runs?.Test is not null, pins.Keys, Clock.GetUtcNow(), runs?.Told);
        if (sampled == now) return;
        sampled = now;
        // Nearest first: what was pinned, what is painted, what was seen, what ran last.
        ReachableData?[] layers =
        [
            pins.IsEmpty ? null : ReachableData.OfOutputs(pins, Clock.GetUtcNow()), Shown is { } shown ? Engine.DataOf(shown) : null,
            runs?.Seen is { IsEmpty: false } seen ? ReachableData.OfOutputs(seen, Clock.GetUtcNow()) : null, runs?.Last is { } last ? Engine.DataOf(last) : null,
        ];
        sample = layers.Reverse().Aggregate((ReachableData?)null, static (below, above) => above is null ? below : above.Over(below));
    }

    private async Task OpenRunAsync()
    {
        if (IsChanged && !await SaveAsync(version?.Version)) return;
        ShowRun(true);
    }

    private void ShowRun(bool visible)
    {
        // The form closes itself when its run has begun: that must not lead back.
        if (version is null || !IsHere(Navigation.Uri) || visible == (Run == "1")) return;
        Navigation.NavigateTo(AddressOf(visible ? "1" : null, Execution), replace: !visible);
    }

    private void RunStarted(string executionId) => Navigation.NavigateTo(AddressOf(null, executionId), replace: true);

    private string AddressOf(string? run, string? execution) =>
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?> { ["run"] = run, ["execution"] = execution });

    private async Task CancelRunAsync()
    {
        if (await runs!.CancelAsync() is { } why) Snackbar.Add(why.Detail, Severity.Normal);
    }

    private void ClearRun()
    {
        runs!.Clear();
        followed = null;
        if (Execution is not null) Navigation.NavigateTo(AddressOf(null, null), replace: true);
        Redraw();
    }

    /// <summary>Runs a task alone, or everything up to it, on what is known; what is missing is asked for, and everything is when <paramref name="other"/> data is wanted.</summary>
    private async Task TestAsync(string taskRef, bool alone, bool other)
    {
        if (editor is not null) await ReadTextAsync(await editor.ReadAsync());
        if (DefinitionEdits.PositionIn(taskRef) >= 0)
        {
            Snackbar.Add($"Give {DefinitionEdits.WordOf(taskRef)} a ref of its own first: what is tested is called by it.", Severity.Normal);
            return;
        }
        var trial = new ExecutionTrial
        {
            Definition = ParameterFieldText.Element(state!.Document.Root), WorkflowId = version?.WorkflowId ?? "wf-unsaved",
            Only = alone ? taskRef : null, UpTo = alone ? null : taskRef,
            Outputs = alone ? Known() : pins,
        };
        var what = alone ? taskRef : $"all up to {taskRef}";
        var plan = Engine.PlanTrial(trial);
        if (!plan.IsOk)
        {
            Snackbar.Add($"{taskRef} cannot be tested yet: {plan.Refusal.Problems[0].Detail}", Severity.Error);
            tab = "problems";
            return;
        }
        trial = trial with { Input = InputFor(plan.Value) };
        var needs = plan.Value.Outputs.Any(output => !output.IsGiven) || !plan.Value.MissingCredentials.IsEmpty
            || plan.Value.Inputs.Any(input => input is { Required: true, Default: null } && !trial.Input!.Value.TryGetProperty(input.Name, out _));
        ask = new TrialAsk(what, trial, plan.Value);
        if (other || needs) asking = true;
        else Try(trial);
    }

    private void Try(ExecutionTrial trial)
    {
        var refusal = runs!.Try(trial, ask!.What);
        (asking, ask) = (refusal is not null, ask with { Trial = trial, Refusal = refusal });
        if (refusal is not null) return;
        followed = null;
        if (Execution is not null) Navigation.NavigateTo(AddressOf(null, null), replace: true);
        Redraw();
    }

    /// <summary>The newest output of every task: pinned, seen, or of the last execution.</summary>
    private ImmutableDictionary<string, JsonElement> Known() =>
        (runs?.Last?.Tasks ?? []).Where(run => run.Output is not null).ToImmutableDictionary(run => run.Ref, run => run.Output!.Value)
            .SetItems(runs?.Seen ?? PinStore.None).SetItems(pins);

    private JsonElement InputFor(TrialPlan plan)
    {
        var input = new JsonObject();
        foreach (var declared in plan.Inputs)
            foreach (var source in (JsonElement?[])[Shown?.Input, runs?.Last?.Input])
                if (!input.ContainsKey(declared.Name) && source is { ValueKind: JsonValueKind.Object } known && known.TryGetProperty(declared.Name, out var value))
                    input[declared.Name] = JsonNode.Parse(value.GetRawText());
        return ParameterFieldText.Element(input);
    }

    private Task PinAsync(string taskRef, JsonElement output) => KeepPinsAsync(pins.SetItem(taskRef, output));

    private Task UnpinAsync(string taskRef) => KeepPinsAsync(pins.Remove(taskRef));

    private async Task KeepPinsAsync(ImmutableDictionary<string, JsonElement> next)
    {
        if (next.Count >= pins.Count && PinStore.AreTooLarge(next))
        {
            Snackbar.Add("That is more than a browser keeps (1 MB of pinned outputs of a workflow).", Severity.Normal);
            return;
        }
        pins = next;
        Redraw();
        if (!await PinnedInBrowser.KeepAsync(DraftKey, pins)) Snackbar.Add("The browser has no room for it: it stays pinned until this page is left.", Severity.Normal);
    }

    /// <summary>A pin follows its task's ref.</summary>
    private Task RepinAsync(string from, string to) =>
        pins.TryGetValue(from, out var output) ? KeepPinsAsync(pins.Remove(from).SetItem(to, output)) : Task.CompletedTask;

    private async Task ShowTaskAsync(string taskRef)
    {
        Choose([taskRef]);
        if (canvas is not null) await canvas.RevealAsync(taskRef);
    }
}
