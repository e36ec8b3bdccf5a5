using System.Collections.Immutable;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Web.Components.Executions;
using MudBlazor;

namespace DataFlow.Web.Components.Pages;

/// <summary>What keeps the page true while things happen, and what can be done to the execution.</summary>
public sealed partial class ExecutionPage
{
    private CancellationTokenSource leaving = new();
    private RedrawThrottle? redraw;
    private ITimer? ticks;
    private ImmutableArray<WebhookDelivery> deliveries = [];
    private List<TaskLogLine> lines = [];
    private Dictionary<string, TaskProgress> told = [];
    private Refusal? replayRefusal;
    private string? watchedId, activityId, replayFrom;
    private bool interactive, replaying, busy, disposed;

    public async ValueTask DisposeAsync()
    {
        disposed = true;
        shortcuts.Withdraw(this);
        addressTimer?.Dispose();
        if (ticks is not null) await ticks.DisposeAsync();
        redraw?.Dispose();
        await leaving.CancelAsync();
        leaving.Dispose();
    }

    private bool AwaitsDelivery => Shown == "webhooks" && deliveries.Any(delivery => delivery.Status == DeliveryStatus.Pending);

    /// <summary>The picture is of the present, and no longer quite true.</summary>
    private bool IsOld => at is null && shown is { IsFinished: false } seen && clock.GetUtcNow() - now >= PictureAge.Of(seen, scale, now) - RedrawThrottle.Usual;

    private void BeginLiving()
    {
        interactive = true;
        shortcuts.Offer(this, "On this page", Keys);
        redraw = new RedrawThrottle(clock, RedrawThrottle.Usual, () => InvokeAsync(RedrawAsync));
        ticks = clock.CreateTimer(_ => { if (AwaitsDelivery || IsOld) redraw.Request(); }, null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        StartWatch();
    }

    private async Task LeaveAsync()
    {
        await leaving.CancelAsync();
        leaving.Dispose();
        leaving = new CancellationTokenSource();
        (watchedId, activityId, lines, told, hold) = (null, null, [], [], ExecutionHold.None);
    }

    /// <summary>The first picture and the first reading may end in either order; whichever is later begins the watches, once.</summary>
    private void StartWatch()
    {
        if (!interactive || moments is null) return;
        var finished = moments.Latest.IsFinished;
        if (!finished && watchedId != Id)
        {
            watchedId = Id;
            _ = WatchAsync(Id, moments, leaving.Token);
        }
        // What ended long ago has no progress to tell, and its lines are read only by who wants to see them.
        if (activityId != Id && (!finished || View == "logs"))
        {
            activityId = Id;
            _ = WatchActivityAsync(Id, leaving.Token);
        }
    }

    private async Task WatchAsync(string id, JournalMoments watched, CancellationToken token)
    {
        try
        {
            var answer = await engine.WatchAsync(id, watched.Count, token);
            if (!answer.IsOk) return;
            await foreach (var change in answer.Value.Changes.WithCancellation(token))
            {
                await InvokeAsync(() =>
                {
                    if (token.IsCancellationRequested) return;
                    watched.Add(change);
                    redraw!.Request();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // The page was left, or shows another execution.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private async Task WatchActivityAsync(string id, CancellationToken token)
    {
        try
        {
            await foreach (var activity in engine.WatchActivityAsync(id, 0, token))
            {
                await InvokeAsync(() =>
                {
                    if (token.IsCancellationRequested) return;
                    lines.AddRange(activity.Lines);
                    foreach (var one in activity.Progress) told[one.Ref] = one;
                    redraw!.Request();
                });
            }
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
        catch (Exception exception)
        {
            await DispatchExceptionAsync(exception);
        }
    }

    private async Task RedrawAsync()
    {
        if (disposed) return;
        // Deliveries and places have no watch of their own; while somebody looks at them they are read with each picture.
        if (Shown == "webhooks") await ReadDeliveriesAsync();
        await ReadHoldAsync();
        Look();
        StateHasChanged();
    }

    private async Task ReadHoldAsync()
    {
        if (moments is not { Latest.IsFinished: false }) hold = ExecutionHold.None;
        else if (await engine.GetHoldAsync(Id, CancellationToken.None) is { IsOk: true } answer) hold = answer.Value;
    }

    private async Task AskAsync(Func<CancellationToken, Task<Answer<Execution>>> ask)
    {
        busy = true;
        try
        {
            var answer = await ask(CancellationToken.None);
            if (!answer.IsOk) snackbar.Add(answer.Refusal.Detail, Severity.Warning);
        }
        finally
        {
            busy = false;
        }
    }

    private void OpenReplay(string? from) => (replayFrom, replayRefusal, replaying) = (from, null, true);

    private async Task ReplayAsync(ReplayRequest request)
    {
        var answer = await engine.ReplayAsync(request, CancellationToken.None);
        replayRefusal = answer.Refusal;
        if (answer.IsOk) navigation.NavigateTo(Addresses.Execution(answer.Value.ExecutionId));
    }

    private async Task ReadDeliveriesAsync()
    {
        var answer = await engine.ListDeliveriesAsync(Id, CancellationToken.None);
        if (answer.IsOk) deliveries = answer.Value;
    }

    private async Task RedeliverAsync(string deliveryId)
    {
        var answer = await engine.RedeliverAsync(Id, deliveryId, CancellationToken.None);
        snackbar.Add(answer.IsOk ? "It is sent again now." : answer.Refusal.Detail, answer.IsOk ? Severity.Normal : Severity.Warning);
        await ReadDeliveriesAsync();
    }
}
