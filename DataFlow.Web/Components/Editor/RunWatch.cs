using System.Collections.Immutable;
using System.Text.Json;
using DataFlow.Engine;
using DataFlow.Engine.Executions;
using DataFlow.Engine.Storage;
using DataFlow.Engine.TaskTypes;
using DataFlow.Engine.Workflows;
using DataFlow.Web.Components.Executions;
using DataFlow.Web.Components.Values;

namespace DataFlow.Web.Components.Editor;

/// <summary>
/// What runs beside the definition under edit: one execution or one test at a time, painted while it happens, and the outputs that were seen so far.
/// Everything of it is touched on the page's own thread only.
/// </summary>
/// <param name="engine">The door.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="onPage">Brings a change to the page's thread.</param>
/// <param name="changed">Draws the page again; called on its thread, not too often.</param>
/// <param name="broke">A watch broke, which is a bug.</param>
public sealed class RunWatch(WorkflowEngine engine, TimeProvider clock, Func<Action, Task> onPage, Action changed, Func<Exception, Task> broke) : IDisposable
{
    private readonly RedrawThrottle redraw = new(clock, RedrawThrottle.Usual, () => onPage(changed));
    private CancellationTokenSource leaving = new();
    private CancellationTokenSource? test;
    private ITimer? ticks;
    private bool disposed;

    /// <summary>What is painted; <c>null</c>: nothing.</summary>
    public Execution? Shown { get; private set; }

    /// <summary>What is tested, in a few words; <c>null</c>: what is painted is an execution.</summary>
    public string? Test { get; private set; }

    /// <summary>The workflow's latest execution, whether or not it is painted.</summary>
    public Execution? Last { get; private set; }

    /// <summary>The latest output of every task that gave one while the page was open, in executions and in tests.</summary>
    public ImmutableDictionary<string, JsonElement> Seen { get; private set; } = ImmutableDictionary<string, JsonElement>.Empty;

    /// <summary>What the tasks of a test wrote, in order; of an execution its own page has it.</summary>
    public ImmutableList<TaskLogLine> Lines { get; private set; } = [];

    /// <summary>How far each task has come that tells, by ref.</summary>
    public ImmutableDictionary<string, TaskProgress> Told { get; private set; } = ImmutableDictionary<string, TaskProgress>.Empty;

    /// <summary>How what is painted has ended, for those who do not see it; empty: it has not.</summary>
    public string Announcement { get; private set; } = "";

    /// <summary>The time, as the last picture knows it.</summary>
    public DateTimeOffset Now => clock.GetUtcNow();

    /// <summary>The input of what ran last.</summary>
    public JsonElement? Input => Shown?.Input ?? Last?.Input;

    /// <summary>Looks up the latest execution, for the values that previews and tests begin with.</summary>
    public async Task LoadLastAsync(string workflowId)
    {
        var rows = await engine.ListExecutionsAsync(new ExecutionQuery(Limit: 1, WorkflowId: workflowId), CancellationToken.None);
        if (rows.Value?.Items is [var row, ..]) Last = (await engine.GetExecutionAsync(workflowId, row.Id, CancellationToken.None)).Value ?? Last;
    }

    /// <summary>The output a task gave last; <c>null</c>: none is known.</summary>
    public JsonElement? OutputOf(string taskRef) => Seen.TryGetValue(taskRef, out var seen) ? seen : Last?.FindTask(taskRef)?.Output;

    /// <summary>Paints an execution of the workflow, and goes on with it to its end.</summary>
    public async Task<Refusal?> FollowAsync(string workflowId, string executionId)
    {
        Clear();
        var token = leaving.Token;
        var answer = await engine.GetExecutionAsync(workflowId, executionId, CancellationToken.None);
        if (!answer.IsOk || token.IsCancellationRequested) return answer.Refusal;
        Take(answer.Value);
        if (answer.Value.IsFinished) return null;
        var watch = await engine.WatchAsync(executionId, answer.Value.Sequence, token);
        if (!watch.IsOk || token.IsCancellationRequested) return watch.Refusal;
        Read(watch.Value, token);
        _ = ListenAsync(engine.WatchActivityAsync(executionId, 0, token), token);
        return null;
    }

