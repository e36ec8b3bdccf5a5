using DataFlow.Engine;
using DataFlow.Web.Components.Executions;
using Microsoft.AspNetCore.Components.Web;

namespace DataFlow.Web.Components.Pages;

/// <summary>Choosing executions, to change many at once.</summary>
public sealed partial class ExecutionsPage
{
    private ExecutionSelection selection = ExecutionSelection.None;
    private BulkAction action;
    private bool confirming, changed;

    private void Choose((string Id, bool Range) touched) => selection = selection.Toggle(rows, touched.Id, touched.Range);

    private void ChooseShown() => selection = selection.TogglePage(rows);

    private void ChooseNone() => selection = ExecutionSelection.None;

    private void OnKey(KeyboardEventArgs pressed)
    {
        if (pressed.Key == "Escape") ChooseNone();
    }

    private async Task ChooseMatchingAsync()
    {
        var (moment, shown) = (Clock.GetUtcNow(), filter);
        var query = filter.ToQuery(moment, null, PageLength) with { CreatedTo = moment };
        var answer = await ExecutionCount.OfAsync(page => Engine.ListExecutionsAsync(page, left), query);
        // Another filter was chosen meanwhile: what it finds is not what was asked for.
        if (shown != filter) return;
        refusal = answer.Refusal;
        if (answer.IsOk) selection = ExecutionSelection.All(query, moment, answer.Value);
    }

    private void Confirm(BulkAction wanted) => (action, confirming) = (wanted, true);

    /// <summary>What was deleted is told by nobody: the list is read again once the outcome has been read.</summary>
    private async Task CloseAsync(bool visible)
    {
        confirming = visible;
        if (visible || !changed) return;
        (changed, selection) = (false, ExecutionSelection.None);
        await ReadAsync();
    }
}
