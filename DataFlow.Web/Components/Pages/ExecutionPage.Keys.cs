using System.Collections.Immutable;
using DataFlow.Web.Components.Layout;

namespace DataFlow.Web.Components.Pages;

/// <summary>What the keyboard does on the page of an execution.</summary>
public sealed partial class ExecutionPage
{
    private ImmutableArray<PageShortcut> Keys =>
    [
        new("j", "j", "Choose the next task", () => StepTaskAsync(1)),
        new("k", "k", "Choose the task before", () => StepTaskAsync(-1)),
        new("Escape", "Esc", "Choose no task", () => GoTo(Task is null ? null : Place.ToTask(null))),
        new("l", "l", "Show the log, of the chosen task or of all", () => GoTo(Place.ToView("logs"))),
        new("e", "e", "Show the events", () => GoTo((Place with { Task = null }).ToView("events"))),
        new("[", "[", "Go back by one event", () => StepMoment(-1)),
        new("]", "]", "Go on by one event", () => StepMoment(1)),
    ];

    private Task StepTaskAsync(int by)
    {
        if (shown is not { Tasks: { Length: > 0 } tasks }) return System.Threading.Tasks.Task.CompletedTask;
        var chosen = tasks.ToList().FindIndex(run => run.Ref == Task);
        var next = chosen < 0 ? (by > 0 ? 0 : tasks.Length - 1) : Math.Clamp(chosen + by, 0, tasks.Length - 1);
        return next == chosen ? System.Threading.Tasks.Task.CompletedTask : GoTo(Place.ToTask(tasks[next].Ref));
    }

    private Task StepMoment(int by)
    {
        if (moments is null) return System.Threading.Tasks.Task.CompletedTask;
        Move(Math.Max(1, (at ?? moments.Count) + by));
        StateHasChanged();
        return System.Threading.Tasks.Task.CompletedTask;
    }

    private Task GoTo(string? address)
    {
        if (address is not null) navigation.NavigateTo(address);
        return System.Threading.Tasks.Task.CompletedTask;
    }
}