    /// <summary>Runs a test and paints it.</summary>
    /// <param name="trial">What to run.</param>
    /// <param name="what">What is tested, in a few words.</param>
    public Refusal? Try(ExecutionTrial trial, string what)
    {
        var stop = new CancellationTokenSource();
        var answer = engine.StartTrial(trial, stop.Token);
        if (!answer.IsOk)
        {
            stop.Dispose();
            return answer.Refusal;
        }
        Clear();
        (test, Test) = (stop, what);
        Take(answer.Value.Snapshot);
        Read(answer.Value, leaving.Token);
        _ = ListenAsync(answer.Value.Activity, leaving.Token);
        return null;
    }

    /// <summary>Ends what is painted before its time.</summary>
    public async Task<Refusal?> CancelAsync()
    {
        if (test is not null)
        {
            await test.CancelAsync();
            return null;
        }
        return Shown is { } execution ? (await engine.CancelAsync(execution.Id, CancellationToken.None)).Refusal : null;
    }

    /// <summary>Paints nothing. An execution goes on without being watched; a test is nobody's then, and ends.</summary>
    public void Clear()
    {
        leaving.Cancel();
        leaving.Dispose();
        leaving = new CancellationTokenSource();
        test?.Cancel();
        test?.Dispose();
        ticks?.Dispose();
        (test, Test, Shown, Announcement, ticks) = (null, null, null, "", null);
        (Lines, Told) = ([], Told.Clear());
    }

    public void Dispose()
    {
        if (disposed) return;
        disposed = true;
        Clear();
        leaving.Dispose();
        redraw.Dispose();
    }

    private void Read(ExecutionWatch watch, CancellationToken token)
    {
        // Durations tick by themselves.
        ticks = clock.CreateTimer(_ => redraw.Request(), null, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1));
        _ = ReadAsync(watch, token);
    }

    private async Task ReadAsync(ExecutionWatch watch, CancellationToken token)
    {
        try
        {
            await foreach (var change in watch.Changes.WithCancellation(token))
                await onPage(() =>
                {
                    if (token.IsCancellationRequested) return;
                    Take(change.Execution);
                    redraw.Request();
                });
        }
        catch (OperationCanceledException)
        {
            // Something else is painted now, or the page was left.
        }
        catch (Exception exception)
        {
            await broke(exception);
        }
    }

    private async Task ListenAsync(IAsyncEnumerable<TaskActivity> activities, CancellationToken token)
    {
        try
        {
            await foreach (var activity in activities.WithCancellation(token))
                await onPage(() =>
                {
                    if (token.IsCancellationRequested) return;
                    if (Test is not null) Lines = Lines.AddRange(activity.Lines);
                    Told = Told.SetItems(activity.Progress.Select(progress => KeyValuePair.Create(progress.Ref, progress)));
                    redraw.Request();
                });
        }
        catch (OperationCanceledException)
        {
            // As above.
        }
        catch (Exception exception)
        {
            await broke(exception);
        }
    }

    private void Take(Execution execution)
    {
        var isNews = Shown is not null;
        Shown = execution;
        Seen = Seen.SetItems(
            from run in execution.Tasks
            where run is { IsFinished: true, Reused: false }
            let output = run.Output ?? EngineJson.Null
            where output.ValueKind != JsonValueKind.Null
            select KeyValuePair.Create(run.Ref, output));
        if (Test is null) Last = execution;
        if (!execution.IsFinished) return;
        ticks?.Dispose();
        if (isNews) Announcement = EndOf(execution);
    }

    private string EndOf(Execution execution) =>
        $"{(Test is null ? "Run" : $"Test of {Test}")} {StatusView.Of(execution.Status).Word.ToLowerInvariant()}"
        + (execution is { StartedAt: { } from, CompletedAt: { } to } ? $" in {TimeText.Duration(to - from)}" : "")
        + (execution.Failure is { } failure ? $": {(failure.Ref is null ? "" : $"{failure.Ref}, ")}{failure.Code}" : "");
}
